"""Parsing alone: Python-literal lines by Tasador, and the same rows as ready JSON lines by Polars, in one process.

    python -m benchmarks.parsing SOURCE

Prints one JSON object: the median CPU and wall seconds of each. Both sides end with the same columns in memory.
"""

from __future__ import annotations

import gzip
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from tasador.ingest.formats.format import FORMATS
from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw_fields import PUBLISHED_FIELDS

RUNS = 7


def main(source: Path) -> None:
    """Measure and print."""
    packed = source.read_bytes()
    data = gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed
    literals = FORMATS["python-literals"]

    def ours() -> pl.DataFrame:
        return pl.concat(
            [raw.rows.select(PUBLISHED_FIELDS.names()) for raw in literals.read([Piece("x", lambda: iter([data]))])]
        )

    ready = io.BytesIO()
    ours().write_ndjson(ready)
    text = ready.getvalue()

    def polars() -> pl.DataFrame:
        return pl.read_ndjson(io.BytesIO(text), schema=PUBLISHED_FIELDS)

    if not polars().equals(ours()):
        raise SystemExit("the two sides do not read the same")
    sides = {"tasador": ours, "polars": polars, "gunzip": lambda: gzip.decompress(packed)}
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for _ in range(RUNS):
        for name, side in sides.items():
            costs[name].append(_cost(side))
    medians = {
        name: [statistics.median(column) for column in zip(*found, strict=True)] for name, found in costs.items()
    }
    print(json.dumps(medians))


def _cost(side: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    side()
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    main(Path(sys.argv[1]))
