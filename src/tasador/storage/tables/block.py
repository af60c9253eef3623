"""What a table is read in: blocks of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BLOCK_ROWS", "FORMATS", "Block", "Row", "TableFormat"]

TableFormat: TypeAlias = Literal["csv", "jsonl", "parquet"]

#: The formats by name.
FORMATS: Final[tuple[TableFormat, ...]] = ("csv", "jsonl", "parquet")

#: Rows of a block: enough to be handled fast, few enough to need little memory.
BLOCK_ROWS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes:
        cells: Its cells by column, as far as they could be read.
        wrong: Why it could not be read; None when it could.
    """

    cells: dict[str, Any]
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table, in their order.

    Attributes:
        rows: The rows.
        done: How far the reading is after them, in the table's units.
        frame: The same rows with their exact types, where the table has types.
    """

    rows: list[Row]
    done: int
    frame: pl.DataFrame | None = None
