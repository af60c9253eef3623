"""Which entries of a catalogue models learn from and are measured on."""

from __future__ import annotations

import polars as pl

__all__ = ["priced_rows", "training_rows"]


def training_rows(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the paid entries that the course project trained on: dated, a number for a price, with genres."""
    return games.filter(_listed() & pl.col("genres").is_not_null())


def priced_rows(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the paid entries and the free ones beside them: dated, of known price, with genres."""
    return games.filter(_listed() | (pl.col("price_usd") == 0), pl.col("genres").is_not_null())


def _listed() -> pl.Expr:
    return (pl.col("price_basis") == "listed") & (pl.col("price_usd") > 0)
