"""Catalogues made from what a test is about."""

from __future__ import annotations

from typing import Any

import polars as pl

from tasador.contracts.vocabulary import KINDS, SENTIMENTS

COLUMNS: dict[str, Any] = {
    "app_id": pl.UInt32,
    "name": pl.String,
    "kind": pl.Enum(KINDS),
    "release_year": pl.Int16,
    "early_access": pl.Boolean,
    "genres": pl.List(pl.String),
    "specs": pl.List(pl.String),
    "tags": pl.List(pl.String),
    "price_usd": pl.Float64,
    "sentiment": pl.Enum(SENTIMENTS),
    "metascore": pl.UInt8,
    "positive_reviews": pl.UInt32,
    "negative_reviews": pl.UInt32,
}


def catalogue(*rows: dict[str, Any]) -> pl.DataFrame:
    """Games of 2016 that cost 9.99, but for what is said of each."""
    usual = {"name": "A Game", "kind": "game", "release_year": 2016, "early_access": False, "price_usd": 9.99}
    return pl.DataFrame([{"app_id": number, **usual, **row} for number, row in enumerate(rows, 1)], schema=COLUMNS)
