"""Values with weights, to draw from."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

__all__ = ["Weighted"]

T = TypeVar("T")


class Weighted(Generic[T]):
    """A discrete distribution. Unlike `Random.choices` it sums its weights once, not at every draw."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._values = tuple(weights)
        bounds = list(accumulate(weights.values()))
        self._total = bounds[-1]
        # The last value takes whatever rounding leaves over.
        self._bounds = [*bounds[:-1], math.inf]

    def at(self, quantile: float) -> T:
        """The value at a quantile from 0 to 1, in the order the values were given."""
        return self._values[bisect_right(self._bounds, quantile * self._total)]

    def draw(self, rng: Random) -> T:
        """A value by chance."""
        return self._values[bisect_right(self._bounds, rng.random() * self._total)]
