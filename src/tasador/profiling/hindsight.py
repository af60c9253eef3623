"""Hindsight: what is known of an entry only after its launch, and how it grows with the audience."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.figures import share

__all__ = ["KNOWN_LATER", "describe_hindsight"]

#: Columns that players, critics or a sale fill in after launch.
KNOWN_LATER: Final = (
    "tags",
    "sentiment",
    "user_reviews",
    "positive_reviews",
    "negative_reviews",
    "metascore",
    "owners_min",
    "owners_max",
    "current_price",
)


def describe_hindsight(games: pl.DataFrame) -> dict[str, Any]:
    """Describe the columns that are filled in after launch.

    Args:
        games: One row an app id.

    Returns:
        `columns` that have any value, with the share of rows that have one; `tags_by_audience`: n and the median and
        mean number of tags of rows of kind game with a summary of reviews and without, of none in a table without
        tags; and `reviews_instead`: n and the largest number of reviews of rows that have it in the place of a summary.
    """
    known = games if games["tags"].count() else games.clear()
    of_kind_game = known.filter(pl.col("kind").cast(pl.String) == "game")
    reviewed = pl.col("sentiment").is_not_null()
    instead = games.filter(~reviewed)["user_reviews"].drop_nulls()
    return {
        "columns": [
            {"column": name, "n": games[name].count(), "share": share(games[name].count(), len(games))}
            for name in KNOWN_LATER
            if games[name].count()
        ],
        "tags_by_audience": {
            "reviewed": _tags(of_kind_game.filter(reviewed)),
            "not_reviewed": _tags(of_kind_game.filter(~reviewed)),
        },
        "reviews_instead": {"n": len(instead), "most": instead.max()},
    }


def _tags(games: pl.DataFrame) -> dict[str, Any]:
    number = games["tags"].list.len().fill_null(0)
    return {"n": len(games), "median": number.median(), "mean": number.mean()}
