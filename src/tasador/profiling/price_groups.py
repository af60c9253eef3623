"""Price by group: genre, kind, year, developer and publisher, each with n and quantiles."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.figures import share
from tasador.profiling.prices import price_spread

__all__ = ["TOP_NAMES", "prices_by_group"]

#: Developers and publishers shown, the most frequent first.
TOP_NAMES: Final = 25

_PRICES: Final = ("price", "list_price")


def prices_by_group(games: pl.DataFrame) -> dict[str, Any]:
    """Describe prices by group.

    Args:
        games: One row an app id, with its `price` in one currency.

    Returns:
        For each grouping a list of groups with `value` and the figures of `price_spread`, most rows first (years
        in order). A row counts in each of its genres, so genres add up to more than the table. `value` is
        null for the rows where the column has none. `developers` and `publishers` say how many there are, and
        how many of them have a single entry.
    """
    genres = games.select(*_PRICES, value=pl.col("genres").list.unique()).explode("value")
    return {
        "kind": _groups(games, "kind"),
        "genre": _by_size(_spread(genres)),
        "year": _spread(games.select(*_PRICES, value="release_year")).sort("value").to_dicts(),
        "early_access": _groups(games, "early_access"),
        "developer": _groups(games, "developer", top=TOP_NAMES),
        "publisher": _groups(games, "publisher", top=TOP_NAMES),
        "developers": _sizes(games, "developer"),
        "publishers": _sizes(games, "publisher"),
    }


def _groups(games: pl.DataFrame, column: str, top: int | None = None) -> list[dict[str, Any]]:
    value = pl.col(column) if games.schema[column] == pl.Boolean else pl.col(column).cast(pl.String)
    groups = _by_size(_spread(games.select(*_PRICES, value=value)))
    missing = [group for group in groups if group["value"] is None]
    return [*[group for group in groups if group["value"] is not None][:top], *missing]


def _spread(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by("value").agg(price_spread())


def _by_size(groups: pl.DataFrame) -> list[dict[str, Any]]:
    return groups.sort(["n", "value"], descending=[True, False], nulls_last=True).to_dicts()


def _sizes(games: pl.DataFrame, column: str) -> dict[str, Any]:
    sizes = games.drop_nulls(column).group_by(column).len("n")
    once = int((sizes["n"] == 1).sum())
    return {"n": len(sizes), "n_single": once, "share_single": share(once, len(sizes))}
