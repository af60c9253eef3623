"""Associations between columns of mixed types, each pair by the measure that fits it."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import polars as pl

from tasador.contracts.vocabulary import SENTIMENTS
from tasador.profiling.currency import Currency
from tasador.profiling.measures import DEFINITIONS, correlation_ratio, cramers_v, spearman
from tasador.profiling.prices import paid
from tasador.profiling.sales import is_on_sale

__all__ = ["describe_associations", "find_pair"]

#: Numbers compared with each other and with the price. `sentiment_rank` is 9 for the best summary of reviews and 1
#: for the worst.
_NUMBERS: Final = {
    "release_year": pl.col("release_year"),
    "metascore": pl.col("metascore"),
    "user_reviews": pl.col("user_reviews"),
    "positive_reviews": pl.col("positive_reviews"),
    "negative_reviews": pl.col("negative_reviews"),
    "owners_min": pl.col("owners_min"),
    "sentiment_rank": pl.col("sentiment")
    .cast(pl.String)
    .replace_strict(
        {name: len(SENTIMENTS) - place for place, name in enumerate(SENTIMENTS)}, default=None, return_dtype=pl.Int64
    ),
    "n_genres": pl.col("genres").list.len(),
    "n_specs": pl.col("specs").list.len(),
    "n_tags": pl.col("tags").list.len(),
    "n_platforms": pl.col("platforms").list.len(),
    "n_languages": pl.col("languages").list.len(),
    "required_age": pl.col("required_age"),
    "name_length": pl.col("name").str.len_chars(),
}

#: Categories compared with each other and with the numbers. `first_genre` is the first that the store lists.
_CATEGORIES: Final = {
    "kind": pl.col("kind").cast(pl.String),
    "first_genre": pl.col("genres").list.first(),
    "early_access": pl.col("early_access").cast(pl.String),
    "sentiment": pl.col("sentiment").cast(pl.String),
    "release_precision": pl.col("release_precision").cast(pl.String),
    "price_basis": pl.col("price_basis").cast(pl.String),
    "currency": pl.col("currency"),
    "developer": pl.col("developer"),
    "publisher": pl.col("publisher"),
}

#: Columns of labels, and how many of each are compared with the price, the most frequent.
_LABELS: Final = ("genres", "specs", "tags", "platforms", "languages")
TOP_LABELS: Final = 30


def describe_associations(games: pl.DataFrame, currency: Currency) -> dict[str, Any]:
    """Measure how columns go together.

    Args:
        games: One row an app id, with its `price` in the currency.

    Returns:
        `definitions` of the measures; `numeric` pairs, `categorical` pairs, `mixed` pairs (category `x`, number
        `y`), and `labels` against the price. Every entry carries `n`, the rows it was measured on, and a null
        value where the measure is not defined. Prices are those above 0; `sale_price` is that of entries on sale. A
        column of fewer than two values goes with nothing, and is left out.
    """
    sold_at = pl.when(is_on_sale() & pl.col("currency").eq_missing(pl.lit(currency.code, pl.String)))
    numbers = games.select(
        pl.when(pl.col("price") > 0).then("price").alias(currency.price_name),
        sold_at.then("current_price").alias("sale_price"),
        **_NUMBERS,
    ).pipe(_varied)
    categories = games.select(**_CATEGORIES).pipe(_varied)
    values = pl.concat([numbers, categories.rename(lambda name: f"category_{name}")], how="horizontal")
    return {
        "definitions": dict(DEFINITIONS),
        "numeric": [_entry(spearman, values, (x, x), (y, y)) for x, y in combinations(numbers.columns, 2)],
        "categorical": [
            _entry(cramers_v, values, (x, f"category_{x}"), (y, f"category_{y}"))
            for x, y in combinations(categories.columns, 2)
        ],
        "mixed": [
            {"x": x, "y": y, **correlation_ratio(values.select(x=f"category_{x}", y=_scaled(y, currency)))}
            for y in numbers.columns
            for x in categories.columns
            # NOTE: the rank of the sentiment is the sentiment.
            if (x, y) != ("sentiment", "sentiment_rank")
        ],
        "labels": {column: _labels(games, column) for column in _LABELS},
    }


def find_pair(profile: dict[str, Any], kind: str, x: str, y: str) -> dict[str, Any] | None:
    """Look a pair up in a profile; None when it was not measured."""
    return next((pair for pair in profile["associations"][kind] if (pair["x"], pair["y"]) == (x, y)), None)


def _varied(values: pl.DataFrame) -> pl.DataFrame:
    return values.select(name for name in values.columns if values[name].drop_nulls().n_unique() > 1)


def _scaled(number: str, currency: Currency) -> pl.Expr:
    return pl.col(number).log() if number == currency.price_name else pl.col(number).rank("average")


def _entry(measure: Any, values: pl.DataFrame, first: tuple[str, str], second: tuple[str, str]) -> dict[str, Any]:
    n, value = measure(values.select(x=first[1], y=second[1]))
    return {"x": first[0], "y": second[0], "n": n, "value": value}


def _labels(games: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    """Compare paid rows with and without each of the most frequent labels, most frequent first."""
    rows = paid(games).select("log_price", "price", label=pl.col(column).list.unique()).drop_nulls("label")
    n, mean, spread = len(rows), rows["log_price"].mean(), rows["log_price"].std(ddof=0)
    labels = (
        rows.explode("label")
        .drop_nulls("label")
        .group_by("label")
        .agg(n_with=pl.len(), mean_with=pl.col("log_price").mean(), median_with=pl.col("price").median())
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
