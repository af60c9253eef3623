"""Clients that begin and do not go on: half a head, a body a byte a second, answers that they never take."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice

from tests.e2e.clients import Load, Question, load

from benchmarks.serving.servers import Server

__all__ = ["Silent", "silent"]

HALF_HEAD = b"POST /v1/appraisals HTTP/1.1\r\nhost: tasador\r\ncontent-type: application/json\r\n"
SLOW_BODY = HALF_HEAD + b"content-length: 1000\r\n\r\n"
BYTE_SECONDS = 1.0

#: Requests that one who takes no answer sends in one piece, and seconds until the next piece: faster, and there would
#: be more of them behind one another than the server lets there be.
BEHIND = 10
PIECE_SECONDS = 2.0
LEAST_BUFFER = 4_096

#: Who is to be answered meanwhile: clients, and requests a second.
OTHERS = 8
OTHERS_PER_SECOND = 100


@dataclass(slots=True)
class Silent:
    """What came of it.

    Attributes:
        opened: Connections, by kind of client; who is sent away comes again.
        told: Connections that ended with an answer of the server, by kind and its first line.
        others: What others were answered meanwhile.
        resident_mb: What the server held before, at most, and after.
    """

    opened: Counter[str] = field(default_factory=Counter)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    others: list[Load] = field(default_factory=list)
    resident_mb: tuple[float, float, float] = (0.0, 0.0, 0.0)


async def silent(
    server: Server, others: list[Question], *, halves: int, slow: int, deaf: int, seconds: float
) -> Silent:
    """Let them all come at once, and see how others are answered.

    Args:
        others: What others ask.
    """
    found = Silent()
    end = time.perf_counter() + seconds
    before = most = server.resident_mb
    prices = count(1_000)
    kinds = {"half a head": (halves, HALF_HEAD), "a slow body": (slow, SLOW_BODY)}
    comers = [
        asyncio.create_task(_comes_again(server.port, kind, text, end, found))
        for kind, (many, text) in kinds.items()
        for _ in range(many)
    ]
    comers += [asyncio.create_task(_takes_nothing(server.port, prices, end, found)) for _ in range(deaf)]
    asking = [
        asyncio.create_task(
            load(server.port, question, clients=OTHERS, seconds=seconds, per_second=OTHERS_PER_SECOND / len(others))
        )
        for question in others
    ]
    while time.perf_counter() < end:
        await asyncio.sleep(1)
        most = max(most, server.resident_mb)
    found.others = await asyncio.gather(*asking)
    await asyncio.gather(*comers)
    await asyncio.sleep(1)
    found.resident_mb = (before, most, server.resident_mb)
    return found


async def _comes_again(port: int, kind: str, text: bytes, end: float, found: Silent) -> None:
    """Begin a request, go on a byte a second if it has a body, and begin anew as soon as the server has had enough."""
    while time.perf_counter() < end:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        found.opened[kind] += 1
        writer.write(text)
        hearing = asyncio.create_task(_hear(reader))
        while not hearing.done() and time.perf_counter() < end:
            await asyncio.wait([hearing], timeout=BYTE_SECONDS)
            if text is SLOW_BODY and not hearing.done():
                writer.write(b" ")
        if hearing.done():
            found.told[kind, hearing.result()] += 1
        hearing.cancel()
        writer.close()


async def _hear(reader: asyncio.StreamReader) -> str:
    """Wait for the end of the connection, and give the first line that came."""
    try:
        came = await reader.read()
    except ConnectionError:
        came = b""
    return came.partition(b"\r\n")[0].decode("latin-1") or "closed without a word"


async def _takes_nothing(port: int, prices: Iterator[int], end: float, found: Silent) -> None:
    """Ask for much, again and again on one connection, and never read."""
    kind = "takes no answer"
    loop = asyncio.get_running_loop()
    while time.perf_counter() < end:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LEAST_BUFFER)
            client.settimeout(0)
            await loop.sock_connect(client, ("127.0.0.1", port))
            found.opened[kind] += 1
            while time.perf_counter() < end:
                try:
                    async with asyncio.timeout(PIECE_SECONDS):
                        await loop.sock_sendall(client, b"".join(_searches(prices)))
                except TimeoutError:
                    pass
                except ConnectionError:
                    found.told[kind, "closed without a word"] += 1
                    break
                await asyncio.sleep(PIECE_SECONDS)


def _searches(prices: Iterator[int]) -> Iterator[bytes]:
    """Ask for as many games as one may, each time in another way: what was asked before is remembered, and no work."""
    for price in islice(prices, BEHIND):
        yield Question("GET", f"/v1/games?limit=100&price_max={price}").encoded()
