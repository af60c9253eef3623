"""How good lists are: whether the held-out game is in them, what else is, and by how much one way is better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.similar.purchases import HeldOut

__all__ = ["Gains", "Interval", "Score", "Shown", "difference", "gains", "interval", "shown"]

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

#: A mean over people, and where 95 % of the means lie when people are drawn anew.
Interval = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Gains:
    """What came of a task, for each person.

    Attributes:
        recall_10: Whether the held-out game is among the first ten, shape (n_people,).
        recall_20: The same of twenty.
        ndcg_20: The same, the more the earlier it comes: 1 / log2(1 + place).
        lists: The first twenty, in any order, shape (n_people, 20).
    """

    recall_10: Floats
    recall_20: Floats
    ndcg_20: Floats
    lists: Rows


@dataclass(frozen=True, slots=True)
class Shown:
    """What the lists hold.

    Attributes:
        coverage: Share of the games that are in anybody's list.
        owners: How many people own the median game of a list.
        price_spread_usd: Between the quarters of the prices of a list, the median list.
    """

    coverage: float
    owners: float
    price_spread_usd: float


def gains(task: HeldOut, people: Rows, score: Score) -> Gains:
    """Say what each person has of a way to score games.

    Among games of one score the held-out one is thought to be at any place alike.
    """
    found: list[tuple[Floats, Floats, Floats, Rows]] = []
    discounts = np.concatenate(([0.0], np.cumsum(1 / np.log2(np.arange(LENGTH) + 2))))
    for start in range(0, len(people), _BLOCK):
        some = people[start : start + _BLOCK]
        scores = np.array(score(task, some), dtype=np.float64)
        scores[task.owned[some].nonzero()] = -np.inf
        own = scores[np.arange(len(some)), task.held[some]][:, None]
        better, equal = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
        first, last = (np.minimum(places, LENGTH) for places in (better, better + equal))
        found.append(
            (
                np.clip((10 - better) / equal, 0, 1),
                np.clip((20 - better) / equal, 0, 1),
                (discounts[last] - discounts[first]) / equal,
                np.argpartition(-scores, LENGTH, axis=1)[:, :LENGTH],
            )
        )
    ten, twenty, ndcg, lists = zip(*found, strict=True)
    return Gains(np.concatenate(ten), np.concatenate(twenty), np.concatenate(ndcg), np.concatenate(lists))


def shown(task: HeldOut, lists: Rows, prices_usd: Floats) -> Shown:
    """Say what lists hold."""
    owners = np.asarray(task.people.sum(axis=0)).ravel()
    quarters = np.nanpercentile(prices_usd[lists], [25, 75], axis=1)
    return Shown(
        coverage=len(np.unique(lists)) / len(owners),
        owners=float(np.median(np.median(owners[lists], axis=1))),
        price_spread_usd=float(np.median(quarters[1] - quarters[0])),
    )


def interval(values: Floats, seed: int = 0) -> Interval:
    """Give a mean over people with its interval; of as many people the same are drawn, whatever is measured."""
    rng = np.random.default_rng(seed)
    means = [float(values[rng.integers(len(values), size=len(values))].mean()) for _ in range(_DRAWS)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def difference(first: Floats, second: Floats) -> Interval:
    """Say by how much one way is better than another to the same people."""
    return interval(first - second)
