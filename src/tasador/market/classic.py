"""The six statistics of the course project, by release year, over the rows that it counted.

Each function takes the classic rows and a year and answers with what its route answers for that year; a year
without rows gives an empty answer, or 0. Labels are in lower case, as its clients know them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import polars as pl

__all__ = [
    "STATISTICS",
    "classic_rows",
    "early_access_count",
    "released_games",
    "sentiments",
    "top_genres",
    "top_metascores",
    "top_specs",
    "years",
]

#: How many genres, specs and scores are answered.
TOP: Final = 5


def classic_rows(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the games that the course project counted: dated, with a number for a price."""
    return games.filter(pl.col("price_basis") == "listed")


def years(rows: pl.DataFrame) -> list[int]:
    """List the years that have rows, in order."""
    return rows["release_year"].unique().sort().to_list()


def top_genres(rows: pl.DataFrame, year: int) -> dict[str, int]:
    """Count the five commonest genres of a year, commonest first; of equals, the one that came first."""
    return _top_labels(rows, year, "genres")


def released_games(rows: pl.DataFrame, year: int) -> dict[str, int]:
    """Name the games of a year, each with the year; games of one name are one entry."""
    return dict.fromkeys(_of(rows, year)["name"], year)


def top_specs(rows: pl.DataFrame, year: int) -> dict[str, int]:
    """Count the five commonest features of a year, commonest first; of equals, the one that came first."""
    return _top_labels(rows, year, "specs")


def early_access_count(rows: pl.DataFrame, year: int) -> int:
    """Count the games of a year that are early access."""
    return int(_of(rows, year)["early_access"].sum())


def sentiments(rows: pl.DataFrame, year: int) -> dict[str, int]:
    """Count the games of a year by summary of user reviews, commonest first; games without one are left out."""
    counted = (
        _of(rows, year)
        .select(pl.col("sentiment").cast(pl.String))
        .drop_nulls()
        .group_by("sentiment", maintain_order=True)
        .len()
        .sort("len", descending=True, maintain_order=True)
    )
    return dict(counted.iter_rows())


def top_metascores(rows: pl.DataFrame, year: int) -> dict[str, float]:
    """Name the five games of a year with the best critics' scores, best first; of equals, by name."""
    best = (
        _of(rows, year)
        .filter(pl.col("metascore").is_not_null())
        .sort(["metascore", "name"], descending=[True, False])
        .unique("name", keep="first", maintain_order=True)
        .head(TOP)
    )
    return {name: float(score) for name, score in best.select("name", "metascore").iter_rows()}


#: The statistics by the first part of their route.
STATISTICS: Final[dict[str, Callable[[pl.DataFrame, int], Any]]] = {
    "genero": top_genres,
    "juegos": released_games,
    "specs": top_specs,
    "earlyacces": early_access_count,
    "sentiment": sentiments,
    "metascore": top_metascores,
}


def answers(rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Answer every statistic for every year that has rows.

    Returns:
        `{statistic: {year: answer}}`, the years as text, as JSON has them.
    """
    by_year = {key[0]: part for key, part in rows.partition_by("release_year", as_dict=True).items()}
    return {
        name: {str(year): statistic(by_year[year], int(year)) for year in sorted(by_year)}
        for name, statistic in STATISTICS.items()
    }


def _of(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    return rows.filter(pl.col("release_year") == year)


def _top_labels(rows: pl.DataFrame, year: int, column: str) -> dict[str, int]:
    counted = (
        _of(rows, year)
        .select(label=pl.col(column))
        .explode("label", empty_as_null=False, keep_nulls=False)
        .select(pl.col("label").str.to_lowercase())
        .group_by("label", maintain_order=True)
        .len()
        .sort("len", descending=True, maintain_order=True)
        .head(TOP)
    )
    return dict(counted.iter_rows())
