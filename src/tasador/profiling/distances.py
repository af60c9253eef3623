"""Distances between two distributions: how far two groups of rows are apart in a column, 0 (alike) to 1 (apart).

Each takes the values of both groups without nulls, of which neither may be empty.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

import numpy as np
import polars as pl

__all__ = [
    "DEFINITIONS",
    "chance_of_labels",
    "chance_of_numbers",
    "chance_of_values",
    "kolmogorov_smirnov",
    "total_variation",
    "value_shares",
]

#: What each distance is, for the reader.
DEFINITIONS: Final = {
    "kolmogorov_smirnov": "Numbers: Kolmogorov-Smirnov distance, the largest difference between the shares "
    "of rows up to a value.",
    "total_variation": "Categories: total variation distance, half the sum of the differences between the shares of "
    "each value; this part of the rows would have to change their value.",
    "largest_share": "Labels, of which a row has several: the largest difference between the shares of rows that have "
    "a label, among those whose labels are given.",
    "chance": "Chance alone: what two random samples of these sizes, of one population, stay below in 95 of 100 cases "
    "or more: the limit of Kolmogorov's distribution for numbers, the 95th percentile of drawn samples for categories, "
    "and for labels a normal limit that is corrected for their number (Bonferroni). Of twenty columns that are alike, "
    "one may lie above it.",
}

#: Chance exceeds its limit in no more than so many cases.
_EXCEEDED: Final = 0.05

#: What `_EXCEEDED` of the Kolmogorov distribution lie above. Source: N. Smirnov (1948), "Table for estimating the
#: goodness of fit of empirical distributions", Ann. Math. Stat. 19.
_KOLMOGOROV_95: Final = 1.358

#: Pairs of samples drawn to see how far apart chance puts categories.
_DRAWS: Final = 1_000


def kolmogorov_smirnov(first: pl.Series, second: pl.Series) -> float:
    """Measure numbers."""
    values = pl.concat([first, second])
    sides = pl.DataFrame({"value": values, "is_first": pl.int_range(len(values), eager=True) < len(first)})
    counts = sides.group_by("value").agg(first=pl.col("is_first").sum(), second=(~pl.col("is_first")).sum())
    heights = counts.sort("value").select(
        pl.col("first").cum_sum() / len(first) - pl.col("second").cum_sum() / len(second)
    )
    return float(heights.to_series().abs().max() or 0.0)  # type: ignore[arg-type]


def value_shares(first: pl.Series, second: pl.Series) -> pl.DataFrame:
    """Give the share of rows that have each value or label, in both groups.

    Returns:
        `value`, `first`, `second`, the most different first.
    """
    one, other = _shares(first), _shares(second)
    joined = one.join(other, on="value", how="full", coalesce=True)
    shares = joined.select("value", first=pl.col("share").fill_null(0.0), second=pl.col("share_right").fill_null(0.0))
    return shares.sort([(pl.col("first") - pl.col("second")).abs(), "value"], descending=[True, False])


def total_variation(shares: pl.DataFrame) -> float:
    """Measure categories by their `value_shares`."""
    return min(float((shares["first"] - shares["second"]).abs().sum()) / 2, 1.0)


def chance_of_numbers(n_first: int, n_second: int) -> float:
    """Say how far apart chance alone puts two groups of so many numbers."""
    return min(_KOLMOGOROV_95 * _spread(n_first, n_second), 1.0)


def chance_of_values(shares: pl.DataFrame, n_first: int, n_second: int) -> float:
    """Say how far apart chance alone puts the categories of two groups: by samples, the same each time.

    Args:
        shares: Their `value_shares`.
        n_first: Rows of the first group.
        n_second: Rows of the second.
    """
    together = _together(shares, n_first, n_second).to_numpy()
    draws = np.random.default_rng(_DRAWS)
    first, second = (draws.multinomial(n, together / together.sum(), _DRAWS) / n for n in (n_first, n_second))
    distances = np.abs(first - second).sum(axis=1) / 2
    return min(float(np.quantile(distances, 1 - _EXCEEDED, method="higher")), 1.0)


def chance_of_labels(shares: pl.DataFrame, n_first: int, n_second: int) -> float:
    """Say how far apart chance alone puts the most different label of two groups; the arguments are the same."""
    together = _together(shares, n_first, n_second)
    if together.is_empty():
        return 0.0
    limit = NormalDist().inv_cdf(1 - _EXCEEDED / (2 * len(together)))
    deviation = math.sqrt(float((together * (1 - together)).clip(0).max()))  # type: ignore[arg-type]
    return min(limit * deviation * _spread(n_first, n_second), 1.0)


def _spread(n_first: int, n_second: int) -> float:
    return math.sqrt(1 / n_first + 1 / n_second)


def _together(shares: pl.DataFrame, n_first: int, n_second: int) -> pl.Series:
    """Give the share of each value in both groups together."""
    return (shares["first"] * n_first + shares["second"] * n_second) / (n_first + n_second)


def _shares(values: pl.Series) -> pl.DataFrame:
    is_labels = isinstance(values.dtype, pl.List)
    each = values.list.unique().explode(empty_as_null=False) if is_labels else values.cast(pl.String)
    counts = each.rename("value").to_frame().group_by("value").len("n")
    return counts.select("value", share=pl.col("n") / len(values))
