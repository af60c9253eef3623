"""Rows of a Parquet table, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException, PolarsError

from tasador.errors import SourceError
from tasador.storage.tables.block import BLOCK_ROWS, Block, Row

__all__ = ["blocks", "measure"]


def measure(path: Path, *, where: str) -> tuple[tuple[str, ...], int]:
    """Name the columns of a table and count its rows.

    Raises:
        SourceError: The file is damaged or cut.
    """
    try:
        table = pl.scan_parquet(path, glob=False)
        return tuple(table.collect_schema().names()), int(table.select(pl.len()).collect().item())
    except (PolarsError, PanicException) as error:
        raise _damaged(where, error) from error


def blocks(path: Path, *, where: str) -> Iterator[Block]:
    """Read rows; a table without rows gives one block without rows, for its types.

    Raises:
        SourceError: The file is damaged or cut.
    """
    table = pl.scan_parquet(path, glob=False)
    done = 0
    try:
        for batch in table.collect_batches(chunk_size=BLOCK_ROWS, maintain_order=True, lazy=True, engine="streaming"):
            done += batch.height
            yield Block([Row(cells) for cells in batch.iter_rows(named=True)], done, batch)
        if not done:
            yield Block([], 0, table.head(0).collect())
    except (PolarsError, PanicException) as error:
        raise _damaged(where, error) from error


def _damaged(where: str, error: BaseException) -> SourceError:
    return SourceError(
        "the Parquet file is damaged or cut",
        where=where,
        got=str(error).split("\n")[0],
        expected="a whole Parquet file",
        do="Download or write it again.",
    )
