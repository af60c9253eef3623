"""Clients that ask for much and hang up: the work that they leave behind."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from tests.e2e.clients import Question

from benchmarks.serving.servers import Server

__all__ = ["Hangups", "hang_up"]

#: How long they wait before they hang up.
PATIENCE_SECONDS = 0.1

#: A server that computes no more than this share of the time has nothing to do.
IDLE_SHARE = 0.05
LOOK_SECONDS = 0.2
MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Hangups:
    """What came of it.

    Attributes:
        asked: How many games they asked for.
        cpu_seconds: What the server computed from their first word until it was idle.
        idle_seconds: From the last that hung up until the server computed nothing more.
        done: Games that were appraised to their end, as the server counts them.
    """

    asked: int
    cpu_seconds: float
    idle_seconds: float
    done: float


async def hang_up(server: Server, lists: Question, games: int, *, clients: int) -> Hangups:
    """Let clients ask for lists of games at once and go away.

    Args:
        games: How many are in a list.
    """
    computed, done = server.cpu_seconds, _answered(server)
    writers = [(await asyncio.open_connection("127.0.0.1", server.port))[1] for _ in range(clients)]
    for writer in writers:
        writer.write(lists.encoded())
        await writer.drain()
    await asyncio.sleep(PATIENCE_SECONDS)
    for writer in writers:
        writer.transport.abort()
    idle = await _until_idle(server)
    return Hangups(clients * games, server.cpu_seconds - computed, idle, _answered(server) - done)


async def _until_idle(server: Server) -> float:
    begun = time.perf_counter()
    while time.perf_counter() - begun < MOST_SECONDS:
        before, at = server.cpu_seconds, time.perf_counter()
        await asyncio.sleep(LOOK_SECONDS)
        if server.cpu_seconds - before <= IDLE_SHARE * LOOK_SECONDS:
            return at - begun
    return float("inf")


def _answered(server: Server) -> float:
    """Read from the server's metrics how many appraisals it has made."""
    lines = server.ask("/metrics").decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("tasador_appraisals_total{"))
