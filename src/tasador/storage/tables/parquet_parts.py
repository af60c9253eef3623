"""Writes a Parquet table in parts, which become one file when all are there."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from tasador.errors import TasadorError
from tasador.storage.tables.block import Block
from tasador.storage.tables.cells import text

__all__ = ["write_parts"]

_Writer = tuple["Any", Path]


@contextlib.contextmanager
def write_parts(scratch: Path, columns: tuple[str, ...] | None, added: Mapping[str, type]) -> Iterator[_Writer]:
    """Give what writes a block, and the file that is whole when the block ends.

    A column whose values are of types that do not go together becomes text.

    Raises:
        TasadorError: A column has objects with different fields in different rows.
    """
    made = scratch / ".whole.parquet"
    parts = (scratch / f".part-{number:06}.parquet" for number in itertools.count())
    there: list[Path] = []

    def write(block: Block, answers: Sequence[Mapping[str, Any]]) -> None:
        rows = _frame(block, columns) if block.frame is None else block.frame
        values = pl.DataFrame(list(answers), schema=dict(added), orient="row")
        there.append(next(parts))
        rows.hstack(values).write_parquet(there[-1])

    yield write, made
    if not there:
        write(Block([], 0), [])
    scans = [pl.scan_parquet(part, glob=False) for part in there]
    try:
        # NOTE: only rows that name their own columns can differ from part to part.
        table = pl.scan_parquet(there, glob=False) if columns is not None else pl.concat(scans, how="diagonal_relaxed")
        names = [name for name in table.collect_schema().names() if name not in added]
        table.select(*names, *added).sink_parquet(made)
    except PolarsError as error:
        raise TasadorError(
            "the rows do not go into one table",
            where="Parquet",
            got=str(error).split("\n")[0],
            expected="values of one type a column",
            do="Write them as JSON lines: --to jsonl.",
        ) from error


def _frame(block: Block, columns: tuple[str, ...] | None) -> pl.DataFrame:
    if columns is not None:
        cells = {name: [_valid(row.cells.get(name)) for row in block.rows] for name in columns}
        return pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
    names = dict.fromkeys(name for row in block.rows for name in row.cells)
    return pl.DataFrame(
        [_series(name, [row.cells.get(name) for row in block.rows]) for name in names],
    )


def _series(name: str, values: list[Any]) -> pl.Series:
    try:
        return pl.Series(name, values, strict=True)
    except (TypeError, OverflowError, PolarsError, UnicodeEncodeError):
        return pl.Series(name, [None if value is None else _valid(text(value)) for value in values], dtype=pl.String)


def _valid(value: str | None) -> str | None:
    """Write what is no UTF-8 as escapes: Parquet cannot hold it."""
    return None if value is None else value.encode("utf-8", "backslashreplace").decode()
