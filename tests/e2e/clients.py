"""Clients that load a server: they count what they sent, what was answered, what was lost, and how long it took."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

__all__ = ["CUT_OFF", "TIMED_OUT", "UNHEARD", "UNHEARD_AGAIN", "Answer", "Load", "Question", "ask_once", "load"]

#: How a request that was sent can fail. The last is the one that HTTP lets a client send again (RFC 9112, 9.3.1 and
#: 9.6): the server closed a connection that it had kept, and the request met the closing on its way.
TIMED_OUT: Final = "timed out"
CUT_OFF: Final = "a part of the answer came"
UNHEARD: Final = "no answer on a new connection"
UNHEARD_AGAIN: Final = "no answer on a kept connection"

#: A client that has heard nothing for so long gives up.
_PATIENCE_SECONDS: Final = 10.0

#: A process that was not run for so long, on a machine that has other things to do, sends late what it sends; for so
#: long after that.
_LATE_SECONDS: Final = 0.2
_EFFECT_SECONDS: Final = 1.0


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request.

    Attributes:
        status: The status.
        headers: By name in lower case.
        body: The body.
    """

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Load:
    """What came of many requests.

    Attributes:
        sent: Requests that were sent whole.
        seconds: By status, how long each answer took.
        failed: By kind, requests that were sent and not answered whole.
        unconnected: How often no connection was to be had; nothing was sent on it.
        late: Requests that met the closing of their connection when this process had not run for so long that no
            server waits for it.
    """

    sent: int = 0
    seconds: dict[int, list[float]] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    unconnected: int = 0
    late: int = 0

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


class _Pace:
    """Whether this process runs when it is to."""

    def __init__(self) -> None:
        self._late_at = -math.inf

    async def watch(self) -> None:
        """Look again and again."""
        before = time.perf_counter()
        while True:
            await asyncio.sleep(_LATE_SECONDS / 4)
            now = time.perf_counter()
            if now - before > _LATE_SECONDS:
                self._late_at = now
            before = now

    @property
    def was_late(self) -> bool:
        """Whether it did not, a moment ago."""
        return time.perf_counter() - self._late_at < _EFFECT_SECONDS


class _Client:
    """One client, which asks and asks again on its connection, or on a new one each time."""

    def __init__(
        self,
        port: int,
        question: Question,
        into: Load,
        *,
        pace: _Pace,
        reconnects: bool,
        heard: Callable[[Answer], None],
    ) -> None:
        self._port = port
        self._text = question.encoded(closes=reconnects)
        self._into = into
        self._pace = pace
        self._reconnects = reconnects
        self._heard = heard
        self._line: _Line | None = None

    async def ask(self) -> int | None:
        """Ask once; gives the status, or None when nothing could be asked or nothing was answered."""
        line = await self._connected()
        if line is None:
            return None
        begun = time.perf_counter()
        self._into.sent += 1
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await line.ask(self._text)
        except TimeoutError:
            answer = TIMED_OUT
        if isinstance(answer, str):
            if answer in (UNHEARD, UNHEARD_AGAIN) and self._pace.was_late:
                self._into.late += 1
            else:
                self._into.failed[answer] += 1
            self.close()
            return None
        self._into.seconds.setdefault(answer.status, []).append(time.perf_counter() - begun)
        self._heard(answer)
        if self._reconnects or answer.headers.get("connection") == "close":
            self.close()
        return answer.status

    async def _connected(self) -> _Line | None:
        """Give the connection; None where there is none, or the server closed it before anything was sent."""
        if self._line is None:
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    loop = asyncio.get_running_loop()
                    _, self._line = await loop.create_connection(_Line, "127.0.0.1", self._port)
            except (OSError, TimeoutError):
                self._into.unconnected += 1
        elif self._line.closed:
            self.close()
        return self._line

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.transport.close()
            self._line = None


class _Line(asyncio.Protocol):
    """A connection, which knows how far an answer came."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.closed = False
        self._came = bytearray()
        self._asked = 0
        self._waiting: asyncio.Future[Answer | str] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    async def ask(self, text: bytes) -> Answer | str:
        """Send a request; gives its answer, or how it failed."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._asked += 1
        self.transport.write(text)
        return await self._waiting

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, rest = self._came.partition(b"\r\n\r\n")
        if found:
            status, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            if len(rest) >= int(headers.get("content-length", "0")):
                self._came.clear()
                self._settle(Answer(int(status.split()[1]), headers, bytes(rest)))

    def eof_received(self) -> None:
        self.closed = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._settle(CUT_OFF if self._came else UNHEARD if self._asked == 1 else UNHEARD_AGAIN)

    def _settle(self, outcome: Answer | str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(outcome)


def _nothing(_: Answer) -> None:
    """Who is told does nothing with it."""


async def ask_once(port: int, question: Question) -> tuple[int | None, float]:
    """Ask on a connection of its own; gives the status and the seconds with the connection's."""
    into = Load()
    begun = time.perf_counter()
    status = await _Client(port, question, into, pace=_Pace(), reconnects=True, heard=_nothing).ask()
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
    heard: Callable[[Answer], None] = _nothing,
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
        heard: Told of each answer.
    """
    into, pace = Load(), _Pace()
    end = time.perf_counter() + seconds
    pause = None if per_second is None else clients / per_second

    async def one(number: int) -> None:
        client = _Client(port, question, into, pace=pace, reconnects=reconnects, heard=heard)
        due = time.perf_counter() + (0 if pause is None else pause * number / clients)
        while time.perf_counter() < end and not stop():
            if pause is not None:
                await asyncio.sleep(max(0.0, min(due, end) - time.perf_counter()))
                if due >= end:
                    break
                due = max(due + pause, time.perf_counter())
            if await client.ask() is None:
                await asyncio.sleep(0.01)
        client.close()

    watching = asyncio.create_task(pace.watch())
    await asyncio.gather(*(one(number) for number in range(clients)))
    watching.cancel()
    return into
