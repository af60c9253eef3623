"""Prices over release years, of all entries and by genre, in the money of the catalogue and in that of one year."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.currency import Currency
from tasador.profiling.inflation import inflation_to
from tasador.profiling.prices import FEWEST_PAID, QUANTILES, base_year, paid
from tasador.profiling.whole_years import of_whole_years

__all__ = ["ALL_GENRES", "describe_over_years"]

#: What stands for all entries where genres stand.
ALL_GENRES: Final = "All entries"

#: Genres that are told of, the most frequent.
TOP_GENRES: Final = 12


def describe_over_years(games: pl.DataFrame, currency: Currency) -> dict[str, Any]:
    """Describe the prices of each whole release year.

    Args:
        games: One row an app id, with its `price` in the currency.

    Returns:
        `cells` of genre (or `ALL_GENRES`) and year with `n_paid`, quantiles, and the same as `real_…`, in the money of
        the whole year with most paid rows; null where there is no index of consumer prices. Cells of fewer than
        `fewest` paid rows are left out, and counted in `n_cells_left_out`. `inflation` tells the base year, the table's
        source and the years it lacks; null where the table is not of the currency. An entry counts in each of its
        genres.
    """
    rows = paid(of_whole_years(games)).select("price", "release_year", genre=pl.col("genres").list.unique())
    of_genres = rows.explode("genre").drop_nulls("genre")
    sizes = of_genres.group_by("genre").len().sort(["len", "genre"], descending=[True, False])
    genres = [ALL_GENRES, *sizes["genre"].head(TOP_GENRES)]
    both = pl.concat([rows.with_columns(genre=pl.lit(ALL_GENRES)), of_genres]).filter(pl.col("genre").is_in(genres))
    spread = [pl.col("price").quantile(q, interpolation="linear").alias(name) for name, q in QUANTILES.items()]
    cells = both.group_by("genre", year="release_year").agg(pl.len().alias("n_paid"), *spread)
    kept = cells.filter(pl.col("n_paid") >= FEWEST_PAID)
    inflation = inflation_to(base_year(games), currency.code)
    factors = inflation.factors if inflation else {}
    factor = pl.col("year").replace_strict(factors, default=None, return_dtype=pl.Float64)
    place = pl.col("genre").replace_strict({name: at for at, name in enumerate(genres)}, return_dtype=pl.Int64)
    told = kept.sort(place, "year").with_columns((pl.col(name) * factor).alias(f"real_{name}") for name in QUANTILES)
    return {
        "fewest": FEWEST_PAID,
        "n": len(rows),
        "n_cells_left_out": len(cells) - len(kept),
        "inflation": inflation.to_dict(sorted(kept["year"].unique())) if inflation else None,
        "cells": told.to_dicts(),
    }
