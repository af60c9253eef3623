"""Associations between columns of mixed types, each pair by the measure that fits it."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import polars as pl

from tasador.contracts.vocabulary import SENTIMENTS
from tasador.profiling.measures import DEFINITIONS, correlation_ratio, cramers_v, spearman
from tasador.profiling.prices import paid

__all__ = ["describe_associations"]

#: Numbers compared with each other. `sentiment_rank` is 9 for the best summary of reviews and 1 for the worst.
NUMBERS: Final = {
    "price_usd": pl.when(pl.col("price_usd") > 0).then("price_usd"),
    "discount_price_usd": pl.col("discount_price_usd"),
    "release_year": pl.col("release_year"),
    "metascore": pl.col("metascore"),
    "user_reviews": pl.col("user_reviews"),
    "sentiment_rank": pl.col("sentiment")
    .cast(pl.String)
    .replace_strict(
        {name: len(SENTIMENTS) - place for place, name in enumerate(SENTIMENTS)}, default=None, return_dtype=pl.Int64
    ),
    "n_genres": pl.col("genres").list.len(),
    "n_specs": pl.col("specs").list.len(),
    "n_tags": pl.col("tags").list.len(),
    "name_length": pl.col("name").str.len_chars(),
}

#: Categories compared with each other and with the numbers. `first_genre` is the first that the store lists.
CATEGORIES: Final = {
    "kind": pl.col("kind").cast(pl.String),
    "first_genre": pl.col("genres").list.first(),
    "early_access": pl.col("early_access").cast(pl.String),
    "sentiment": pl.col("sentiment").cast(pl.String),
    "release_precision": pl.col("release_precision").cast(pl.String),
    "price_basis": pl.col("price_basis").cast(pl.String),
    "developer": pl.col("developer"),
    "publisher": pl.col("publisher"),
}

#: Labels compared with the price in each multi-label column, the most frequent.
TOP_LABELS: Final = 30


def describe_associations(games: pl.DataFrame) -> dict[str, Any]:
    """Measure how columns go together.

    Args:
        games: One row an app id.

    Returns:
        `definitions` of the measures; `numeric` pairs, `categorical` pairs, `mixed` pairs (category `x`, number
        `y`), and `labels` against the price. Every entry carries `n`, the rows it was measured on, and a null
        value where the measure is not defined. Prices are those above 0.
    """
    values = games.select(**NUMBERS, **{f"category_{name}": column for name, column in CATEGORIES.items()})
    return {
        "definitions": dict(DEFINITIONS),
        "numeric": [_entry(spearman, values, (x, x), (y, y)) for x, y in combinations(NUMBERS, 2)],
        "categorical": [
            _entry(cramers_v, values, (x, f"category_{x}"), (y, f"category_{y}"))
            for x, y in combinations(CATEGORIES, 2)
        ],
        "mixed": _mixed(values),
        "labels": {column: _labels(games, column) for column in ("genres", "specs", "tags")},
    }


def _entry(measure: Any, values: pl.DataFrame, first: tuple[str, str], second: tuple[str, str]) -> dict[str, Any]:
    n, value = measure(values.select(x=first[1], y=second[1]))
    return {"x": first[0], "y": second[0], "n": n, "value": value}


def _mixed(values: pl.DataFrame) -> list[dict[str, Any]]:
    scaled = {name: pl.col(name).log() if name == "price_usd" else pl.col(name).rank("average") for name in NUMBERS}
    return [
        {"x": x, "y": y, **correlation_ratio(values.select(x=f"category_{x}", y=scaled[y]))}
        for y in NUMBERS
        for x in CATEGORIES
        # NOTE: the rank of the sentiment is the sentiment.
        if (x, y) != ("sentiment", "sentiment_rank")
    ]


def _labels(games: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    """Compare paid rows with and without each of the most frequent labels, most frequent first."""
    rows = paid(games).select("log_price", "price_usd", label=pl.col(column).list.unique()).drop_nulls("label")
    n, mean, spread = len(rows), rows["log_price"].mean(), rows["log_price"].std(ddof=0)
    labels = (
        rows.explode("label")
        .drop_nulls("label")
        .group_by("label")
        .agg(n_with=pl.len(), mean_with=pl.col("log_price").mean(), median_with=pl.col("price_usd").median())
        .sort(["n_with", "label"], descending=[True, False])
        .head(TOP_LABELS)
    )
    p = pl.col("n_with") / n
    # The closed form of the correlation between a 0/1 column and a number; undefined when all or none has the label.
    defined = (pl.col("n_with") < n) & pl.lit(spread, dtype=pl.Float64).gt(1e-12)
    value = pl.when(defined).then((pl.col("mean_with") - mean) / spread * (p / (1 - p)).sqrt())
    return labels.select(
        "label", pl.lit(n).alias("n"), "n_with", "median_with", value.clip(-1, 1).alias("value")
    ).to_dicts()
