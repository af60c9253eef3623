"""Sales: which entries were on sale when their source saw them."""

from __future__ import annotations

import polars as pl

__all__ = ["is_on_sale", "is_told_of_all"]


def is_told_of_all() -> pl.Expr:
    """Whether a row's source gives the current price of every entry, and not only of those on sale.

    A source does when half or more of its paid rows have one: so much is never on sale at once.
    """
    is_paid = pl.col("list_price") > 0
    given = (is_paid & pl.col("current_price").is_not_null()).sum()
    return ((given > 0) & (2 * given >= is_paid.sum())).over("source")


def is_on_sale() -> pl.Expr:
    """Whether a row was on sale: its current price is below its list price.

    A source that gives current prices of entries on sale only also tells so of one whose list price is unknown.
    """
    below = pl.col("current_price") < pl.col("list_price")
    told = pl.col("list_price").is_null() & pl.col("current_price").is_not_null() & ~is_told_of_all()
    return below.fill_null(value=False) | told
