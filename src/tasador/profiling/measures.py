"""Measures of association between two columns, in polars alone.

Each takes a frame with columns `x` and `y`, uses the rows where both have a value, and gives a null value where
the measure is not defined: fewer than two rows, or a column with one value.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

__all__ = ["DEFINITIONS", "CorrelationRatio", "correlation_ratio", "cramers_v", "spearman"]

#: What each measure is, for the reader of the profile.
DEFINITIONS: Final = {
    "spearman": "Spearman's rank correlation, -1 to 1: Pearson's correlation of average ranks. It sees any "
    "relation that only rises or only falls, so logarithms do not change it.",
    "cramers_v": "Cramér's V with the bias correction of Bergsma (2013), 0 to 1: 0 when independent, 1 when one "
    "column fixes the other. Levels are all values as published; rows where either is missing are left out.",
    "correlation_ratio": "Correlation ratio eta, 0 to 1: the root of the share of variance that lies between the "
    "groups. Prices are taken as natural logarithms of paid prices, other numbers as ranks. The adjusted share "
    "is Kelley's (1935) epsilon squared, which is 0 on average when the groups mean nothing, however many there are.",
    "point_biserial": "Point-biserial correlation, -1 to 1, between having a label (0 or 1) and the natural "
    "logarithm of the paid price, over the rows whose labels are given.",
}


class CorrelationRatio(dict[str, float | int | None]):
    """`n` rows, `groups`, `eta` (0 to 1), `share` (eta squared) and `share_adjusted` (epsilon squared)."""


def spearman(pairs: pl.DataFrame) -> tuple[int, float | None]:
    """Correlate the ranks of two numeric columns; gives n and the coefficient."""
    complete = pairs.drop_nulls(["x", "y"])
    ranks = complete.select(pl.col("x", "y").rank("average"))
    if len(ranks) < 2 or ranks["x"].n_unique() < 2 or ranks["y"].n_unique() < 2:
        return len(ranks), None
    return len(ranks), _within(ranks.select(pl.corr("x", "y")).item(), -1.0, 1.0)


def cramers_v(pairs: pl.DataFrame) -> tuple[int, float | None]:
    """Measure how far two categorical columns fix each other; gives n and the bias-corrected V.

    Chi squared is summed over the pairs that occur, so that columns with thousands of levels need no table.
    Source: W. Bergsma (2013), "A bias-correction for Cramér's V and Tschuprow's T", J. Korean Stat. Soc. 42.
    """
    cells = pairs.drop_nulls(["x", "y"]).group_by("x", "y").len("n").with_columns(pl.col("n").cast(pl.Float64))
    n = int(cells["n"].sum())
    rows, columns = cells["x"].n_unique(), cells["y"].n_unique()
    if n < 2 or rows < 2 or columns < 2:
        return n, None
    expected = pl.col("n").sum().over("x") * pl.col("n").sum().over("y")
    phi2 = float(cells.select((pl.col("n") ** 2 / expected).sum()).item()) - 1
    phi2_corrected = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    rows_corrected = rows - (rows - 1) ** 2 / (n - 1)
    columns_corrected = columns - (columns - 1) ** 2 / (n - 1)
    smaller = min(rows_corrected, columns_corrected) - 1
    # NOTE: with about as many levels as rows the corrected number of levels falls to 1: nothing can be said.
    if smaller <= 1e-9:
        return n, None
    return n, _within(math.sqrt(phi2_corrected / smaller), 0.0, 1.0)


def correlation_ratio(pairs: pl.DataFrame) -> CorrelationRatio:
    """Measure how much of the variance of number `y` lies between the groups `x`.

    Source of the adjusted share: T. L. Kelley (1935), "An unbiased correlation ratio measure", PNAS 21.
    """
    complete = pairs.drop_nulls(["x", "y"])
    groups = complete.group_by("x").agg(pl.len().alias("n"), pl.col("y").mean())
    n, levels = len(complete), len(groups)
    total = float(complete.select(((pl.col("y") - pl.col("y").mean()) ** 2).sum()).item() or 0.0)
    if n < 2 or levels < 2 or total <= 1e-12:
        return CorrelationRatio(n=n, groups=levels, eta=None, share=None, share_adjusted=None)
    centre = complete["y"].mean()
    between = float(groups.select((pl.col("n") * (pl.col("y") - centre) ** 2).sum()).item())
    explained = _within(between / total, 0.0, 1.0)
    adjusted = 1 - (1 - explained) * (n - 1) / (n - levels) if n > levels else None
    return CorrelationRatio(n=n, groups=levels, eta=math.sqrt(explained), share=explained, share_adjusted=adjusted)


def _within(value: float, low: float, high: float) -> float:
    """Undo what rounding put past a bound."""
    return min(max(value, low), high)
