"""A contrast: two groups of rows side by side, column by column, with a distance for each.

One function for all that is compared: games and DLC, the rows that a model learns from and all rows, what was served,
and two versions of the catalogue.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.distances import (
    DEFINITIONS,
    chance_of_labels,
    chance_of_numbers,
    chance_of_values,
    kolmogorov_smirnov,
    total_variation,
    value_shares,
)
from tasador.profiling.figures import share
from tasador.profiling.prices import QUANTILES
from tasador.profiling.sales import is_on_sale

__all__ = ["COMPARED", "compared", "contrast"]

#: What is compared of an entry: nothing that only tells entries apart, such as names, and no column twice.
COMPARED: Final[dict[str, pl.Expr]] = {
    "price": pl.when(pl.col("price") > 0).then("price"),
    "free": pl.col("list_price") == 0,
    "on_sale": is_on_sale(),
    "kind": pl.col("kind").cast(pl.String),
    "release_year": pl.col("release_date").dt.year(),
    "release_precision": pl.col("release_precision").cast(pl.String),
    "early_access": pl.col("early_access"),
    "genres": pl.col("genres"),
    "n_genres": pl.col("genres").list.len(),
    "specs": pl.col("specs"),
    "n_specs": pl.col("specs").list.len(),
    "tags": pl.col("tags"),
    "n_tags": pl.col("tags").list.len(),
    "platforms": pl.col("platforms"),
    "languages": pl.col("languages"),
    "n_languages": pl.col("languages").list.len(),
    "required_age": pl.col("required_age"),
    "name_length": pl.col("name").str.len_chars(),
    "developer_given": pl.col("developer").is_not_null(),
    "publisher_given": pl.col("publisher").is_not_null(),
    "sentiment": pl.col("sentiment").cast(pl.String),
    "metascore": pl.col("metascore"),
    "user_reviews": pl.col("user_reviews"),
    "positive_reviews": pl.col("positive_reviews"),
    "negative_reviews": pl.col("negative_reviews"),
    "owners_min": pl.col("owners_min"),
}

#: Labels told of a column, the most different.
TOP_LABELS: Final = 30

_NO_QUANTILES: Final = dict.fromkeys(QUANTILES)


def compared(games: pl.DataFrame) -> pl.DataFrame:
    """Take from games, with their `price` in one currency, what is compared."""
    return games.select(**COMPARED)


def contrast(first: pl.DataFrame, second: pl.DataFrame) -> dict[str, Any]:
    """Compare two groups of rows.

    Args:
        first: The columns of `COMPARED`, or some of them.
        second: The same; a column that one group lacks, or has no value of, is left out.

    Returns:
        `n_first` and `n_second` rows; `definitions` of the distances; `columns`, farthest apart first, each with `n`
        and `missing` (share of rows) and, of numbers, quantiles of both groups, as `first_…` and `second_…`, `measure`,
        `distance`, what `chance` alone stays below, and, of others than numbers, the value or label whose share differs
        most (`most`) and its shares (`first_most`, `second_most`); and `labels` of each column of labels, with `first`
        and `second`, the shares of rows that have them, and the rows of both with a value, `first_n` and `second_n`.
    """
    names = [name for name in first.columns if name in second.columns and first[name].count() and second[name].count()]
    columns = [_column(name, first[name], second[name]) for name in names]
    return {
        "n_first": len(first),
        "n_second": len(second),
        "definitions": DEFINITIONS,
        "columns": sorted(columns, key=lambda column: (-column["distance"], column["column"])),
        "labels": {
            name: _labels(first[name], second[name]) for name in names if isinstance(first.schema[name], pl.List)
        },
    }


def _column(name: str, first: pl.Series, second: pl.Series) -> dict[str, Any]:
    one, other = first.drop_nulls(), second.drop_nulls()
    found: dict[str, Any] = {
        "column": name,
        "first_n": len(one),
        "second_n": len(other),
        "first_missing": share(first.null_count(), len(first)),
        "second_missing": share(second.null_count(), len(second)),
        **{f"first_{key}": value for key, value in _NO_QUANTILES.items()},
        **{f"second_{key}": value for key, value in _NO_QUANTILES.items()},
        "most": None,
        "first_most": None,
        "second_most": None,
    }
    return found | (_numbers(one, other) if one.dtype.is_numeric() else _values(one, other))


def _numbers(first: pl.Series, second: pl.Series) -> dict[str, Any]:
    quantiles = {
        f"{which}_{name}": values.quantile(q, interpolation="linear")
        for which, values in (("first", first), ("second", second))
        for name, q in QUANTILES.items()
    }
    return quantiles | {
        "measure": "kolmogorov_smirnov",
        "distance": kolmogorov_smirnov(first.cast(pl.Float64), second.cast(pl.Float64)),
        "chance": chance_of_numbers(len(first), len(second)),
    }


def _values(first: pl.Series, second: pl.Series) -> dict[str, Any]:
    shares = value_shares(first, second)
    sizes = len(first), len(second)
    # NOTE: labels are given, and every row has none.
    most: dict[str, Any] = shares.row(0, named=True) if len(shares) else {"value": None, "first": 0.0, "second": 0.0}
    if isinstance(first.dtype, pl.List):
        measure, distance = "largest_share", abs(float(most["first"]) - float(most["second"]))
        chance = chance_of_labels(shares, *sizes)
    else:
        measure, distance = "total_variation", total_variation(shares)
        chance = chance_of_values(shares, *sizes)
    return {
        "measure": measure,
        "distance": distance,
        "chance": chance,
        "most": most["value"],
        "first_most": most["first"],
        "second_most": most["second"],
    }


def _labels(first: pl.Series, second: pl.Series) -> list[dict[str, Any]]:
    one, other = first.drop_nulls(), second.drop_nulls()
    shares = value_shares(one, other).head(TOP_LABELS).rename({"value": "label"})
    return shares.with_columns(first_n=pl.lit(len(one)), second_n=pl.lit(len(other))).to_dicts()
