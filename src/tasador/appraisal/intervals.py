"""Intervals that hold the price as often as they say: sets of price points, conformalised by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from tasador.appraisal.bundle_files import number
from tasador.appraisal.price_points import Distribution, logarithms

__all__ = ["ALL", "LEVELS", "Intervals", "group_of", "joining_masses", "nonconformity"]

#: The shares of prices that the intervals are to hold. The 90 % interval serves comparison with other people's figures.
LEVELS: Final = (0.5, 0.8, 0.9, 0.95)

#: The group of those whose own group is too small.
ALL: Final = "all"

#: Above any mass of probability: the score of a price that no interval can hold.
_OUT_OF_REACH: Final = 2.0

#: Prices are in whole cents.
_HALF_CENT: Final = 0.005

#: What tells equal masses, computed from the same numbers in another order, from unequal ones.
_ROUNDING: Final = 1e-12


def group_of(kind: str, *, developer_known: bool) -> str:
    """Name the group whose errors calibrate a game's interval."""
    return f"{kind}, {'known' if developer_known else 'unseen'} developer"


def joining_masses(distribution: Distribution) -> list[float]:
    """Say for each price point how much probability the smallest set of the family that holds it has.

    The family grows from the most probable price point, each time by the neighbouring block with the most probability
    for its width on the log scale. Its sets are nested and without gaps, so intervals of two levels cannot cross; and
    each is about the narrowest, as a ratio, of those with its probability (the highest-density sets of Izbicki,
    Shimizu and Stern, 2022, kept connected).

    Returns:
        One mass a price point, in the order of the prices; the most probable one's is its own probability.
    """
    logs, masses = logarithms(distribution.prices_usd), distribution.probabilities
    start = masses.index(max(masses))
    blocks = [
        *_blocks(logs, masses, range(start - 1, -1, -1), start),
        *_blocks(logs, masses, range(start + 1, len(logs)), start),
    ]
    # NOTE: on either side the densities fall from block to block, so the order by density keeps the blocks in place.
    blocks.sort(key=itemgetter(0), reverse=True)
    joined = [masses[start]] * len(masses)
    total = masses[start]
    for _, mass, first, end in blocks:
        total += mass
        joined[first:end] = [total] * (end - first)
    return joined


def nonconformity(prices_usd: Sequence[float], joined: Sequence[float], price_usd: float) -> float:
    """Say how far the family must grow to hold a price: the probability of its smallest set that does.

    A price between two price points is held with both; one beyond the ladder never.

    Args:
        prices_usd: The price points, ascending.
        joined: Their `joining_masses`.
        price_usd: The price that the game has.
    """
    at_least = [mass for price, mass in zip(prices_usd, joined, strict=True) if price > price_usd - _HALF_CENT]
    at_most = [mass for price, mass in zip(prices_usd, joined, strict=True) if price < price_usd + _HALF_CENT]
    if not at_least or not at_most:
        return _OUT_OF_REACH
    if len(at_least) + len(at_most) > len(prices_usd):
        return at_least[0]
    return max(at_least[0], at_most[-1])


@dataclass(frozen=True, slots=True)
class Intervals:
    """How much probability an interval needs so that it holds the price as often as it says.

    Attributes:
        thresholds: By group, for each of `LEVELS` the mass; `all` is there always.
        counts: By group, the number of games that the masses were found on.
        least: The least such number for which a group has its own masses.
    """

    thresholds: Mapping[str, tuple[float, ...]]
    counts: Mapping[str, int]
    least: int

    def interval(
        self, distribution: Distribution, group: str, level: float, estimate_usd: float, joined: Sequence[float]
    ) -> tuple[float, float]:
        """Give the lower and the upper end in USD.

        Both are price points, but where the estimate is outside of them: the interval is widened to hold it.

        Args:
            group: See `group_of`.
            level: One of `LEVELS`.
            estimate_usd: The continuous estimate.
            joined: The distribution's `joining_masses`, which all levels share.
        """
        threshold = self.thresholds.get(group, self.thresholds[ALL])[LEVELS.index(level)]
        # NOTE: the most probable price point is in every interval, however low the threshold.
        least = max(threshold, min(joined)) + _ROUNDING
        held = [price for price, mass in zip(distribution.prices_usd, joined, strict=True) if mass <= least]
        return max(min(held[0], estimate_usd), distribution.prices_usd[0]), max(held[-1], estimate_usd)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "levels": list(LEVELS),
            "thresholds": {group: list(masses) for group, masses in self.thresholds.items()},
            "counts": dict(self.counts),
            "least": self.least,
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Intervals:
        """Read what `to_dict` wrote.

        Raises:
            ValueError: It is not such, or of other levels.
        """
        if found["levels"] != list(LEVELS):
            raise ValueError(f"the levels are {found['levels']!r:.60}, not {list(LEVELS)}")
        thresholds = {
            group: tuple(number(mass, least=0) for mass in masses) for group, masses in found["thresholds"].items()
        }
        rise = all(len(masses) == len(LEVELS) and list(masses) == sorted(masses) for masses in thresholds.values())
        if ALL not in thresholds or not rise:
            raise ValueError(f"not for each group, and {ALL!r}, {len(LEVELS)} masses that rise with the level")
        counts = {group: int(number(n, least=0)) for group, n in found["counts"].items()}
        return cls(thresholds, counts, int(number(found["least"], least=0)))


def _blocks(
    logs: Sequence[float], masses: Sequence[float], points: range, start: int
) -> list[tuple[float, float, int, int]]:
    """Cut one side into blocks of falling density: the pieces of the concave majorant of mass over log width.

    Returns:
        Density, mass, first point, and the point after the last.
    """
    blocks: list[tuple[float, float, int, int]] = []
    previous = start
    for point in points:
        mass, width, first, end = masses[point], abs(logs[point] - logs[previous]), point, point + 1
        while blocks and blocks[-1][0] * width <= mass * blocks[-1][1]:
            earlier = blocks.pop()
            mass, width = mass + earlier[0], width + earlier[1]
            first, end = min(first, earlier[2]), max(end, earlier[3])
        blocks.append((mass, width, first, end))
        previous = point
    return [(mass / width, mass, first, end) for mass, width, first, end in blocks]
