"""Missing values: by column, over release years, and which columns are missing together."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.figures import share

__all__ = ["NULL_BY_DESIGN", "describe_missingness"]

#: Columns in which a null says something instead of lacking something, and what it says.
NULL_BY_DESIGN: Final = {
    "price_text": "the price was a number",
    "discount_price_usd": "not on sale when the catalogue was made",
}

#: Patterns of columns missing together that are listed, the most frequent first.
TOP_PATTERNS: Final = 10


def describe_missingness(games: pl.DataFrame) -> dict[str, Any]:
    """Describe missing values.

    Args:
        games: One row an app id.

    Returns:
        `columns` with any null, most nulls first; `by_year` with the share missing of each of these columns in
        each release year, with n; `patterns`, the sets of columns missing together and their n, over the
        columns where a null is not meant (`null_by_design` says which are left out).
    """
    rows = len(games)
    nulls = {name: games[name].null_count() for name in games.columns}
    gaps = [name for name in sorted(nulls, key=lambda name: (-nulls[name], name)) if nulls[name]]
    patterns = _patterns(games, [name for name in games.columns if nulls[name] and name not in NULL_BY_DESIGN])
    return {
        "n": rows,
        "columns": [{"column": name, "n_missing": nulls[name], "share": share(nulls[name], rows)} for name in gaps],
        "complete": [name for name in games.columns if not nulls[name]],
        "null_by_design": {name: reason for name, reason in NULL_BY_DESIGN.items() if name in games.columns},
        "by_year": _by_year(games, gaps),
        "patterns": patterns[:TOP_PATTERNS],
        "n_patterns": len(patterns),
    }


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
