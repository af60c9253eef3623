"""Calibrates intervals on games newer than those that the models learned from (split conformal prediction).

Each game of the calibration period has a score, the probability that its smallest set of price points with its price in
it has. An interval that takes in all price points up to the right quantile of the scores holds the next price as often
as it says, as long as the next period is like the one before: Vovk, Gammerman and Shafer, 2005. The quantile is taken
by group (kind and whether the developer is known), where all games together weigh as some more of the group: an
estimate from few games errs by chance, and the kinds drift together more than apart. So a group of n games has
n / (n + `SHARED_WEIGHT`) of the say in its interval, and misses its level by about the rest of what it would miss it by
with one interval for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tasador.appraisal.intervals import ALL, LEVELS, Intervals, joining_masses, nonconformity
from tasador.appraisal.price_points import Distribution
from tasador.errors import TasadorError

__all__ = ["LEAST_ROWS", "SHARED_WEIGHT", "calibrate", "scores"]

Array = npt.NDArray[np.float64]

#: A group with fewer calibration games is served by all games together.
LEAST_ROWS: Final = 300

#: As how many games of a group all games together count.
SHARED_WEIGHT: Final = 1_000.0

#: The quantile at a level of n scores needs so many scores that one more game may be above them all.
_LEAST_SCORES: Final = 20


def scores(distributions: Sequence[Distribution], prices_usd: Array) -> Array:
    """Score games: the probability that the smallest set of price points with the price in it has.

    Args:
        distributions: Of games that the models did not learn from.
        prices_usd: Shape (n_games,), what they cost.

    Returns:
        Shape (n_games,).
    """
    return np.array(
        [
            nonconformity(distribution.prices_usd, joining_masses(distribution), price)
            for distribution, price in zip(distributions, prices_usd.tolist(), strict=True)
        ]
    )


def calibrate(found: Array, groups: Sequence[str]) -> Intervals:
    """Find the probability that an interval of each level needs, for all games and by group.

    Args:
        found: Shape (n_games,), the `scores` of the newest games, from models that did not learn from them.
        groups: Their groups: `tasador.appraisal.intervals.group_of`.

    Raises:
        TasadorError: There are too few games.
    """
    if len(found) < _LEAST_SCORES:
        raise TasadorError(
            "the intervals cannot be calibrated",
            got=f"{len(found)} games in the calibration period",
            expected=f"at least {_LEAST_SCORES}",
            do="Train on a larger catalogue.",
        )
    counts = Counter(groups)
    order = np.argsort(found, kind="stable")
    ordered, names = found[order], np.array(groups)[order]
    everybody = np.ones(len(found))
    thresholds = {ALL: _quantiles(ordered, everybody)}
    for name in sorted(counts):
        if counts[name] >= LEAST_ROWS:
            thresholds[name] = _quantiles(ordered, (names == name) + everybody * (SHARED_WEIGHT / len(found)))
    return Intervals(thresholds, {ALL: len(found), **{name: counts[name] for name in sorted(counts)}}, LEAST_ROWS)


def _quantiles(ordered: Array, weights: Array) -> tuple[float, ...]:
    """Take the weighted quantile at each level, counting one more game, above all, for the one to come."""
    below = np.cumsum(weights) / (weights.sum() + 1.0)
    places = np.searchsorted(below, np.array(LEVELS) - 1e-12)
    return tuple(float(ordered[min(place, len(ordered) - 1)]) for place in places)
