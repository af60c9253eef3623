"""Rows of a Parquet table, each as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from tasador.errors import SourceError
from tasador.ingest.formats.batches import MAX_RECORDS
from tasador.ingest.formats.piece import Piece

__all__ = ["MAGIC", "columns", "rows"]

#: How a Parquet file begins.
MAGIC: Final = b"PAR1"


def columns(piece: Piece) -> list[str]:
    """Name the columns of a table.

    Raises:
        SourceError: The file is damaged or cut.
    """
    return _scan(piece)[1].names()


def rows(piece: Piece) -> Iterator[tuple[bytes, dict[str, Any]]]:
    r"""Read rows, a slice of the table at a time.

    The file itself is held whole: its table of contents stands at its end.

    Returns:
        Each row as a JSON object and what that says. Dates and times are texts, ISO 8601; bytes are texts in
        which `\x` stands for what is no UTF-8.

    Raises:
        SourceError: The file is damaged or cut, or has bytes inside lists or records.
    """
    table, schema = _scan(piece)
    binary = [name for name, dtype in schema.items() if dtype == pl.Binary]
    nested = [name for name, dtype in schema.items() if dtype != pl.Binary and _holds_bytes(dtype)]
    if nested:
        raise SourceError(
            "a column has bytes inside lists or records",
            where=piece.where,
            got=", ".join(nested),
            expected="texts, numbers, dates and lists of these",
            do="Write the file without that column.",
        )
    start = 0
    while True:
        try:
            part = table.slice(start, MAX_RECORDS).collect()
        except (PolarsError, PanicException) as error:
            raise _damaged(piece, error) from error
        part = part.with_columns(_texts(part[name]) for name in binary)
        for line in part.write_ndjson().encode().split(b"\n")[: part.height]:
            yield line, json.loads(line)
        start += part.height
        if part.height < MAX_RECORDS:
            return


def _holds_bytes(dtype: object) -> bool:
    if isinstance(dtype, pl.Struct):
        return any(map(_holds_bytes, dtype.to_schema().values()))
    if isinstance(dtype, pl.List | pl.Array):
        return _holds_bytes(dtype.inner)
    return dtype == pl.Binary


def _texts(column: pl.Series) -> pl.Series:
    texts = [None if value is None else value.decode("utf-8", "backslashreplace") for value in column]
    return pl.Series(column.name, texts, dtype=pl.String)


def _scan(piece: Piece) -> tuple[pl.LazyFrame, pl.Schema]:
    try:
        table = pl.scan_parquet(io.BytesIO(b"".join(piece.blocks())))
        return table, table.collect_schema()
    except (PolarsError, PanicException) as error:
        raise _damaged(piece, error) from error


def _damaged(piece: Piece, error: BaseException) -> SourceError:
    return SourceError(
        "the Parquet file is damaged or cut",
        where=piece.where,
        got=str(error).split("\n")[0],
        expected="a whole Parquet file",
        do="Download or write it again.",
    )
