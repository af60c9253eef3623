"""tasador sample"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import Annotated

import typer

from tasador.cli import numbers

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
    # NOTE: a time stamp in the archive would make the same seed give other bytes.
    atomic.write_bytes(output, gzip.compress(data, mtime=0) if output.suffix == ".gz" else data)
    print(f"{output}: {rows:,} records, seed {seed}", file=sys.stderr)
