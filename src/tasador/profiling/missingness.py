"""Missing values: by column, over release years, and which columns are missing together."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import polars as pl

from tasador.profiling.figures import share
from tasador.profiling.sales import is_told_of_all

__all__ = ["describe_missingness", "not_in_source", "null_meanings"]

#: The column that says again what `list_price` and `currency` say: its gaps are theirs.
_REPEATED: Final = "price_usd"

#: Columns with fewer gaps, or fewer values, are not asked what is missing beside them.
FEWEST_GAPS: Final = 10

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
        together and their n, over the columns where a null is not meant (`null_by_design` says which are left out);
        `together`, pairs of these columns with the correlation of their gaps (phi), null where one is all but complete.
    """
    rows = len(games)
    empty = not_in_source(games)
    nulls = {name: games[name].null_count() for name in games.columns if name not in (*empty, _REPEATED)}
    gaps = [name for name in sorted(nulls, key=lambda name: (-nulls[name], name)) if nulls[name]]
    meant = {name: reason for name, reason in null_meanings(games).items() if name in gaps}
    lacking = [name for name in games.columns if name in gaps and name not in meant]
    patterns = _patterns(games, lacking)
    return {
        "n": rows,
        "not_in_source": empty,
        "columns": [{"column": name, "n_missing": nulls[name], "share": share(nulls[name], rows)} for name in gaps],
        "complete": [name for name, n in nulls.items() if not n],
        "null_by_design": meant,
        "by_year": _by_year(games, gaps),
        "patterns": patterns[:TOP_PATTERNS],
        "n_patterns": len(patterns),
        "together": _together(games, [name for name in lacking if FEWEST_GAPS <= nulls[name] <= rows - FEWEST_GAPS]),
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


def _together(games: pl.DataFrame, columns: list[str]) -> list[dict[str, Any]]:
    gaps = games.select(pl.col(name).is_null().cast(pl.Float64) for name in columns)
    pairs = list(combinations(columns, 2))
    values = gaps.select(pl.corr(x, y).alias(f"{x} {y}") for x, y in pairs).row(0) if pairs else ()
    return [{"x": x, "y": y, "n": len(games), "value": value} for (x, y), value in zip(pairs, values, strict=True)]


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
