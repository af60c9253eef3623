"""Whether the server stands: asked for too much, left waiting, promoted to, stopped and killed under load.

    python -m benchmarks.serving.standing [SOURCE] [--workspace DIR] [--seconds S] [--stops N] [--changes N]
        [--parts PART ...]

Starts the server itself and prints counts: requests sent, answered by status, and failed, by how. Without `--workspace`
SOURCE, or a synthetic catalogue, goes through `tasador run` first; a workspace is copied, since its champion is
changed. One process runs on one core and its clients on another; two processes share both with their clients. Nothing
here gates a test: the shorter forms of it that do are in `tests/e2e/test_standing.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

import uvloop
from tests.e2e.clients import Load, Question

from benchmarks.measure import ROWS, TASADOR, sample
from benchmarks.serving import questions
from benchmarks.serving.fleet import OURS, READ
from benchmarks.serving.hangups import hang_up
from benchmarks.serving.killing import kill
from benchmarks.serving.overload import overload
from benchmarks.serving.reloading import reload
from benchmarks.serving.servers import CORES, Server
from benchmarks.serving.silent import silent
from benchmarks.serving.stopping import stop
from tasador.storage.workspace import Workspace

CONNECTIONS = 1_000
HALVES, SLOW, DEAF = 500, 500, 8

#: A list of games as long as there may be, and how many ask for it and hang up.
MOST_GAMES = 1_000
HANGING_UP = 200

LOGGED = {"TASADOR_LOG_LEVEL": "info", "TASADOR_LOG_FORMAT": "json"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the parts stand on.

    Attributes:
        workspace: Served; its champion may be changed.
        place: A scratch directory.
        told: What was asked for on the command line.
        one: An appraisal with contributions and comparables.
        read: What is known beforehand.
        lists: As many games as one may ask for at once.
    """

    workspace: Workspace
    place: Path
    told: argparse.Namespace
    one: Question
    read: Question
    lists: Question

    @property
    def asked(self) -> dict[str, Question]:
        """What is asked, by what it is called."""
        return {"appraisals": self.one, "statistics": self.read, "model": Question("GET", "/v1/model")}

    def serve(self, workers: int = 1, variables: Mapping[str, str] | None = None) -> Server:
        """Make a server."""
        command = [TASADOR, "serve", "--workspace", str(self.workspace.root), "--port", "{port}"]
        core = CORES[0] if workers == 1 else None
        os.sched_setaffinity(0, {CORES[1]} if workers == 1 else set(CORES))
        return Server(OURS, [*command, "--workers", str(workers)], READ, variables=variables, core=core)


def main() -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help="a raw catalogue; without it one is made")
    parser.add_argument("--workspace", type=Path, help="one with a champion and one before it; it is copied")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long there is too much to do")
    parser.add_argument("--stops", type=int, default=50)
    parser.add_argument("--changes", type=int, default=20, help="promotions and rollbacks")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to run")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        workspace = _workspace(told.source, told.workspace, place)
        bodies = questions.make(workspace, place).bodies("games", 1).read_bytes().splitlines()
        many = [json.loads(bodies[at % len(bodies)]) for at in range(MOST_GAMES)]
        lists = Question("POST", "/v1/appraisals", json.dumps(many).encode())
        ground = Ground(
            workspace, place, told, Question("POST", "/v1/appraisals", bodies[0]), Question("GET", READ), lists
        )
        shared = "; they share one core, as there is but one" if CORES[0] == CORES[1] else ""
        print(f"One server process on core {CORES[0]}, its clients on core {CORES[1]}{shared}; two share both.")
        for part in told.parts:
            print(f"\n## {part.capitalize()} (load average {os.getloadavg()[0]:.1f})\n", flush=True)
            PARTS[part](ground)


