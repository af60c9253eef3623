"""The ladder of prices: how probable each price point is, and which one to suggest."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from tasador.appraisal.bundle_files import number

__all__ = ["Distribution", "PricePoints", "logarithms"]

#: No price is less.
_LEAST_USD: Final = 0.01


@lru_cache(maxsize=64)
def logarithms(prices_usd: tuple[float, ...]) -> tuple[float, ...]:
    """Give the natural logarithms of price points."""
    return tuple(map(math.log, prices_usd))


@dataclass(frozen=True, slots=True)
class Distribution:
    """How probable each price point is, given that the game is not free.

    Attributes:
        prices_usd: The price points, ascending.
        probabilities: Of each; they add up to 1.
    """

    prices_usd: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def suggested_usd(self) -> float:
        """The most probable price point: the one that is right most often. Of equals the lowest."""
        return self.prices_usd[self.probabilities.index(max(self.probabilities))]

    @property
    def suggested_probability(self) -> float:
        """How probable the suggested price point is."""
        return max(self.probabilities)

    def likeliest(self, n: int) -> tuple[tuple[float, float], ...]:
        """List the `n` most probable price points with their probabilities, in order of price."""
        # NOTE: of equals the lowest comes first, as the order that they have is kept.
        points = sorted(range(len(self.prices_usd)), key=self.probabilities.__getitem__, reverse=True)[:n]
        return tuple((self.prices_usd[point], self.probabilities[point]) for point in sorted(points))


@dataclass(frozen=True, slots=True)
class PricePoints:
    """The ladder, and how scores and the estimate become probabilities.

    The probability of price point p is in proportion to exp(sharpness · score(p) - pull · |log p - log estimate|): a
    logarithmic pool of the classifier of price points, tempered, and a Laplace law round the estimate. Both numbers are
    fitted on releases newer than those that the boosters learned from.

    Attributes:
        prices_usd: The price points, ascending.
        sharpness: Weight of the classifier's scores; 1 takes its probabilities as they are, less flattens them.
        pull: How fast the probability falls with the distance from the estimate on the log scale; 0 ignores it.
    """

    prices_usd: tuple[float, ...]
    sharpness: float = 1.0
    pull: float = 0.0

    def distribution(self, scores: Sequence[float], estimate_usd: float) -> Distribution:
        """Make the distribution of one game.

        Args:
            scores: The classifier's raw score of each price point.
            estimate_usd: The continuous estimate, above 0.
        """
        centre, sharpness, pull = math.log(estimate_usd), self.sharpness, self.pull
        logits = [
            sharpness * score - pull * abs(log_price - centre)
            for log_price, score in zip(logarithms(self.prices_usd), scores, strict=True)
        ]
        highest = max(logits)
        weights = [math.exp(logit - highest) for logit in logits]
        total = sum(weights)
        return Distribution(self.prices_usd, tuple([weight / total for weight in weights]))

    def nearest(self, price_usd: float) -> int:
        """Find the number of the price point that is nearest in ratio; of two the lower."""
        above = bisect_left(self.prices_usd, price_usd)
        if above == 0:
            return 0
        if above == len(self.prices_usd):
            return above - 1
        low, high = self.prices_usd[above - 1], self.prices_usd[above]
        return above if price_usd * price_usd > low * high else above - 1

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {"prices_usd": list(self.prices_usd), "sharpness": self.sharpness, "pull": self.pull}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> PricePoints:
        """Read what `to_dict` wrote.

        Raises:
            ValueError: It is not such.
        """
        prices = tuple(number(price, least=_LEAST_USD) for price in found["prices_usd"])
        if len(prices) < 2 or any(low >= high for low, high in pairwise(prices)):
            raise ValueError(f"{len(prices)} prices that do not rise are no price points")
        return cls(prices, number(found["sharpness"], least=0), number(found["pull"], least=0))
