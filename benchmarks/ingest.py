"""What ingest costs: beside the course project's cleaning, beside Polars on ready JSON lines, and as sources grow.

    python -m benchmarks.ingest [SOURCE] [--times 1,10,30,100] [--beside 1,30]

Whole processes from the packed source to the published snapshot, by the operating system's accounting; ours and theirs
in turn, so that both meet the same machine; the median of the runs. Without a source a synthetic catalogue of the real
one's size is made. Timings say nothing of right or wrong: they gate no test.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import repeated
from benchmarks.measure import ENVIRONMENT, ROWS, TASADOR, Cost, median, run, sample

COURSE = [sys.executable, "-m", "benchmarks.course_project", "clean"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help="a catalogue of Python literals, packed with gzip or not")
    parser.add_argument("--times", default="1,10,30,100", help="how often the source is repeated")
    parser.add_argument(
        "--beside", default="1,30", help="of these, beside the course project (30 needs 5 GB of memory)"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured up to 10 times the source")
    found = parser.parse_args()
    beside = {int(times) for times in found.beside.split(",") if times}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        source = found.source or sample(place, ROWS)
        _parsing(source)
        print("\n| source | rows | who | wall s | CPU s | CPU s a million rows | peak MB | theirs / ours, CPU |")
        print("|---|---|---|---|---|---|---|---|")
        for times in map(int, found.times.split(",")):
            _grown(place, source, times, beside=times in beside, runs=found.runs if times <= 10 else 1)


def _parsing(source: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.parsing", source],
        check=True,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    costs = json.loads(done.stdout)
    print("Parsing alone, in one process, median; a ratio is against Polars on the same rows as ready JSON lines\n")
    print("| who | CPU s | wall s | ratio, CPU | ratio, wall |")
    print("|---|---|---|---|---|")
    for who, (cpu, wall) in costs.items():
        ratios = (cpu / costs["polars"][0], wall / costs["polars"][1])
        print(f"| {who} | {cpu:.3f} | {wall:.3f} | {ratios[0]:.2f} | {ratios[1]:.2f} |")


def _grown(place: Path, source: Path, times: int, *, beside: bool, runs: int) -> None:
    grown = place / f"{times}.json.gz"
    size = repeated.write(source, grown, times)
    ours: list[Cost] = []
    theirs: list[Cost] = []
    rows = 0
    # NOTE: the first run of each pays for what later ones find on the disk and in memory, so it is not counted.
    for number in range(-1 if times == 1 else 0, runs):
        workspace = place / f"workspace-{times}-{number}"
        cost = run([TASADOR, "ingest", str(grown), "--workspace", str(workspace), "--json"])
        other = run([*COURSE, str(grown), str(place / "clean.csv")]) if beside else None
        if number >= 0:
            ours.append(cost)
            if other is not None:
                theirs.append(other)
        rows = _rows(workspace)
    mine = median(ours)
    if theirs:
        peer = median(theirs)
        _print(times, size, rows, "course project", peer, "")
        _print(times, size, rows, "Tasador", mine, f"{peer.cpu_seconds / mine.cpu_seconds:.1f}")
    else:
        _print(times, size, rows, "Tasador", mine, "")
    grown.unlink()


def _rows(workspace: Path) -> int:
    (manifest,) = workspace.glob("snapshots/*/manifest.json")
    return int(json.loads(manifest.read_text())["accounting"]["raw"])


def _print(times: int, size: int, rows: int, who: str, cost: Cost, ratio: str) -> None:
    print(
        f"| {times} x, {size / 1e6:,.0f} MB | {rows:,} | {who} | {cost.wall_seconds:.2f} | {cost.cpu_seconds:.2f} "
        f"| {cost.cpu_seconds / rows * 1e6:.1f} | {cost.peak_mb:.0f} | {ratio} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