def _workspace(source: Path | None, workspace: Path | None, place: Path) -> Workspace:
    """Copy a workspace, or make one with two champions after each other, of different catalogues."""
    root = place / "workspace"
    if workspace is not None:
        shutil.copytree(workspace, root, ignore=shutil.ignore_patterns("runs", "profiles"))
        return Workspace(root)
    smaller = sample(place, ROWS // 4).rename(place / "smaller_games.json.gz")
    for catalogue in (smaller, source or sample(place, ROWS)):
        subprocess.run([TASADOR, "run", str(catalogue), "--workspace", str(root)], check=True, stdout=sys.stderr)
    return Workspace(root)


def _overload(ground: Ground) -> None:
    with ground.serve() as server:
        found = uvloop.run(
            overload(server, ground.one, ground.read, connections=CONNECTIONS, seconds=ground.told.seconds)
        )
    print(f"{found.capacity:.0f} appraisals a second can be made; {CONNECTIONS:,} clients ask for ten times that.\n")
    _loads({"appraisals": found.work, "statistics": found.reads})
    print(f"\nRefusals that do not say when to come again: {found.unsaid}")
    print(f"Resident MB, before, every ten seconds, after: {', '.join(f'{one:.0f}' for one in found.resident_mb)}")
    over = found.recovery
    if over is not None:
        speed = "not within two seconds" if over.full_speed is None else f"{over.full_speed * 1e3:.0f} ms after that"
        half, most = (seconds * 1e3 for seconds in over.unloaded_seconds)
        print(
            f"The last answer came {over.drained * 1e3:.0f} ms after the last request; {speed} a single client was "
            f"answered as quickly as before the load: {half:.1f} ms at the median, {most:.1f} ms at p99."
        )


def _silent(ground: Ground) -> None:
    with ground.serve() as server:
        asked = list(ground.asked.values())
        found = uvloop.run(silent(server, asked, halves=HALVES, slow=SLOW, deaf=DEAF, seconds=ground.told.seconds))
    _loads(dict(zip(ground.asked, found.others, strict=True)))
    print("\n| clients | connections opened | ended by the server |")
    print("|---|---|---|")
    for kind, opened in found.opened.items():
        told = ", ".join(f"{n:,} {first}" for (of, first), n in sorted(found.told.items()) if of == kind)
        print(f"| {kind} | {opened:,} | {told or 'none'} |")
    before, most, after = found.resident_mb
    print(f"\nResident MB: {before:.0f} before, {most:.0f} at most, {after:.0f} after.")


def _hangups(ground: Ground) -> None:
    with ground.serve() as server:
        server.ask("/v1/appraisals", ground.one.body)
        found = uvloop.run(hang_up(server, ground.lists, MOST_GAMES, clients=HANGING_UP))
    print(
        f"{HANGING_UP} clients asked for {found.asked:,} appraisals and hung up: {found.done:,.0f} were made, in "
        f"{found.cpu_seconds:.2f} CPU s; the server was idle {found.idle_seconds:.1f} s after they had gone."
    )


def _reloads(ground: Ground) -> None:
    for workers in (1, 2):
        with ground.serve(workers) as server:
            found = uvloop.run(reload(server, ground.workspace, ground.asked, changes=ground.told.changes))
        if found is None:
            print("Left out: the workspace has had one champion only.")
            return
        print(f"{'One process' if workers == 1 else 'Two processes'}: {found.changes} changes of the champion.\n")
        _loads(found.loads)
        for (version, snapshot), n in found.named.items():
            print(f"\n{n:,} answers name {version} and {snapshot}", end="")
        print(f"; mixed answers: {found.mixed}\n\nA damaged champion: {found.refused}; counted: {found.failures:.0f}\n")


def _stops(ground: Ground) -> None:
    print("| processes | stops | sent | answered | so logged | failed | no connection | seconds | exit codes |")
    print("|---|---|---|---|---|---|---|---|---|")
    for workers in (1, 2):
        serve = partial(ground.serve, workers, LOGGED)
        found = uvloop.run(stop(serve, [ground.one, ground.read], stops=ground.told.stops))
        print(
            f"| {workers} | {found.stops} | {found.sent:,} | {_counted(found.answered)} | {found.logged:,} "
            f"| {_counted(found.failed)} | {found.unconnected:,} | {max(found.seconds):.2f} at most "
            f"| {_counted(found.codes)} |",
            flush=True,
        )


def _kill(ground: Ground) -> None:
    counts = ground.place / "counts"
    counts.mkdir()
    with ground.serve(2, {"PROMETHEUS_MULTIPROC_DIR": str(counts)}) as server:
        found = uvloop.run(kill(server, counts, ground.one))
    _loads({"kept connections": found.kept, "new connections": found.new})
    print(f"\nThe process in its place answered {found.back_seconds:.2f} s after the kill.")


def _loads(loads: Mapping[str, Load]) -> None:
    print("| asked | sent | answered | failed | no connection | admitted p50, p99 ms | refused p99 ms |")
    print("|---|---|---|---|---|---|---|")
    for name, one in loads.items():
        half, most = (one.percentile(HTTPStatus.OK, share) * 1e3 for share in (0.5, 0.99))
        refused = one.percentile(HTTPStatus.SERVICE_UNAVAILABLE, 0.99) * 1e3
        print(
            f"| {name} | {one.sent:,} | {_counted(one.answered)} | {_counted(one.failed)} | {one.unconnected:,} "
            f"| {half:.1f}, {most:.1f} | {refused:.1f} |"
        )


def _counted(counts: Mapping[int, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} × {what}" for what, n in counts.items()) or "none"


PARTS: Mapping[str, Callable[[Ground], None]] = {
    "overload": _overload,
    "silent": _silent,
    "hangups": _hangups,
    "reloads": _reloads,
    "stops": _stops,
    "kill": _kill,
}


if __name__ == "__main__":
    main()
