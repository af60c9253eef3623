"""Whether a single input gives the price away: it is a function of the price, or was made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tasador.audit.measures import MIN_ROWS, Array

__all__ = ["Leak", "from_groups", "function_of_price"]

Codes: TypeAlias = npt.NDArray[np.int64]

#: How far one input may foretell the price, or the price the input: a correlation of ranks, or a share of variance.
_LIMIT: Final = 0.95

#: Rows that are looked at; more tell no more.
_ROWS: Final = 4_000

#: A level of a column that is rarer counts as no level.
_MIN_LEVEL: Final = 20

#: A column with more levels is a name, which nothing foretells.
_MOST_LEVELS: Final = 50
_FOLDS: Final = 3

#: Groups that are nearly as many as the rows are names.
_MOST_GROUPS: Final = 0.9


@dataclass(frozen=True, slots=True)
class Leak:
    """How an input gives the price away.

    Attributes:
        how: In a clause.
        strength: From 0, none, to 1, wholly.
        n: Over how many rows.
    """

    how: str
    strength: float
    n: int


def function_of_price(values: Array, prices: Array, *, levels: bool) -> Leak | None:
    """Tell whether an input and the price determine each other, on rows that the determination was not learnt from.

    Args:
        values: Shape (n,); NaN where there is none. Codes of levels, where `levels`.
        prices: Shape (n,); NaN where there is none.
        levels: Whether the values are codes without an order.
    """
    there = np.flatnonzero(np.isfinite(values) & np.isfinite(prices) & (prices >= 0))
    if len(there) > _ROWS:
        there = np.sort(np.random.default_rng(0).choice(there, _ROWS, replace=False))
    x, y = values[there], np.log1p(prices[there])
    few = len(np.unique(x)) < 2 or len(np.unique(y)) < 2
    if len(there) < 2 * MIN_ROWS or few:
        return None
    forward = 0.0 if levels else max(_correlation(x, y), _explained(x, y))
    if forward >= _LIMIT:
        return Leak("the price follows it", forward, len(there))
    distinct = len(np.unique(x))
    backward = _foretold(x, y) if levels or distinct <= _MOST_LEVELS else _explained(y, _ranks(x))
    if backward >= _LIMIT:
        return Leak("it is a function of the price", backward, len(there))
    return None


def from_groups(
    values: Array, prices: Array, groups: Codes, *, test: npt.NDArray[np.bool_], days: Array | None = None
) -> Leak | None:
    """Tell whether an input was made from a group's prices, those that a row must not know among them.

    A group with one row has no price but the row's own: an input that follows it knows the answer. So does the earlier
    of two rows, if it follows the price of the later.

    Args:
        values: Shape (n,); NaN where there is none.
        prices: Shape (n,); NaN where there is none.
        groups: Shape (n,): the number of each row's group, such as its developer; below 0 where it has none.
        test: Which rows are test rows: of training rows a model may know the price.
        days: Shape (n,): when each came out; None where nobody says.
    """
    known = np.isfinite(values) & np.isfinite(prices) & (groups >= 0)
    sizes = np.bincount(groups[groups >= 0], minlength=1)
    if len(sizes) > _MOST_GROUPS * len(groups):
        return None
    size = np.where(groups >= 0, sizes[np.maximum(groups, 0)], 0)
    alone = known & test & (size == 1)
    own = _correlation(values[alone], prices[alone])
    if own >= _LIMIT:
        how = "it follows the row's own price where the group has no other row"
        return Leak(how, own, int(alone.sum()))
    if days is None:
        return None
    paired = np.flatnonzero(size == 2)
    paired = paired[np.lexsort((days[paired], groups[paired]))]
    earlier, later = paired[::2], paired[1::2]
    told = known[earlier] & test[later] & (days[earlier] < days[later]) & np.isfinite(prices[later])
    coming = _correlation(values[earlier[told]], prices[later[told]])
    if coming >= _LIMIT:
        return Leak("it follows the price of a later release", coming, int(told.sum()))
    return None


def _explained(x: Array, y: Array) -> float:
    """The share of the variance of `y` that a tree over `x` foretells on rows it has not seen."""
    tree = DecisionTreeRegressor(min_samples_leaf=3, random_state=0)
    foretold = _out_of_fold(tree, x, y)
    spread = float(np.var(y))
    return 1 - float(np.mean((y - foretold) ** 2)) / spread if spread > 0 else 0.0


def _foretold(x: Array, y: Array) -> float:
    """The share of what the commonest level leaves open of `x` that a tree over `y` foretells."""
    codes, counts = np.unique(x, return_counts=True)
    common = np.isin(x, codes[counts >= _MIN_LEVEL])
    if len(np.unique(x[common])) < 2:
        return 0.0
    x, y = x[common], y[common]
    tree = DecisionTreeClassifier(min_samples_leaf=3, random_state=0)
    right = float(np.mean(_out_of_fold(tree, y, np.searchsorted(codes, x)) == np.searchsorted(codes, x)))
    base = counts.max() / len(x)
    return float((right - base) / (1 - base))


def _out_of_fold(tree: DecisionTreeClassifier | DecisionTreeRegressor, x: Array, y: npt.NDArray[Any]) -> Array:
    """Foretell each row by a tree over the other folds' rows."""
    # NOTE: the library's own loop over folds costs ten times what the trees do.
    fold = np.random.default_rng(0).permutation(len(x)) % _FOLDS
    foretold = np.empty(len(x))
    for number in range(_FOLDS):
        aside = fold == number
        tree.fit(x[~aside, None], y[~aside])
        foretold[aside] = tree.predict(x[aside, None])
    return foretold


def _ranks(values: Array) -> Array:
    _, ranks = np.unique(values, return_inverse=True)
    return ranks.astype(np.float64)


def _correlation(values: Array, prices: Array) -> float:
    if len(values) < MIN_ROWS or len(np.unique(values)) < 2 or len(np.unique(prices)) < 2:
        return 0.0
    return abs(float(np.corrcoef(_ranks(values), _ranks(prices))[0, 1]))
