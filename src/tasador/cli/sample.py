"""tasador sample"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import Annotated

import typer

from tasador.cli import numbers
from tasador.errors import TasadorError

Rows = Annotated[int, typer.Argument(metavar="N", parser=numbers.whole_number(0), help="How many records.")]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="S", parser=numbers.whole_number(0), help="The same seed gives the same bytes."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where to write it; .gz compresses. [default: standard output]"
    ),
]


def sample(rows: Rows, seed: Seed = 0, output: Output = None) -> None:
    """Write a synthetic raw catalogue, shaped like the real one and with all its warts."""
    from tasador.storage import atomic
    from tasador.testing import make_raw_lines

    data = b"".join(line + b"\n" for line in make_raw_lines(rows, seed=seed))
    if output is None:
        sys.stdout.buffer.write(data)
        return
    target = output.resolve()
    if target.is_dir() or not target.parent.is_dir():
        raise TasadorError(
            "cannot write there",
            where=output,
            got="a folder" if target.is_dir() else f"no folder {target.parent}",
            expected="a file in a folder that is there",
            do="Name a file.",
        )
    # NOTE: a time stamp in the archive would make the same seed give other bytes.
    packed = gzip.compress(data, mtime=0) if output.suffix == ".gz" else data
    if target.exists() and not target.is_file():
        with target.open("wb") as device:  # a pipe or a device is written to, not replaced
            device.write(packed)
    else:
        atomic.write_bytes(target, packed)
    print(f"{output}: {rows:,} records, seed {seed}", file=sys.stderr)
