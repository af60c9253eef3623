"""What it costs to be ready, and what the server holds in memory as more of it is used."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.serving.questions import BATCH, Questions
from benchmarks.serving.servers import Server

__all__ = ["Ready", "resident", "start"]

#: How often each is started.
STARTS = 3


@dataclass(frozen=True, slots=True)
class Ready:
    """What a server had cost when it answered for the first time, the median of its starts."""

    wall_seconds: float
    cpu_seconds: float
    resident_mb: float


def start(server: Server) -> Ready:
    """Start a server several times."""
    found = []
    for _ in range(STARTS):
        with server:
            found.append((server.wall_seconds, server.ready_cpu_seconds, server.resident_mb))
    return Ready(*(statistics.median(column) for column in zip(*found, strict=True)))


def resident(server: Server, questions: Questions, year: int) -> dict[str, float]:
    """Use more and more of Tasador's server, and say what it holds after each part, in MB."""
    found = {}
    for topic in ("genres", "specs", "tags", "sentiment", "top-rated", "prices"):
        server.ask(f"/v1/years/{year}/{topic}?limit=7")
    server.ask(f"/genero/{quote('año')}/{year}")
    found["statistics"] = server.resident_mb
    games = questions.bodies("games", 1).read_bytes().splitlines()
    for game in games:
        server.ask("/v1/appraisals?include=", game)
        server.ask("/v1/appraisals?include=contributions", game)
    server.ask("/v1/appraisals", questions.bodies("games", BATCH).read_bytes().splitlines()[0])
    found["statistics, appraisals"] = server.resident_mb
    for game in games:
        server.ask("/v1/appraisals?include=comparables", game)
    for word in ("war", "simulator", "witcher", "dead"):
        server.ask(f"/v1/games?q={word}&limit=100")
        server.ask(f"/v1/games?sort=price&kind=game&q={word}")
    found["statistics, appraisals, comparables, search"] = server.resident_mb
    return found
