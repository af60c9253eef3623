"""What entries of a kind cost at a date: what a price is compared with."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

__all__ = ["above_level"]

#: The price level that a price is compared with: the mean log price of the same kind in the year before, drawn to
#: the log price of a few dollars where there are few.
_LEVEL_DAYS: Final = 365
_LEVEL_PRIOR: Final = 1.7
_LEVEL_PRIOR_ROWS: Final = 10


def above_level(days: Sequence[int], logs: Sequence[float], kinds: Sequence[str]) -> array[float]:
    """Take off each log price the level of its kind at its date.

    Args:
        days: Days, ascending.
        logs: Logarithms of the prices.
        kinds: Kinds.
    """
    above = array("d", logs)
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for at, kind in enumerate(kinds):
        by_kind[kind].append(at)
    for positions in by_kind.values():
        sums = [0.0, *accumulate(logs[at] for at in positions)]
        own_days = [days[at] for at in positions]
        start = end = 0
        for at, day in zip(positions, own_days, strict=True):
            while own_days[end] < day:
                end += 1
            while own_days[start] < day - _LEVEL_DAYS:
                start += 1
            total = sums[end] - sums[start] + _LEVEL_PRIOR * _LEVEL_PRIOR_ROWS
            above[at] -= total / (end - start + _LEVEL_PRIOR_ROWS)
    return above
