"""Clients that load a server: they count what they sent, what was answered, what was lost, and how long it took."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Load", "Question", "ask_once", "load"]

#: A client that has heard nothing for so long gives up.
_PATIENCE_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """A request, as it is sent.

    Attributes:
        method: The method.
        path: The address.
        body: What is sent with it.
    """

    method: str
    path: str
    body: bytes = b""

    def encoded(self, *, closes: bool = False) -> bytes:
        """Write it down."""
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            "host: tasador",
            f"connection: {'close' if closes else 'keep-alive'}",
        ]
        if self.body:
            lines += ["content-type: application/json", f"content-length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(slots=True)
class Load:
    """What came of many requests.

    Attributes:
        sent: Requests that were sent whole.
        seconds: By status, how long each answer took.
        failed: By kind, requests that were sent and not answered whole.
        unconnected: How often no connection was to be had; nothing was sent on it.
    """

    sent: int = 0
    seconds: dict[int, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    unconnected: int = 0

    @property
    def answered(self) -> dict[int, int]:
        """How many answers there were, by status."""
        return {status: len(all_) for status, all_ in sorted(self.seconds.items())}

    def percentile(self, status: int, share: float) -> float:
        """Give a percentile of the seconds that answers of one status took."""
        found = sorted(self.seconds.get(status, [0.0]))
        return found[min(len(found) - 1, int(share * len(found)))]

    def median(self, status: int) -> float:
        """Give the median of the seconds that answers of one status took."""
        return statistics.median(self.seconds.get(status, [0.0]))


class _Client:
    """One client, which asks and asks again on its connection, or on a new one each time."""

    def __init__(self, port: int, question: Question, into: Load, *, reconnects: bool) -> None:
        self._port = port
        self._text = question.encoded(closes=reconnects)
        self._into = into
        self._reconnects = reconnects
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self) -> int | None:
        """Ask once; gives the status, or None when nothing could be asked or nothing was answered."""
        try:
            if self._streams is None:
                self._streams = await asyncio.wait_for(
                    asyncio.open_connection("127.0.0.1", self._port), _PATIENCE_SECONDS
                )
        except (OSError, TimeoutError):
            self._into.unconnected += 1
            return None
        reader, writer = self._streams
        if reader.at_eof():  # the server had closed before anything was sent
            self.close()
            return None
        begun = time.perf_counter()
        try:
            writer.write(self._text)
            self._into.sent += 1
            status, closes = await asyncio.wait_for(_read(reader), _PATIENCE_SECONDS)
        except (OSError, EOFError, TimeoutError) as error:
            self._into.failed[type(error).__name__] += 1
            self.close()
            return None
        self._into.seconds.setdefault(status, []).append(time.perf_counter() - begun)
        if closes or self._reconnects:
            self.close()
        return status

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _read(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read an answer to its end; gives its status and whether the server closes after it."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    await reader.readexactly(int(headers.get(b"content-length", b"0")))
    return int(head.split()[1]), headers.get(b"connection") == b"close"


async def ask_once(port: int, question: Question) -> tuple[int | None, float]:
    """Ask on a connection of its own; gives the status and the seconds with the connection's."""
    into = Load()
    begun = time.perf_counter()
    status = await _Client(port, question, into, reconnects=True).ask()
    return status, time.perf_counter() - begun


async def load(
    port: int,
    question: Question,
    *,
    clients: int,
    seconds: float,
    per_second: float | None = None,
    reconnects: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Load:
    """Ask from many clients at once.

    Args:
        port: Where the server listens.
        question: What they ask.
        clients: How many there are.
        seconds: How long they ask.
        per_second: How often all of them together ask; None: each asks again as soon as it was answered.
        reconnects: Whether each takes a new connection for each request.
        stop: Ends it before the time.
    """
    into = Load()
    end = time.perf_counter() + seconds
    pause = None if per_second is None else clients / per_second

    async def one(number: int) -> None:
        client = _Client(port, question, into, reconnects=reconnects)
        due = time.perf_counter() + (0 if pause is None else pause * number / clients)
        while time.perf_counter() < end and not stop():
            if pause is not None:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                due = max(due + pause, time.perf_counter())
            if await client.ask() is None:
                await asyncio.sleep(0.01)
        client.close()

    await asyncio.gather(*(one(number) for number in range(clients)))
    return into
