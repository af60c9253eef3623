"""Time each step of Tasador beside the course project's, as whole processes, in one run, and print the ratios.

    python -m benchmarks [SOURCE]

Without a source a synthetic catalogue of the real one's size is made. Steps are run in turn, ours and theirs, so that
both meet the same machine; the median of the runs is printed. Timings say nothing of right or wrong: they gate no test.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import ROWS, TASADOR, Cost, median, run, sample, serve

RUNS = 3
COURSE = [sys.executable, "-m", "benchmarks.course_project"]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        source = Path(sys.argv[1]) if len(sys.argv) > 1 else sample(place, ROWS)
        pairs: dict[str, tuple[list[Cost], list[Cost]]] = {}
        for number in range(RUNS):
            workspace = place / f"workspace-{number}"
            common = ["--workspace", str(workspace)]
            csv = str(place / f"clean-{number}.csv")
            steps = {
                "clean": ([TASADOR, "ingest", str(source), *common], [*COURSE, "clean", str(source), csv]),
                "profile": ([TASADOR, "profile", *common], None),
                "train and measure": ([TASADOR, "train", *common], [*COURSE, "train", csv]),
            }
            for step, (ours, theirs) in steps.items():
                found = pairs.setdefault(step, ([], []))
                found[0].append(run(ours))
                if theirs is not None:
                    found[1].append(run(theirs))
            subprocess.run([TASADOR, "run", str(source), *common], check=True, capture_output=True)
            found = pairs.setdefault("start the server", ([], []))
            found[0].append(serve([TASADOR, "serve", "--port", "{port}", *common], "/genero/a%C3%B1o/2016"))
            found[1].append(serve([*COURSE, "serve", csv, "{port}"], "/genero/a%C3%B1o/%7Ba%C3%B1o%7D?A%C3%B1o=2016"))
        _print(source, pairs)


def _print(source: Path, pairs: dict[str, tuple[list[Cost], list[Cost]]]) -> None:
    print(f"{source.name}, median of {RUNS} runs; theirs / ours above 1 means that Tasador needs less\n")
    print("| step | | wall s | CPU s | peak MB |")
    print("|---|---|---|---|---|")
    for step, sides in pairs.items():
        medians = [median(side) for side in sides if side]
        for who, cost in zip(("Tasador", "course project"), medians, strict=False):
            print(f"| {step} | {who} | {cost.wall_seconds:.2f} | {cost.cpu_seconds:.2f} | {cost.peak_mb:.0f} |")
        if len(medians) == 2:
            ours, theirs = medians
            ratios = (
                theirs.wall_seconds / ours.wall_seconds,
                theirs.cpu_seconds / ours.cpu_seconds,
                theirs.peak_mb / ours.peak_mb,
            )
            print(f"| | theirs / ours | {ratios[0]:.2f} | {ratios[1]:.2f} | {ratios[2]:.2f} |")


if __name__ == "__main__":
    main()
