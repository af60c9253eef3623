"""What ingests, price imports and appraisals cost as they grow: in one process, and on two workers on this machine.

    python -m benchmarks.scale [--rows 1000000,10000000] [--source FOLDER] [--changes 1000000,10000000] [--feed FOLDER]
                               [--tables 2000 --workspace DIR] [--core-hour-usd PRICE]

The sources are synthetic, folders of packed files; both engines must make the same of them. CPU time is the whole
machine's meanwhile, so measure on one that does nothing else. The cluster is up before. `growth` is the CPU time of a
row beside that of the size before. What follows for more cores and rows is told by `benchmarks.scale.model`, from wall
time. Timings say nothing of right or wrong: they gate no test.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from tests.engines.standalone import Standalone, standalone

from benchmarks.measure import TASADOR, Cost, run
from benchmarks.scale.model import CORE_HOUR_USD, fitted, report
from tasador.storage.sources.local_file import sha256_of

_TICKS = os.sysconf("SC_CLK_TCK")


class Import(NamedTuple):
    """A command that makes something of a folder of files.

    Attributes:
        step: Its words.
        target: The folder of a workspace that has what it makes.
        sample: The options that `tasador sample` makes such files with.
        changes: How many rows a record of the catalogue has, about; a file has 40,000 records.
    """

    step: str
    target: str
    sample: tuple[str, ...]
    changes: int


INGEST = Import("ingest", "snapshots", (), 1)
PRICES = Import("prices import", "prices", ("--prices",), 25)


class Measured(NamedTuple):
    """What a command cost, and how long all processors were busy meanwhile, with the cluster's work and all else."""

    alone: Cost
    cpu_seconds: float


class Table:
    """Prints what was measured, and what follows from it."""

    def __init__(self, step: str, core_hour_usd: float) -> None:
        self._step = step
        self._core_hour_usd = core_hour_usd
        self._points: dict[str, list[tuple[int, float]]] = {"local": [], "spark": []}
        self._each: dict[str, float] = {}
        print("\n| step | rows | engine | rows a second | wall s | CPU s | CPU s a million rows | growth | peak MB |")
        print("|---|---|---|---|---|---|---|---|---|", flush=True)

    def add(self, rows: int, engine: str, found: Measured) -> None:
        """Print a row."""
        wall, each = found.alone.wall_seconds, found.cpu_seconds / rows * 1e6
        growth = f"{each / self._each[engine]:.2f}" if engine in self._each else ""
        self._each[engine] = each
        self._points[engine].append((rows, wall))
        cells = (
            self._step, f"{rows:,}", engine, f"{rows / wall:,.0f}", f"{wall:.1f}", f"{found.cpu_seconds:.1f}",
            f"{each:.1f}", growth, f"{found.alone.peak_mb:.0f}",
        )  # fmt: skip
        print(f"| {' | '.join(cells)} |", flush=True)

    def end(self, alone: float = 0.0) -> None:
        """Print what follows, told how many seconds of each row the driver works alone."""
        here, there = fitted(self._points["local"]), fitted(self._points["spark"], alone)
        print("\n" + "\n".join(report(self._step, here, there, core_hour_usd=self._core_hour_usd)), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=_sizes, default="1000000,10000000", help="how many records are ingested")
    parser.add_argument("--source", type=Path, help="a folder of `tasador sample --split` with as many, made before")
    parser.add_argument("--changes", type=_sizes, default="", help="how many changes of prices are imported, about")
    parser.add_argument("--feed", type=Path, help="a folder of `tasador sample --prices --split` with as many")
    parser.add_argument("--tables", type=_sizes, default="", help="how many rows of tables are appraised")
    parser.add_argument("--workspace", type=Path, help="a workspace with a champion, whose games are appraised")
    parser.add_argument("--core-hour-usd", type=float, default=CORE_HOUR_USD, help="what a rented core costs an hour")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, standalone(Path(name)) as cluster:
        place = Path(name)
        for kind, sizes, source in ((INGEST, told.rows, told.source), (PRICES, told.changes, told.feed)):
            if sizes:
                made = source or _sample(place, kind, max(sizes))
                _imported(place, kind, made, sizes, cluster, Table(kind.step, told.core_hour_usd))
        if told.tables:
            _appraised(place, told.workspace, told.tables, cluster, Table("appraise", told.core_hour_usd))


def _sizes(text: str) -> list[int]:
    return [int(rows) for rows in text.split(",") if rows]


def _sample(place: Path, kind: Import, rows: int) -> Path:
    target = place / f"{kind.target}-sample"
    command = [TASADOR, "sample", str(-(-rows // kind.changes)), *kind.sample, "--split", "--output", str(target)]
    subprocess.run(command, check=True)
    return target


def _imported(place: Path, kind: Import, source: Path, sizes: Sequence[int], cluster: Standalone, table: Table) -> None:
    """Import as many of the source's files as have so many rows."""
    for rows in sizes:
        part = place / f"{kind.target}-{rows}"
        part.mkdir()
        for file in sorted(source.iterdir())[: -(-rows // (40_000 * kind.changes))]:
            (part / file.name).symlink_to(file.resolve())
        made = set()
        for engine in ("local", "spark"):
            workspace = place / f"{kind.target}-{rows}-{engine}"
            measured = _run([TASADOR, *kind.step.split(), str(part), "--workspace", str(workspace)], engine, cluster)
            (found,) = (workspace / kind.target).iterdir()
            made.add(found.name)
            table.add(json.loads((found / "manifest.json").read_bytes())["accounting"]["raw"], engine, measured)
            shutil.rmtree(workspace)
        if len(made) != 1:
            raise RuntimeError(f"the engines made different ones: {made}")
    begun = time.monotonic()
    for path in part.iterdir():
        sha256_of(path)
    table.end((time.monotonic() - begun) / rows)


def _appraised(place: Path, workspace: Path, sizes: Sequence[int], cluster: Standalone, table: Table) -> None:
    games = pl.read_parquet(workspace / "snapshots" / "*" / "games.parquet" / "*.parquet")
    columns = games.select("name", "developer", "publisher", "release_date", pl.col("genres", "specs").list.join(";"))
    for rows in sizes:
        file = place / f"table-{rows}.csv"
        columns.sample(rows, seed=1, with_replacement=True).write_csv(file)
        made = set()
        for engine in ("local", "spark"):
            target = place / f"{engine}-{rows}.csv"
            command = [TASADOR, "appraise", str(file), "--output", str(target), "--workspace", str(workspace)]
            table.add(rows, engine, _run(command, engine, cluster))
            made.add(target.read_bytes())
        if len(made) != 1:
            raise RuntimeError("the engines gave different answers")
    table.end()


def _run(command: Sequence[str], engine: str, cluster: Standalone) -> Measured:
    there = [] if engine == "local" else ["--engine", engine, "--master", cluster.master]
    before = _busy_seconds()
    return Measured(run([*command, *there]), _busy_seconds() - before)


def _busy_seconds() -> float:
    """Add up what all processors did: executors and their Python processes end on their own, and tell nobody."""
    user, nice, system, _, _, irq, softirq, *_ = Path("/proc/stat").read_text().split()[1:]
    return sum(map(int, (user, nice, system, irq, softirq))) / _TICKS


if __name__ == "__main__":
    main()
