"""Bootstrap intervals of error measures, over families of entries: the rows of a developer are not independent.

The families are drawn with replacement, whole (the cluster bootstrap: Davison and Hinkley, Bootstrap Methods and
their Application, 1997, section 3.8), and the interval is that of the percentiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.models.metrics import COMMON_PRICE_USD

__all__ = ["Bootstrap", "Interval", "error_intervals", "paired_difference"]

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

RESAMPLES: Final = 1_000
SEED: Final = 42

#: Percentiles of the 95 % interval.
_ENDS: Final = (2.5, 97.5)

#: Resamples that are worked on at a time, which bounds the memory: each holds a number for each row.
_CHUNK: Final = 100


@dataclass(frozen=True, slots=True)
class Interval:
    """A measure and its 95 % interval.

    Attributes:
        estimate: The measure on the rows as they are.
        low: The least of the interval.
        high: The most of it.
    """

    estimate: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


class Bootstrap:
    """Resamples of rows, family by family; the same for every measure and candidate, hence comparable.

    Args:
        groups: Shape (n,), what family each row is of.
        resamples: How many to draw.
        seed: Of the draws.
    """

    def __init__(self, groups: npt.NDArray[Any], *, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        families, self._family = np.unique(groups, return_inverse=True)
        n = len(families)
        drawn = np.random.default_rng(seed).integers(0, n, size=(resamples, n)) + n * np.arange(resamples)[:, None]
        #: How often each resample holds each family, shape (resamples, n_families).
        self._times = np.bincount(drawn.ravel(), minlength=n * resamples).reshape(resamples, n).astype(np.float64)

    def mean(self, values: Array, where: npt.NDArray[np.bool_] | None = None) -> Interval:
        """Bound the mean of values, or of those at some rows."""
        counted = np.ones(len(values)) if where is None else where.astype(np.float64)
        weights = [np.bincount(self._family, weights) for weights in (values * counted, counted)]
        sums, counts = (self._times @ np.column_stack(weights)).T
        drawn = sums[counts > 0] / counts[counts > 0]
        return _interval(float(values[counted > 0].mean()), drawn)

    def root_mean(self, squares: Array, where: npt.NDArray[np.bool_] | None = None) -> Interval:
        """Bound the root of the mean of squares, or of those at some rows."""
        found = self.mean(squares, where)
        return Interval(*(float(np.sqrt(value)) for value in (found.estimate, found.low, found.high)))

    def median(self, values: Array) -> Interval:
        """Bound the median of values."""
        order = np.argsort(values, kind="stable")
        ranked, family = values[order], self._family[order]
        drawn = np.concatenate([_medians(ranked, times[:, family]) for times in self._chunks()])
        return _interval(float(np.median(values)), drawn)

    def _chunks(self) -> Iterator[Array]:
        for start in range(0, len(self._times), _CHUNK):
            yield self._times[start : start + _CHUNK]


def error_intervals(prices_usd: Array, predicted_usd: Array, bootstrap: Bootstrap) -> dict[str, Interval]:
    """Bound the main measures of `tasador.models.metrics.Errors`, by their names there.

    Args:
        prices_usd: Shape (n,), above 0.
        predicted_usd: Shape (n,), not below 0.
        bootstrap: Resamples of the same rows.
    """
    apart = np.abs(predicted_usd - prices_usd)
    share = apart / prices_usd
    common = prices_usd <= COMMON_PRICE_USD
    found = {
        "mae_usd": bootstrap.mean(apart),
        "mdape": bootstrap.median(share),
        "rmsle": bootstrap.root_mean(np.square(np.log1p(predicted_usd) - np.log1p(prices_usd))),
        "within_20_percent": bootstrap.mean((share <= 0.2).astype(np.float64)),
    }
    return {"rmse_up_to_100_usd": bootstrap.root_mean(np.square(apart), common), **found} if common.any() else found


def paired_difference(
    losses_a: Array,
    losses_b: Array,
    groups: npt.NDArray[Any],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """Bound by how much the mean loss of one candidate exceeds another's on the same rows.

    Args:
        losses_a: Shape (n,), such as absolute errors.
        losses_b: Shape (n,), the other's on the same rows.
        groups: Shape (n,), what family each row is of.

    Returns:
        Below 0 the first is better; an interval on one side of 0 says that it is no chance.
    """
    return Bootstrap(groups, resamples=resamples, seed=seed).mean(losses_a - losses_b)


def _medians(ranked: Array, times: Array) -> Array:
    """Take the median of each resample, given how often it holds each of the ranked values."""
    # NOTE: single precision counts exactly up to 16 million rows.
    upto = np.cumsum(times, axis=1, dtype=np.float32)
    # NOTE: the median of an even number of rows is the mean of the two in the middle.
    middle = [
        (np.searchsorted(drawn, drawn[-1] / 2), np.searchsorted(drawn, drawn[-1] / 2, side="right")) for drawn in upto
    ]
    return np.asarray(ranked[np.array(middle)].mean(axis=1))


def _interval(estimate: float, drawn: npt.NDArray[np.floating[Any]]) -> Interval:
    low, high = np.percentile(drawn, _ENDS)
    return Interval(estimate, float(low), float(high))
