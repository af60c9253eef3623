"""What ingest and appraisal cost as catalogues grow: in one process, and on a cluster of two workers on this machine.

    python -m benchmarks.scale [--rows 40000,400000,1000000] [--source FOLDER] [--tables 2000 --workspace DIR]

The sources are synthetic, a folder with a packed file for each 40,000 records; both engines must make the same snapshot
of them. CPU time is of all processes: of the cluster its executors and their Python processes too. The cluster is up
before anything is measured. On one machine the two workers share the processors that the one process has to itself, so
what is compared is CPU time; wall time of more machines follows from it by the model of docs/scale.md. Timings say
nothing of right or wrong: they gate no test.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from tests.engines.standalone import Standalone, standalone

from benchmarks.measure import TASADOR, Cost, run

#: `PR_SET_CHILD_SUBREAPER` of prctl(2): processes whose parent ends become this one's children.
_SUBREAPER = 36

_TICKS = os.sysconf("SC_CLK_TCK")


class Measured(NamedTuple):
    """What a command cost, and what the cluster did for it."""

    alone: Cost
    cluster_cpu_seconds: float

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all processes."""
        return self.alone.cpu_seconds + self.cluster_cpu_seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="40000,400000,1000000", help="how many records")
    parser.add_argument("--source", type=Path, help="a folder of `tasador sample --split` with as many, made before")
    parser.add_argument("--tables", default="", help="how many rows of tables are appraised")
    parser.add_argument("--workspace", type=Path, help="a workspace with a champion, whose games are appraised")
    found = parser.parse_args()
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    sizes = [int(rows) for rows in found.rows.split(",") if rows]
    with tempfile.TemporaryDirectory() as name, standalone(Path(name)) as cluster:
        place = Path(name)
        source = found.source or _sample(place, max(sizes, default=1))
        print("| step | rows | engine | CPU s | CPU s a million rows | wall s | peak MB of the command |")
        print("|---|---|---|---|---|---|---|", flush=True)
        for rows in sizes:
            _ingest(place, source, rows, cluster)
        for rows in (int(rows) for rows in found.tables.split(",") if rows):
            _appraise(place, found.workspace, rows, cluster)


def _sample(place: Path, rows: int) -> Path:
    subprocess.run([TASADOR, "sample", str(rows), "--split", "--output", str(place / "sample")], check=True)
    return place / "sample"


def _ingest(place: Path, source: Path, rows: int, cluster: Standalone) -> None:
    part = place / f"source-{rows}"
    part.mkdir()
    for file in sorted(source.iterdir())[: -(-rows // 40_000)]:
        (part / file.name).symlink_to(file.resolve())
    made = set()
    for engine in ("local", "spark"):
        workspace = place / f"{engine}-{rows}"
        measured = _run([TASADOR, "ingest", str(part), "--workspace", str(workspace)], engine, cluster)
        (snapshot,) = (workspace / "snapshots").iterdir()
        made.add(snapshot.name)
        _print("ingest", rows, engine, measured)
    if len(made) != 1:
        raise RuntimeError(f"the engines made different snapshots: {made}")


def _appraise(place: Path, workspace: Path, rows: int, cluster: Standalone) -> None:
    games = pl.read_parquet(workspace / "snapshots" / "*" / "games.parquet" / "*.parquet")
    table = games.select(
        "name", "developer", "publisher", "release_date", pl.col("genres", "specs").list.join(";")
    ).sample(rows, seed=1, with_replacement=True)
    file = place / f"table-{rows}.csv"
    table.write_csv(file)
    made = set()
    for engine in ("local", "spark"):
        target = place / f"{engine}-{rows}.csv"
        command = [TASADOR, "appraise", str(file), "--output", str(target), "--workspace", str(workspace)]
        measured = _run(command, engine, cluster)
        made.add(target.read_bytes())
        _print("appraise", rows, engine, measured)
    if len(made) != 1:
        raise RuntimeError("the engines gave different answers")


def _run(command: Sequence[str], engine: str, cluster: Standalone) -> Measured:
    before = _cpu_seconds(cluster)
    there = [] if engine == "local" else ["--engine", engine, "--master", cluster.master]
    cost = run([*command, *there])
    return Measured(cost, _orphans_cpu_seconds(cluster) + _cpu_seconds(cluster) - before)


def _orphans_cpu_seconds(cluster: Standalone) -> float:
    """Wait for the Java process that a command leaves, and tell what it used: it became a child of this process."""
    kept = {process.pid for process in (cluster.leader, *cluster.workers)}
    total = 0.0
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        if int(child) not in kept:
            usage = os.wait4(int(child), 0)[2]
            total += usage.ru_utime + usage.ru_stime
    return total


def _cpu_seconds(cluster: Standalone) -> float:
    """Add up what the workers' processes used, also those that have ended: each worker leads a session."""
    sessions = {process.pid for process in cluster.workers}
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) in sessions:
            total += sum(map(int, fields[11:15]))
    return total / _TICKS


def _print(step: str, rows: int, engine: str, found: Measured) -> None:
    cpu, wall, peak = found.cpu_seconds, found.alone.wall_seconds, found.alone.peak_mb
    print(
        f"| {step} | {rows:,} | {engine} | {cpu:.1f} | {cpu / rows * 1e6:.1f} | {wall:.1f} | {peak:.0f} |", flush=True
    )


if __name__ == "__main__":
    main()
