"""Calibrates intervals on games newer than those that the models learned from (split conformal prediction).

Each game of the calibration period has a score, the probability that its smallest set of price points with its price in
it has. An interval that takes in all price points up to the right quantile of the scores holds the next price as often
as it says, as long as the next period is like the one before: Vovk, Gammerman and Shafer, 2005. The quantile is taken
by group (kind and whether the developer is known), where all games together weigh as some more of the group: an
estimate from few games errs by chance, and the kinds drift together more than apart.
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

__all__ = ["LEAST_ROWS", "calibrate", "scores", "widest_ratio"]

Array = npt.NDArray[np.float64]

#: A group with fewer calibration games is served by all games together.
LEAST_ROWS: Final = 300

#: As how many games of a group all games together count.
_SHARED_WEIGHT: Final = 1_000.0

#: Share of the calibration games whose interval is narrow enough; the other reasons not to answer, and a next period
#: that is harder, take from it, so that nine of ten remain.
_ANSWERED: Final = 0.95

#: An interval up to so many times as high as low is of use to somebody.
_ALWAYS_SAID: Final = 8.0

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


def calibrate(
    found: Array, groups: Sequence[str], *, least: int = LEAST_ROWS, shared: float = _SHARED_WEIGHT
) -> Intervals:
    """Find the probability that an interval of each level needs, for all games and by group.

    Args:
        found: Shape (n_games,), the `scores` of the newest games, from models that did not learn from them.
        groups: Their groups: `tasador.appraisal.intervals.group_of`.
        least: The least number of games for which a group has its own.
        shared: As how many games of a group all games together count.

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
        if counts[name] >= least:
            thresholds[name] = _quantiles(ordered, (names == name) + everybody * (shared / len(found)))
    return Intervals(thresholds, {ALL: len(found), **{name: counts[name] for name in sorted(counts)}}, least)


def widest_ratio(ratios: Array) -> float:
    """Find the width above which an interval is not worth saying, such that nearly all are said.

    Widths are quotients of a few prices, so that the quantile of a few hundred may be one that many more games have:
    an interval that is not so wide is said all the same.

    Args:
        ratios: Shape (n_games,), upper over lower end of the calibration games' intervals at the deciding level.
    """
    return max(float(np.quantile(ratios, _ANSWERED, method="higher")), _ALWAYS_SAID)


def _quantiles(ordered: Array, weights: Array) -> tuple[float, ...]:
    """Take the weighted quantile at each level, counting one more game, above all, for the one to come."""
    below = np.cumsum(weights) / (weights.sum() + 1.0)
    places = np.searchsorted(below, np.array(LEVELS) - 1e-12)
    return tuple(float(ordered[min(place, len(ordered) - 1)]) for place in places)
