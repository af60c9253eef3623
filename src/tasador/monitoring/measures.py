"""How far two windows are apart in a column, and whether chance explains it.

Rows of one family of developers are not independent: a studio that publishes forty songs at once is one event, not
forty. So each test counts as many rows as they are worth: their number over the design effect, the mean square of what
families are apart from the share of both windows, over that of independent rows (after J. Rao and A. Scott, "A simple
method for the analysis of clustered binary data", Biometrics 48, 1992). It is taken around the share of both windows,
not the window's own, which one large family draws to itself.

What families do is read from the families that there are, and few of them say little about it. So chance is judged by
Student's t, with one degree of freedom less than the window has families, counted as if all were of one size (C.
Carter, K. Schnepel and D. Steigerwald, "Asymptotic behavior of a t-test robust to cluster heterogeneity", Review of
Economics and Statistics 99, 2017); of two windows as Welch and Satterthwaite combine them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import stats

__all__ = [
    "COHENS_H",
    "KS",
    "Distance",
    "Shares",
    "cohens_h",
    "ks",
    "marked",
    "share_p_values",
    "shares",
]

Array = npt.NDArray[np.float64]

#: The family of each row, by numbers from 0 on.
Families = npt.NDArray[np.int64]

#: The measures of effect by name.
KS: Final = "kolmogorov_smirnov"
COHENS_H: Final = "cohens_h"


@dataclass(frozen=True, slots=True)
class Shares:
    """In how many rows of a window each label stands, and how they are spread over families.

    Attributes:
        n: Rows.
        counts: Rows by label.
    """

    n: int
    counts: dict[str, float]
    _squares: dict[str, float]
    _crossed: dict[str, float]
    _total: float

    @property
    def families(self) -> float:
        """How many families of one size the window is worth."""
        return self.n**2 / self._total

    def count(self, labels: Sequence[str]) -> Array:
        """Rows with each label."""
        return np.array([self.counts.get(label, 0.0) for label in labels], dtype=np.float64)

    def worth(self, labels: Sequence[str], usual: Array) -> Array:
        """How many independent rows the window is worth, for each label.

        Args:
            labels: The labels.
            usual: The share of each in both windows together.
        """
        squares, crossed = (
            np.array([found.get(label, 0.0) for label in labels], dtype=np.float64)
            for found in (self._squares, self._crossed)
        )
        share = self.count(labels) / self.n
        together = squares - 2 * usual * crossed + usual**2 * self._total
        alone = self.n * (share * (1 - share) + (share - usual) ** 2)
        return self.n / np.maximum(np.divide(together, alone, out=np.ones_like(alone), where=alone > 0), 1.0)


def shares(values: pl.Series, family: Families) -> Shares:
    """Count labels.

    Args:
        values: Lists of labels without nulls, a row each.
        family: The family of each row.
    """
    sizes = np.bincount(family).astype(np.float64)
    rows = pl.LazyFrame({"value": values, "family": family}).with_columns(pl.col("value").list.unique())
    k = pl.col("k")
    by_family = rows.explode("value", empty_as_null=False).group_by("value", "family").agg(k=pl.len()).collect()
    sized = by_family.with_columns(k.cast(pl.Float64), m=sizes[by_family["family"].to_numpy()])
    sums = sized.group_by("value").agg(count=k.sum(), squares=(k * k).sum(), crossed=(k * pl.col("m")).sum())
    labels = sums["value"].to_list()
    counts, squares, crossed = (
        dict(zip(labels, sums[name].to_list(), strict=True)) for name in ("count", "squares", "crossed")
    )
    return Shares(len(values), counts, squares, crossed, float(np.square(sizes).sum()))


def marked(label: str, marks: npt.NDArray[np.bool_], family: Families) -> Shares:
    """Count one label.

    Args:
        label: What it is called.
        marks: Whether each row has it.
        family: The family of each row.
    """
    sizes, k = np.bincount(family), np.bincount(family, marks)
    count, squares, crossed = (float(value) for value in (k.sum(), np.square(k).sum(), (k * sizes).sum()))
    return Shares(len(marks), {label: count}, {label: squares}, {label: crossed}, float(np.square(sizes).sum()))


def cohens_h(first: Array, second: Array) -> Array:
    """Measure how far shares are apart, alike at all shares: 0.2 is 5 to 10.4 %, or 50 to 60 %.

    The difference of the angles 2 arcsin(sqrt(share)); J. Cohen, Statistical Power Analysis for the Behavioral
    Sciences, 1988, section 6.2.
    """
    return np.asarray(np.abs(2 * np.arcsin(np.sqrt(first)) - 2 * np.arcsin(np.sqrt(second))))


def share_p_values(counts: tuple[Array, Array], sizes: tuple[Array, Array], families: tuple[float, float]) -> Array:
    """Say how probable shares so far apart are by chance alone, two-sided.

    Args:
        counts: Of rows with the label, in both windows, in independent rows.
        sizes: Of all rows, the same.
        families: How many families of one size each window is worth.

    Returns:
        Of the difference of the angles, which is nearly normal; F. Anscombe, "The transformation of Poisson, binomial
        and negative-binomial data", Biometrika 35, 1948, makes it so with few rows too.
    """
    angles = [2 * np.arcsin(np.sqrt((k + 0.375) / (n + 0.75))) for k, n in zip(counts, sizes, strict=True)]
    variances = (1 / (sizes[0] + 0.5), 1 / (sizes[1] + 0.5))
    apart = np.abs(angles[0] - angles[1]) / np.sqrt(variances[0] + variances[1])
    return np.asarray(2 * stats.t.sf(apart, _degrees(variances, families)))


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the numbers of two windows are apart.

    Attributes:
        effect: The Kolmogorov-Smirnov distance: the largest difference between the shares of rows up to a value.
        at: That value.
        shares: The share of rows up to it, in both.
        p: How probable such a distance is by chance alone, two-sided; too large rather than too small where values
            repeat.
    """

    effect: float
    at: float
    shares: tuple[float, float]
    p: float


def ks(first: Array, second: Array, families: tuple[Families, Families]) -> Distance:
    """Measure how far numbers are apart, and how probable that is by chance alone.

    Args:
        first: Numbers of a window.
        second: Those of the other.
        families: The family of each row, in both.

    Returns:
        The distance. Rows are worth what they are in the share of rows up to the value where it is.
    """
    found = stats.ks_2samp(first, second, method="asymp")
    upto = [values <= found.statistic_location for values in (first, second)]
    marks = [marked(KS, side, family) for side, family in zip(upto, families, strict=True)]
    usual = np.array([np.concatenate(upto).mean()])
    rows = [float(side.worth([KS], usual)[0]) for side in marks]
    both = rows[0] * rows[1] / (rows[0] + rows[1])
    p = float(stats.kstwo.sf(found.statistic, max(1, round(both))))
    # NOTE: what is beyond the normal distribution by so much is judged by Student's, as shares are.
    degrees = _degrees((np.array(1 / rows[0]), np.array(1 / rows[1])), (marks[0].families, marks[1].families))
    return Distance(
        float(found.statistic),
        float(found.statistic_location),
        (float(upto[0].mean()), float(upto[1].mean())),
        float(2 * stats.t.sf(stats.norm.isf(p / 2), degrees)),
    )


def _degrees(variances: tuple[Array, Array], families: tuple[float, float]) -> Array:
    """Combine the degrees of freedom of two windows, by the variance that each adds; one at least."""
    parts = [variance**2 / max(n - 1, 1) for variance, n in zip(variances, families, strict=True)]
    return np.asarray((variances[0] + variances[1]) ** 2 / (parts[0] + parts[1]))
