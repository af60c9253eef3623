"""How good lists are: whether the held-out game is in them, and what else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.similar.purchases import HeldOut

__all__ = ["Figures", "Score", "measure"]

#: How long lists are.
LENGTH = 20

#: People that are looked at together.
_BLOCK = 400

#: Draws of the bootstrap.
_DRAWS = 2_000

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

#: Scores all games for some people, by their places; shape (n_people, n_games).
Score = Callable[[HeldOut, Rows], Floats]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of a task.

    Attributes:
        recall_10: Share of people whose held-out game is among the first ten, with its 95 % interval.
        recall_20: The same of twenty.
        ndcg_20: The same, the more the earlier it comes: 1 / log2(1 + place).
        coverage: Share of the games that are in anybody's list.
        owners: How many people own the median game of a list.
        price_spread_usd: Between the quarters of the prices of a list, the median list.
    """

    recall_10: tuple[float, float, float]
    recall_20: tuple[float, float, float]
    ndcg_20: tuple[float, float, float]
    coverage: float
    owners: float
    price_spread_usd: float


def measure(task: HeldOut, people: Rows, score: Score, prices_usd: Floats) -> Figures:
    """Measure a way to score games.

    Among games of one score the held-out one is thought to be at any place alike.
    """
    gains: dict[str, list[Floats]] = {"10": [], "20": [], "ndcg": []}
    lists: list[Rows] = []
    discounts = np.concatenate(([0.0], np.cumsum(1 / np.log2(np.arange(LENGTH) + 2))))
    for start in range(0, len(people), _BLOCK):
        some = people[start : start + _BLOCK]
        scores = np.array(score(task, some), dtype=np.float64)
        scores[task.owned[some].nonzero()] = -np.inf
        own = scores[np.arange(len(some)), task.held[some]][:, None]
        better, equal = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
        for name, k in (("10", 10), ("20", 20)):
            gains[name].append(np.clip((k - better) / equal, 0, 1))
        first, last = (np.minimum(places, LENGTH) for places in (better, better + equal))
        gains["ndcg"].append((discounts[last] - discounts[first]) / equal)
        lists.append(np.argpartition(-scores, LENGTH, axis=1)[:, :LENGTH])
    shown = np.concatenate(lists)
    owners = np.asarray(task.people.sum(axis=0)).ravel()
    quarters = np.nanpercentile(prices_usd[shown], [25, 75], axis=1)
    return Figures(
        recall_10=_interval(np.concatenate(gains["10"])),
        recall_20=_interval(np.concatenate(gains["20"])),
        ndcg_20=_interval(np.concatenate(gains["ndcg"])),
        coverage=len(np.unique(shown)) / scores.shape[1],
        owners=float(np.median(np.median(owners[shown], axis=1))),
        price_spread_usd=float(np.median(quarters[1] - quarters[0])),
    )


def _interval(gains: Floats, seed: int = 0) -> tuple[float, float, float]:
    """Give a mean over people, and where 95 % of the means lie when people are drawn anew."""
    rng = np.random.default_rng(seed)
    means = [float(rng.choice(gains, len(gains)).mean()) for _ in range(_DRAWS)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(gains.mean()), float(low), float(high)
