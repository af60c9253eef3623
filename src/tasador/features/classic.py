"""The course project's inputs: release year, early access, and whether the game has each genre."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tasador.features.definition import Feature

__all__ = ["build", "definitions", "genre_labels"]

_PREFIX = "genre: "


def genre_labels(games: pl.DataFrame) -> tuple[str, ...]:
    """List the genres there are, in lower case, in alphabetical order."""
    labels = games["genres"].explode(empty_as_null=False, keep_nulls=False)
    return tuple(labels.str.to_lowercase().unique().sort())


def definitions(labels: Sequence[str]) -> tuple[Feature, ...]:
    """Define the inputs, in the order of their columns.

    Args:
        labels: The genres that have a column, in order.
    """
    return (
        Feature("release_year", "float32", "year", ("release_date",), "launch", "date"),
        Feature("early_access", "float32", "0 or 1", ("early_access",), "launch", "early access"),
        *(Feature(f"{_PREFIX}{label}", "float32", "0 or 1", ("genres",), "launch", "genres") for label in labels),
    )


def build(games: pl.DataFrame, labels: Sequence[str]) -> pl.DataFrame:
    """Make the inputs of games; the same for many rows and for one.

    Args:
        games: Rows with `release_year`, `early_access` and `genres`. Null genres count as none.
        labels: The genres that have a column, in order. A game's other genres are left out.

    Returns:
        One row a game in the order given, one Float32 column a feature, no nulls.
    """
    genres = pl.col("genres").list.eval(pl.element().str.to_lowercase())
    return games.select(
        pl.col("release_year").cast(pl.Float32),
        pl.col("early_access").cast(pl.Float32),
        *(
            genres.list.contains(pl.lit(label)).fill_null(value=False).cast(pl.Float32).alias(f"{_PREFIX}{label}")
            for label in labels
        ),
    )
