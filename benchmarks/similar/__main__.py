"""Similar games: whether they are of use, what they cost, and what that becomes as a catalogue grows.

    python -m benchmarks.similar evaluate PURCHASES [SOURCE] [--workspace DIR] [--write]
    python -m benchmarks.similar cost [SOURCE] [--workspace DIR] [--write]
    python -m benchmarks.similar growth [--most N] [--write]

`evaluate` holds purchases out and looks for them: PURCHASES is a zip of a CSV without a header of user, title, purchase
or play, hours, 0, as the table "Steam Video Games" is published. SOURCE is a raw catalogue; without it, that of the
workspace is taken, or a synthetic one made. `cost` prints memory, time and exactness beside the dense matrix, an
approximate index and a decomposition; `growth` the same as a synthetic catalogue grows to a million games. `--write`
writes the tables into docs/similar.md. implicit, usearch and sparse_dot_topn are measured beside where they are
installed. Times are of the CPU, of one process.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

#: One thread: times of the CPU are not to hide what several do.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from benchmarks.measure import ROWS, sample  # noqa: E402
from benchmarks.similar import page  # noqa: E402
from tasador.storage.workspace import Workspace  # noqa: E402
from tasador.workflows.ingest import ingest  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("evaluate", "cost", "growth"))
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="PURCHASES for evaluate; SOURCE")
    parser.add_argument("--workspace", type=Path, help="one that has a snapshot")
    parser.add_argument("--most", type=int, default=1_000_000, metavar="N", help="the most games of growth")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/similar.md")
    given = parser.parse_args()
    table = given.files.pop(0) if given.what == "evaluate" and given.files else None
    if given.what == "evaluate" and table is None:
        parser.error("evaluate needs PURCHASES")
    with tempfile.TemporaryDirectory() as name:
        if given.what == "growth":
            from benchmarks.similar.growth import grow

            parts = list(grow(given.most, Path(name)))
        else:
            workspace, snapshot = _catalogue(given.workspace, given.files, Path(name))
            if table is not None:
                from benchmarks.similar.evaluation import evaluate

                parts = list(evaluate(workspace, snapshot, table))
            else:
                from benchmarks.similar.cost import cost

                parts = list(cost(workspace, snapshot))
    print("\n" + "\n\n".join(parts))
    if given.write:
        page.write(given.what, parts)


def _catalogue(workspace: Path | None, sources: list[Path], place: Path) -> tuple[Workspace, str]:
    found = Workspace(workspace or place / "workspace")
    if workspace is not None and (known := found.current().snapshot) is not None:
        return found, known
    source = sources[0] if sources else sample(place, ROWS)
    return found, ingest(found, [str(source)]).snapshot


if __name__ == "__main__":
    main()
