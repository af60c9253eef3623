"""The API beside a bare ASGI server, the course project's, MLflow's and BentoML's: all started here, in one run.

    python -m benchmarks.serving [SOURCE] [--workspace DIR] [--peers PYTHON] [--rounds N] [--seconds S]

Servers are pinned to one core, wrk to another; slices come in random order, and ratios are taken inside each round, so
that all meet the same machine. A bare server runs twice: what its twin's ratio strays from 1 is a tie. Others are given
the champion's boosters and ready rows of numbers; Tasador is given games, and answers with all that an appraisal has.
Without SOURCE a synthetic catalogue is made; without `--workspace` SOURCE goes through `tasador run` first. MLflow and
BentoML run in another environment, whose interpreter `--peers` names: `pip install bentoml lightgbm mlflow pandas
uvicorn[standard]` there. Timings say nothing of right or wrong: they gate no test.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.measure import ROWS, TASADOR, sample
from benchmarks.serving import questions
from benchmarks.serving.fleet import OURS, YEAR, Fleet
from benchmarks.serving.groups import Group, Groups
from benchmarks.serving.load import measure
from benchmarks.serving.peers import Peers
from benchmarks.serving.ready import resident, start
from benchmarks.serving.servers import CORES, Server
from tasador.storage.workspace import Workspace

#: What being ready may cost, and what our server may hold in memory after more and more use.
WALL_SECONDS, CPU_SECONDS = 1.5, 1.2
RESIDENT_MB = (100, 100, 250)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help="a raw catalogue; the course project's server needs it")
    parser.add_argument("--workspace", type=Path, help="one with a champion, learned from that catalogue")
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has MLflow and BentoML")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2, help="how long each is asked in each round")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        source, workspace = told.source, told.workspace
        if workspace is None:
            source, workspace = source or sample(place, ROWS), place / "workspace"
            learn = [TASADOR, "run", str(source), "--workspace", str(workspace)]
            subprocess.run(learn, check=True, stdout=sys.stderr)
        asked = questions.make(Workspace(workspace), place)
        course = _clean(source, place)
        fleet, peers = Fleet(place, workspace, course), Peers.of(told.peers, place)
        shared = "; they share one core, as there is but one" if CORES[0] == CORES[1] else ""
        print(f"Servers on core {CORES[0]}, wrk on core {CORES[1]}{shared}; {told.rounds} rounds of {told.seconds} s")
        if course is None:
            print("The course project's server is left out: it needs SOURCE, pandas and scikit-learn.")
        for line in peers.missing():
            print(line)
        _ready([fleet.bare_model(), fleet.ours(), *fleet.course_project(), *peers.servers()])
        with fleet.ours() as ours:
            made = Groups(fleet, peers, asked).all(ours.ask)
            _resident(ours, asked)
        if shutil.which("wrk") is None:
            print("\nThroughput is left out: there is no wrk (apt-get install wrk).")
            return
        for group in made:
            _throughput(group, told.rounds, told.seconds)


def _clean(source: Path | None, place: Path) -> Path | None:
    """Make the course project's table, if it can be."""
    if source is None or not all(map(importlib.util.find_spec, ("pandas", "sklearn"))):
        return None
    clean = place / "clean.csv"
    subprocess.run([sys.executable, "-m", "benchmarks.course_project", "clean", source, clean], check=True)
    return clean


def _ready(servers: list[Server]) -> None:
    print("\n## Ready: from the start of the process to its first answer\n")
    print("| server | wall s | CPU s | resident MB |")
    print("|---|---|---|---|")
    for server in servers:
        found = start(server)
        print(
            f"| {server.name} | {found.wall_seconds:.2f} | {found.cpu_seconds:.2f} | {found.resident_mb:.0f} |",
            flush=True,
        )
    print(f"| goal | {WALL_SECONDS} | {CPU_SECONDS} | |")


def _resident(ours: Server, asked: questions.Questions) -> None:
    print(f"\n| {OURS}, after it answered | resident MB | goal |")
    print("|---|---|---|")
    for (what, megabytes), goal in zip(resident(ours, asked, YEAR).items(), RESIDENT_MB, strict=True):
        print(f"| {what} | {megabytes:.0f} | {goal} |", flush=True)


def _throughput(group: Group, rounds: int, seconds: int) -> None:
    with ExitStack() as running:
        for server in {id(target.server): target.server for target in group.targets}.values():
            running.enter_context(server)
        found = measure(group.targets, connections=group.connections, rounds=rounds, seconds=seconds)
    base = group.targets[0].name
    print(f"\n## {group.title}; {group.connections} connections\n")
    print("| server | answers a second | of bare | CPU µs an answer | resident MB | refused |")
    print("|---|---|---|---|---|---|")
    for target in group.targets:
        slices, ratios = found.slices[target.name], found.ratios(target.name, base)
        rate = statistics.median(one.per_second for one in slices)
        cost = statistics.median(one.cpu_us for one in slices)
        print(
            f"| {target.name} | {rate:,.0f} | {_written(ratios)} | {cost:,.0f} | {found.resident_mb[target.name]:.0f} "
            f"| {sum(one.refused for one in slices)} |"
        )
    if not group.goals:
        return
    print("\n| throughput of | times that of | median (range) | goal | |")
    print("|---|---|---|---|---|")
    for goal in group.goals:
        ratios = found.ratios(goal.of, goal.to)
        said = "reached" if statistics.median(ratios) >= goal.least else "missed"
        print(f"| {goal.of} | {goal.to} | {_written(ratios)} | {goal.least} | {said} |", flush=True)


def _written(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


if __name__ == "__main__":
    main()
