"""SIGTERM under load, again and again: whether what was asked is answered."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.clients import Load, Question, load

from benchmarks.serving.servers import Server

__all__ = ["Stopping", "stop"]

#: How long each server is asked before it is told to stop, and how long it may take.
LOADED_SECONDS = 1.0
STOP_SECONDS = 30.0

#: Clients of each question that keep their connection, and as many that take a new one each time.
CLIENTS = 6

#: What the server logs of each request that it answered.
LOGGED = '"event": "request_answered"'


@dataclass(slots=True)
class Stopping:
    """What came of many stops.

    Attributes:
        stops: How many.
        sent: Requests.
        answered: By status.
        failed: By how.
        unconnected: How often there was nobody who took a connection; nothing was sent.
        logged: Requests that the servers say they have answered.
        seconds: How long each took to stop.
        codes: What the processes exited with.
    """

    stops: int = 0
    sent: int = 0
    answered: Counter[int] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unconnected: int = 0
    logged: int = 0
    seconds: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)

    def add(self, found: Load) -> None:
        """Add what came of a load."""
        self.sent += found.sent
        self.answered.update(found.answered)
        self.failed.update(found.failed)
        self.unconnected += found.unconnected


async def stop(make: Callable[[], Server], questions: list[Question], *, stops: int) -> Stopping:
    """Start servers, and stop each under load."""
    found = Stopping()
    for _ in range(stops):
        # NOTE: a server and its `with` block wait; nothing else goes on meanwhile.
        with make() as server:
            await asyncio.sleep(0.1)  # a request is logged after it was answered
            already = server.said().count(LOGGED)
            for load_ in await _stopped(server, questions, found):
                found.add(load_)
            found.logged += server.said().count(LOGGED) - already
        found.stops += 1
    return found


async def _stopped(server: Server, questions: list[Question], found: Stopping) -> list[Load]:
    asking = asyncio.gather(
        *(
            load(
                server.port, question, clients=CLIENTS, seconds=STOP_SECONDS, reconnects=reconnects,
                stop=lambda: not server.runs,
            )
            for question in questions
            for reconnects in (False, True)
        )
    )  # fmt: skip
    await asyncio.sleep(LOADED_SECONDS)
    server.signal(signal.SIGTERM)
    begun = time.perf_counter()
    while server.runs and time.perf_counter() - begun < STOP_SECONDS:
        await asyncio.sleep(0.01)
    found.seconds.append(time.perf_counter() - begun)
    loads = await asking
    found.codes[server.code] += 1
    return loads
