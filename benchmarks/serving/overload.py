"""Ten times as much work as can be done, from very many connections: what is refused, and what the rest notices."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.e2e.clients import Answer, Load, Question, ask_once, load

from benchmarks.serving.servers import Server

__all__ = ["Overload", "Recovery", "overload"]

TIMES = 10

#: Reads beside the work, and who asks for them.
READS_PER_SECOND = 100
READERS = 10

#: Clients that ask at once where it is measured how much can be done.
AT_CAPACITY = 4
CAPACITY_SECONDS = 4.0

#: What a single client is asked of before the load, and how long it goes on asking after it.
UNLOADED = 200
AFTER_SECONDS = 2.0

#: Half of so many answers in a row, as quick as nearly all before the load, are full speed.
IN_A_ROW = 5

SAMPLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Recovery:
    """A single client's answers after the load.

    Attributes:
        unloaded_seconds: What half of its requests, and 99% of them, took at most before the load.
        drained: From the last request of the load to the last answer, in seconds.
        full_speed: From that last answer on until its requests took no longer than before, in seconds; None: never.
    """

    unloaded_seconds: tuple[float, float]
    drained: float
    full_speed: float | None


@dataclass(slots=True)
class Overload:
    """What came of it.

    Attributes:
        capacity: Answers a second when no more is asked than can be done.
        work: The load.
        reads: What is known beforehand, asked meanwhile.
        resident_mb: What the server held: before, every ten seconds, after.
        recovery: How soon it was over.
        unsaid: Refusals that do not say when to come again.
    """

    capacity: float
    work: Load = field(default_factory=Load)
    reads: Load = field(default_factory=Load)
    resident_mb: list[float] = field(default_factory=list)
    recovery: Recovery | None = None
    unsaid: int = 0


async def overload(server: Server, work: Question, read: Question, *, connections: int, seconds: float) -> Overload:
    """Ask for too much, and see."""
    before = [(await ask_once(server.port, work))[1] for _ in range(UNLOADED)]
    found = Overload(await _capacity(server.port, work))

    def heard(answer: Answer) -> None:
        busy = answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
        found.unsaid += busy and "retry-after" not in answer.headers

    found.resident_mb.append(server.resident_mb)
    watching = asyncio.create_task(_watch(server, found.resident_mb))
    end = time.perf_counter() + seconds
    after = asyncio.create_task(_after(server.port, work, end))
    reading = asyncio.create_task(
        load(server.port, read, clients=READERS, seconds=seconds, per_second=READS_PER_SECOND, heard=heard)
    )
    found.work = await load(
        server.port, work, clients=connections, seconds=seconds, per_second=TIMES * found.capacity, heard=heard
    )
    over = time.perf_counter()
    watching.cancel()
    found.reads = await reading
    found.recovery = _recovery(await after, before, end, over)
    found.resident_mb.append(server.resident_mb)
    return found


async def _capacity(port: int, work: Question) -> float:
    answers = await load(port, work, clients=AT_CAPACITY, seconds=CAPACITY_SECONDS)
    return answers.answered.get(HTTPStatus.OK, 0) / CAPACITY_SECONDS


async def _watch(server: Server, resident_mb: list[float]) -> None:
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        resident_mb.append(server.resident_mb)


async def _after(port: int, work: Question, end: float) -> list[tuple[float, int | None, float]]:
    """Ask again and again from the last request of the load on; gives when, the status, and the seconds."""
    await asyncio.sleep(end - time.perf_counter())
    found = []
    while (begun := time.perf_counter()) < end + AFTER_SECONDS:
        found.append((begun, *await ask_once(port, work)))
    return found


def _recovery(asked: list[tuple[float, int | None, float]], before: list[float], end: float, over: float) -> Recovery:
    unloaded = statistics.median(before), statistics.quantiles(before, n=100)[-1]
    for at in range(len(asked) - IN_A_ROW + 1):
        run = asked[at : at + IN_A_ROW]
        answered = all(status == HTTPStatus.OK for _, status, _ in run)
        if answered and statistics.median(took for _, _, took in run) <= unloaded[1]:
            return Recovery(unloaded, over - end, max(0.0, run[0][0] - over))
    return Recovery(unloaded, over - end, None)
