"""Duplicates: entries of the same name, and series of one developer, such as a game with its packs."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.features.title import series, words
from tasador.profiling.figures import share

__all__ = ["PACK_WORDS", "describe_duplicates"]

#: Words of names that say that an entry holds several things, or adds some.
PACK_WORDS: Final = ("pack", "packs", "bundle", "collection", "anthology", "trilogy", "compilation", "edition", "pass")

#: Groups listed, the largest first.
TOP_GROUPS: Final = 15

_NAMES: Final = 3


def describe_duplicates(games: pl.DataFrame) -> dict[str, Any]:
    """Find entries that go by the same name, and the series of each developer.

    Args:
        games: One row an app id, with its `price` in one currency.

    Returns:
        `same_name`: rows whose name is another's, but for case, punctuation and signs of trademarks, with the largest
        groups, `n_same_maker` of them of the same developer too; `series`: entries of one developer whose names begin
        alike (what stands before the first colon, dash or bracket, without a last number), with the largest groups,
        their kinds and prices; and `packs`: rows whose name has one of `PACK_WORDS`. Each with `n` rows compared,
        `n_rows` found, their `share` and `n_groups`.
    """
    named = games.select(
        "app_id", "name", "price", "release_year", "developer", kind=pl.col("kind").cast(pl.String), **_titles(games)
    )
    return {
        "same_name": _same_name(named.filter(pl.col("plain") != "")),
        "series": _series(named.filter(pl.col("series") != "").drop_nulls("developer")),
        "packs": _packs(named),
    }


def _titles(games: pl.DataFrame) -> dict[str, pl.Series]:
    """Read each distinct name once: its words, and its series."""
    names = games["name"].unique()
    plain = names.map_elements(lambda name: " ".join(words(name)), return_dtype=pl.String)
    first = names.map_elements(series, return_dtype=pl.String)
    read = games.select("name").join(
        pl.DataFrame({"name": names, "plain": plain, "series": first}), on="name", maintain_order="left"
    )
    return {"plain": read["plain"], "series": read["series"]}


def _same_name(named: pl.DataFrame) -> dict[str, Any]:
    groups = (
        named.sort("app_id")
        .group_by("plain")
        .agg(
            n=pl.len(),
            n_developers=pl.col("developer").n_unique(),
            kinds=pl.col("kind").unique().sort(),
            names=pl.col("name").unique(maintain_order=True).head(_NAMES),
            app_ids=pl.col("app_id").head(_NAMES),
        )
        .filter(pl.col("n") > 1)
        .sort(["n", "plain"], descending=[True, False])
    )
    n_same = int(groups.filter(pl.col("n_developers") == 1)["n"].sum())
    return {**_counted(groups, len(named)), "n_same_maker": n_same, "groups": groups.head(TOP_GROUPS).to_dicts()}


def _series(named: pl.DataFrame) -> dict[str, Any]:
    price = pl.col("price").filter(pl.col("price") > 0)
    groups = (
        named.sort("app_id")
        .group_by("developer", "series")
        .agg(
            n=pl.len(),
            n_games=(pl.col("kind") == "game").sum(),
            n_dlc=(pl.col("kind") == "dlc").sum(),
            first_year=pl.col("release_year").min(),
            last_year=pl.col("release_year").max(),
            price_min=price.min(),
            price_median=price.median(),
            price_max=price.max(),
            names=pl.col("name").head(_NAMES),
        )
        .filter(pl.col("n") > 1)
        .sort(["n", "developer", "series"], descending=[True, False, False])
    )
    return {**_counted(groups, len(named)), "groups": groups.head(TOP_GROUPS).to_dicts()}


def _packs(named: pl.DataFrame) -> dict[str, Any]:
    is_pack = pl.col("plain").str.split(" ").list.eval(pl.element().is_in(PACK_WORDS)).list.any()
    packs = named.filter(is_pack)
    price = packs["price"].filter(packs["price"] > 0)
    return {
        "words": list(PACK_WORDS),
        "n": len(named),
        "n_rows": len(packs),
        "share": share(len(packs), len(named)),
        "n_dlc": int((packs["kind"] == "dlc").sum()),
        "n_paid": len(price),
        "median": price.median(),
    }


def _counted(groups: pl.DataFrame, n: int) -> dict[str, Any]:
    n_rows = int(groups["n"].sum())
    return {"n": n, "n_rows": n_rows, "share": share(n_rows, n), "n_groups": len(groups), "largest": groups["n"].max()}
