"""Columns made from the distinct values of another: catalogues repeat themselves, so most work needs doing once."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

__all__ = ["with_distinct"]


def with_distinct(frame: pl.DataFrame, column: str, make: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Add to each row what is made of its value in one column.

    Args:
        frame: Any rows.
        column: The column.
        make: Called with the distinct values, one row each; returns that column and those to add, one row each.
    """
    made = make(frame.select(column).unique())
    return frame.join(made, on=column, how="left", nulls_equal=True, maintain_order="left")
