"""What the exploratory analysis costs: beside ydata-profiling's and skrub's reports, and as the catalogue grows.

    python -m benchmarks.profile [SOURCE] [--peers PYTHON] [--times 1,10,100] [--runs 3]

Whole processes from the snapshot's Parquet to the written page, by the operating system's accounting; ours and theirs
in turn, so that all meet the same machine; the median of the runs. Peers need an environment of their own, since
ydata-profiling wants an older pandas: `--peers` names its interpreter, which has ydata-profiling, skrub, polars and
pyarrow. Without a source a synthetic catalogue of the real one's size is made. Timings say nothing of right or wrong:
they gate no test.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measure import ENVIRONMENT, ROWS, TASADOR, Cost, median, run, sample
from benchmarks.profile.grown import grow
from tasador.storage.workspace import Workspace

PEERS = {
    "skrub TableReport": "skrub",
    "ydata-profiling, minimal": "ydata-minimal",
    "ydata-profiling": "ydata",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help="a catalogue that `tasador ingest` reads")
    parser.add_argument("--peers", help="an interpreter that has the other libraries")
    parser.add_argument("--times", default="1,10,100", help="how often the catalogue is repeated")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured at the catalogue's own size")
    found = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        workspace = Workspace(place / "workspace")
        source = found.source or sample(place, ROWS)
        ingest = [TASADOR, "ingest", str(source), "--workspace", str(workspace.root)]
        subprocess.run(ingest, check=True, capture_output=True, env=ENVIRONMENT)
        _beside(workspace, place, found.peers, found.runs)
        _grown(workspace, place, [int(times) for times in found.times.split(",") if times])


def _beside(workspace: Workspace, place: Path, peers: str | None, runs: int) -> None:
    (games,) = workspace.snapshots.glob("*/games.parquet")
    script = str(Path(__file__).with_name("peer.py"))
    commands = {"Tasador": _profile(workspace)}
    pages = {"Tasador": workspace.profiles / games.parent.name / "profile.html"}
    if peers is None:
        print("The other libraries are left out: `--peers` names an interpreter that has them.\n")
    else:
        for who, which in PEERS.items():
            pages[who] = place / f"{which}.html"
            commands[who] = [peers, script, which, str(games), str(pages[who])]
    costs: dict[str, list[Cost]] = {who: [] for who in commands}
    for _ in range(runs):
        for who, command in commands.items():
            costs[who].append(run(command))
    print("| who | wall s | CPU s | peak MB | page MB | packed with gzip MB |")
    print("|---|---|---|---|---|---|")
    for who, found in costs.items():
        cost, page = median(found), pages[who].read_bytes()
        sizes = f"{len(page) / 1e6:.1f} | {len(gzip.compress(page)) / 1e6:.1f}"
        print(
            f"| {who} | {cost.wall_seconds:.1f} | {cost.cpu_seconds:.1f} | {cost.peak_mb:.0f} | {sizes} |", flush=True
        )


def _grown(workspace: Workspace, place: Path, times: list[int]) -> None:
    print("\n| rows | wall s | CPU s | peak MB | page MB |")
    print("|---|---|---|---|---|")
    for number in times:
        grown = Workspace(place / f"grown-{number}")
        rows = grow(workspace, grown, number)
        cost = run(_profile(grown))
        (page,) = grown.profiles.glob("*/profile.html")
        size = page.stat().st_size / 1e6
        print(
            f"| {rows:,} | {cost.wall_seconds:.1f} | {cost.cpu_seconds:.1f} | {cost.peak_mb:.0f} | {size:.1f} |",
            flush=True,
        )


def _profile(workspace: Workspace) -> list[str]:
    return [TASADOR, "profile", "--force", "--workspace", str(workspace.root)]


if __name__ == "__main__":
    main()
