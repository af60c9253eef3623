"""One of two worker processes is killed under load: what its clients lose, and how soon another answers."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.clients import Load, Question, ask_once, load

from benchmarks.serving.servers import Server

__all__ = ["Killing", "kill"]

#: Clients of each kind: no more than can be answered, so that what fails is the kill's.
CLIENTS = 3
LOADED_SECONDS = 2.0
MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Killing:
    """What came of it.

    Attributes:
        kept: What clients asked that keep their connection.
        new: What those asked that take a new one each time.
        back_seconds: From the kill until the process in its place answered a request.
    """

    kept: Load
    new: Load
    back_seconds: float


async def kill(server: Server, counts: Path, question: Question) -> Killing:
    """Kill a worker process as soon as two answer.

    Args:
        counts: Where the workers count together: each that has answered has files there, named by its process.
    """
    await _both_answer(server, counts, question)
    ended = False
    asking = asyncio.gather(
        *(
            load(
                server.port, question, clients=CLIENTS, seconds=MOST_SECONDS, reconnects=reconnects,
                stop=lambda: ended,
            )
            for reconnects in (False, True)
        )
    )  # fmt: skip
    await asyncio.sleep(LOADED_SECONDS)
    before = _answering(counts)
    os.kill(min(before), signal.SIGKILL)
    begun = time.perf_counter()
    while not _answering(counts) - before and time.perf_counter() - begun < MOST_SECONDS:
        await asyncio.sleep(0.01)
    back = time.perf_counter() - begun
    await asyncio.sleep(LOADED_SECONDS)
    ended = True
    kept, new = await asking
    return Killing(kept, new, back)


async def _both_answer(server: Server, counts: Path, question: Question) -> None:
    """Wait until two processes answer."""
    async with asyncio.timeout(MOST_SECONDS):
        while len(_answering(counts)) < 2:
            await ask_once(server.port, question)


def _answering(counts: Path) -> set[int]:
    return {int(path.stem.rpartition("_")[2]) for path in counts.glob("histogram_*.db")}
