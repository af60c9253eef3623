"""Missing values: by column, over release years, and which columns are missing together."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.figures import share
from tasador.profiling.sales import is_told_of_all

__all__ = ["describe_missingness", "not_in_source", "null_meanings"]

#: The column that says again what `list_price` and `currency` say: its gaps are theirs.
_REPEATED: Final = "price_usd"

#: Patterns of columns missing together that are listed, the most frequent first.
TOP_PATTERNS: Final = 10


def describe_missingness(games: pl.DataFrame) -> dict[str, Any]:
    """Describe missing values.

    Args:
        games: One row an app id.

    Returns:
        `not_in_source`, the columns without any value, which are left out of the rest, as is `price_usd`, which
        repeats others; `columns` with any null, most nulls first; `complete`, those without; `by_year` with the share
        missing of each column with a null in each release year, with n; `patterns`, the sets of columns missing
        together and their n, over the columns where a null is not meant (`null_by_design` says which are left out).
    """
    rows = len(games)
    empty = not_in_source(games)
    nulls = {name: games[name].null_count() for name in games.columns if name not in (*empty, _REPEATED)}
    gaps = [name for name in sorted(nulls, key=lambda name: (-nulls[name], name)) if nulls[name]]
    meant = {name: reason for name, reason in null_meanings(games).items() if name in gaps}
    patterns = _patterns(games, [name for name in games.columns if name in gaps and name not in meant])
    return {
        "n": rows,
        "not_in_source": empty,
        "columns": [{"column": name, "n_missing": nulls[name], "share": share(nulls[name], rows)} for name in gaps],
        "complete": [name for name, n in nulls.items() if not n],
        "null_by_design": meant,
        "by_year": _by_year(games, gaps),
        "patterns": patterns[:TOP_PATTERNS],
        "n_patterns": len(patterns),
    }


def not_in_source(games: pl.DataFrame) -> list[str]:
    """Name the columns without a value in any row, in the table's order; none of a table without rows."""
    return [name for name in games.columns if len(games) and games[name].null_count() == len(games)]


def null_meanings(games: pl.DataFrame) -> dict[str, str]:
    """Say what a null means in the columns where it says something instead of lacking something."""
    meanings = {
        "price_text": "the price was a number",
        "base_app_id": "the entry belongs to none",
        "price_usd": "no list price is known, or it is in another currency",
    }
    paid = games.filter(pl.col("list_price") > 0)
    # NOTE: what is free has no currency and no sale; what is paid and lacks them is a gap like any other.
    without_price = "free, or no price is known"
    if paid["currency"].null_count() == 0:
        meanings["currency"] = without_price
    if not games.select(is_told_of_all().all()).item():
        meanings["current_price"] = "not on sale when the catalogue was made"
    elif paid["current_price"].null_count() == 0:
        meanings["current_price"] = without_price
    return meanings


def _by_year(games: pl.DataFrame, columns: list[str]) -> list[dict[str, Any]]:
    years = (
        games.group_by("release_year")
        .agg(pl.len().alias("n"), *(pl.col(name).is_null().mean().alias(f"share_{name}") for name in columns))
        .sort("release_year")
    )
    return [
        {
            "year": year["release_year"],
            "n": year["n"],
            "shares": {name: year[f"share_{name}"] for name in columns},
        }
        for year in years.to_dicts()
    ]


def _patterns(games: pl.DataFrame, columns: list[str]) -> list[dict[str, Any]]:
    if games.is_empty():
        return []
    if not columns:
        return [{"columns": [], "n": len(games), "share": 1.0}]
    counts = (
        games.group_by(pl.col(name).is_null() for name in columns)
        .len("n")
        .sort(["n", *columns], descending=[True, *(False for _ in columns)])
    )
    return [
        {
            "columns": [name for name in columns if pattern[name]],
            "n": pattern["n"],
            "share": pattern["n"] / len(games),
        }
        for pattern in counts.to_dicts()
    ]
