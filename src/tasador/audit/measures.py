"""Measures of error by the names that people give them, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["LARGER_IS_BETTER", "METRICS", "MIN_ROWS", "Array", "interval", "measure", "ratio_interval"]

Array: TypeAlias = npt.NDArray[np.float64]
Metric: TypeAlias = Callable[[Array, Array], float]

#: With fewer rows a figure is not held against another.
MIN_ROWS: Final = 30

_RESAMPLES: Final = 1_000

#: Wide, since a false alarm accuses somebody.
_CONFIDENCE: Final = 0.99


def _mse(prices: Array, predicted: Array) -> float:
    return float(np.mean((predicted - prices) ** 2))


def _mae(prices: Array, predicted: Array) -> float:
    return float(np.mean(np.abs(predicted - prices)))


def _median_ae(prices: Array, predicted: Array) -> float:
    return float(np.median(np.abs(predicted - prices)))


def _mdape(prices: Array, predicted: Array) -> float:
    paid = prices > 0
    return float(np.median(np.abs(predicted - prices)[paid] / prices[paid])) if paid.any() else float("nan")


def _rmsle(prices: Array, predicted: Array) -> float:
    return float(np.sqrt(np.mean((np.log1p(np.maximum(predicted, 0)) - np.log1p(prices)) ** 2)))


def _r2(prices: Array, predicted: Array) -> float:
    spread = float(np.var(prices))
    return 1 - _mse(prices, predicted) / spread if spread > 0 else float("nan")


def _within(share: float) -> Metric:
    return lambda prices, predicted: float(np.mean(np.abs(predicted - prices) <= share * prices))


#: By name; prices and predictions in, a figure out.
METRICS: Final[Mapping[str, Metric]] = {
    "rmse": lambda prices, predicted: float(np.sqrt(_mse(prices, predicted))),
    "mse": _mse,
    "mae": _mae,
    "median_ae": _median_ae,
    "mdape": _mdape,
    "rmsle": _rmsle,
    "r2": _r2,
    "within_10_percent": _within(0.1),
    "within_20_percent": _within(0.2),
    "within_50_percent": _within(0.5),
}
LARGER_IS_BETTER: Final = frozenset({"r2", "within_10_percent", "within_20_percent", "within_50_percent"})


def measure(metric: str, prices: Array, predicted: Array) -> float:
    """Compute a figure of error."""
    return METRICS[metric](prices, predicted)


def interval(metric: str, prices: Array, predicted: Array) -> tuple[float, float]:
    """Say between which bounds the figure may lie on other rows like these: the 99 % percentile bootstrap."""
    function = METRICS[metric]
    drawn = [function(prices[rows], predicted[rows]) for rows in _resamples(len(prices))]
    return _bounds(drawn)


def ratio_interval(metric: str, prices: Array, predicted: Array, part: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The same for how many times the figure of part of the rows is that of all."""
    function = METRICS[metric]
    drawn = []
    for rows in _resamples(len(prices)):
        whole = function(prices[rows], predicted[rows])
        some = rows[part[rows]]
        if len(some) and whole > 0:
            drawn.append(function(prices[some], predicted[some]) / whole)
    return _bounds(drawn)


def _resamples(n: int) -> Iterator[npt.NDArray[np.int64]]:
    generator = np.random.default_rng(0)
    for _ in range(_RESAMPLES):
        yield generator.integers(0, n, n)


def _bounds(drawn: list[float]) -> tuple[float, float]:
    if not drawn:
        return float("nan"), float("nan")
    low, high = np.nanquantile(drawn, [(1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2])
    return float(low), float(high)
