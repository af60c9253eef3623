"""Distances between two distributions: how far two groups of rows are apart in a column, 0 (alike) to 1 (apart).

Each takes the values of both groups without nulls, of which neither may be empty.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

__all__ = ["DEFINITIONS", "chance", "kolmogorov_smirnov", "total_variation", "value_shares"]

#: What each distance is, for the reader.
DEFINITIONS: Final = {
    "kolmogorov_smirnov": "Numbers: Kolmogorov-Smirnov distance, the largest difference between the shares "
    "of rows up to a value.",
    "total_variation": "Categories: total variation distance, half the sum of the differences between the shares of "
    "each value; this part of the rows would have to change their value.",
    "largest_share": "Labels, of which a row has several: the largest difference between the shares of rows that have "
    "a label, among those whose labels are given.",
    "chance": "Chance alone: what two random samples of these sizes, of one population, stay below in 95 of 100 cases "
    "(for categories: what they have on average). Groups that overlap stay below it more often.",
}

#: Of the Kolmogorov distribution, and of the normal one: exceeded by 5%. Source of the first: N. Smirnov (1948), "Table
#: for estimating the goodness of fit of empirical distributions", Ann. Math. Stat. 19.
_KOLMOGOROV_95: Final = 1.358
_NORMAL_95: Final = 1.96


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


def chance(measure: str, shares: list[float], n_first: int, n_second: int) -> float:
    """Say how far apart chance alone puts two groups.

    Args:
        measure: A key of `DEFINITIONS`.
        shares: The share of each value in both groups together; of labels, that of the most different one.
        n_first: Rows of the first group.
        n_second: Rows of the second.
    """
    spread = math.sqrt(1 / n_first + 1 / n_second)
    if measure == "kolmogorov_smirnov":
        return min(_KOLMOGOROV_95 * spread, 1.0)
    deviation = sum(math.sqrt(max(part * (1 - part), 0.0)) for part in shares) * spread
    return min(_NORMAL_95 * deviation if measure == "largest_share" else deviation / math.sqrt(2 * math.pi), 1.0)


def _shares(values: pl.Series) -> pl.DataFrame:
    is_labels = isinstance(values.dtype, pl.List)
    each = values.list.unique().explode(empty_as_null=False) if is_labels else values.cast(pl.String)
    counts = each.rename("value").to_frame().group_by("value").len("n")
    return counts.select("value", share=pl.col("n") / len(values))
