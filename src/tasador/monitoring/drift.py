"""Drift: how far a window of rows is from a reference, column by column, and which differences are worth a look.

A difference is an alert only if it is beyond chance among all that were looked at, and large enough to matter, and seen
on enough rows. Each alone is noise: in many columns some are apart by chance, on many rows any difference is beyond
chance, and on few rows any is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl
from scipy import stats

from tasador.monitoring import measures
from tasador.monitoring.measures import COHENS_H, KS

__all__ = [
    "FAMILY",
    "FAMILY_ROWS",
    "LEAST_EFFECT",
    "LEVEL",
    "MIN_LABEL_ROWS",
    "MIN_ROWS",
    "MISSING",
    "ColumnDrift",
    "drift",
    "too_few",
]

#: The column that says which rows are not independent; what it holds matters within a window only.
FAMILY: Final = "family"

#: The false discovery rate. Where nothing drifted it is the chance that a comparison raises any alert at all: one in a
#: hundred, whatever the number of columns.
LEVEL: Final = 0.01

#: Effects from here on matter. Of shares, what Cohen calls small: 5 % to 10.4 %, 20 % to 28.8 %, 50 % to 60 %. Of
#: numbers, as much around the median: a tenth of the rows moved past a value.
LEAST_EFFECT: Final = {COHENS_H: 0.2, KS: 0.1}

#: A window with fewer rows, or a column with fewer values, is not judged.
MIN_ROWS: Final = 100

#: What is an alert is one too where each family has at most so many rows: forty songs that a studio publishes at once
#: are one event, and a window without any of the large studios is unlike all others.
FAMILY_ROWS: Final = 5

#: Labels in fewer rows of both windows together are not looked at.
MIN_LABEL_ROWS: Final = 10

#: The one value of truth values whose share is told.
TRUE: Final = "true"

#: What stands for a value that is not given.
MISSING: Final = "(missing)"


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """What was seen of a column.

    Attributes:
        column: Its name.
        value: The label or value whose share was compared, `MISSING` for the rows without one; None for numbers.
        measure: `cohens_h` of shares, `kolmogorov_smirnov` of numbers.
        n_reference: Rows of the reference with a value; of `MISSING`, all.
        n_current: The same of the current window.
        reference: The share, or the median, in the reference.
        current: The same in the current window.
        effect: How far they are apart.
        least: The effect from which on it is an alert.
        at: Of numbers, the value up to which the shares of rows are the farthest apart; else None.
        upto: Those shares, in the reference and in the current window; of labels, the shares themselves.
        p: How probable such an effect is by chance alone.
        q: The same among all that were looked at (Benjamini and Hochberg).
        confirmed: Whether it is an alert as well where each family has at most `FAMILY_ROWS` rows; told of alerts.
        over: Whether the newest rows of the current window are as usual again.
    """

    column: str
    value: str | None
    measure: str
    n_reference: int
    n_current: int
    reference: float
    current: float
    effect: float
    least: float
    at: float | None
    upto: tuple[float, float]
    p: float
    q: float
    confirmed: bool = True
    over: bool = False

    @property
    def alert(self) -> bool:
        """Whether it is beyond chance and large enough to matter; rows are enough, or it would not be here.

        That values are missing less often than is usual does nobody harm.
        """
        return (
            self.confirmed
            and not self.over
            and self.q < LEVEL
            and self.effect >= self.least
            and (self.value != MISSING or self.lost)
        )

    @property
    def lost(self) -> bool:
        """Whether values are missing more often."""
        return self.value == MISSING and self.current > self.reference

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {**asdict(self), "alert": self.alert}


def drift(reference: pl.DataFrame, current: pl.DataFrame) -> tuple[ColumnDrift, ...]:
    """Compare two windows in all columns that both have.

    Args:
        reference: What is usual. Numbers are compared by their distribution, texts by the share of each value, truth
            values by that of true, lists by the share of rows with each label; all but numbers also by the share of
            rows without a value. The column `family` says which rows belong together.
        current: What is looked at.

    Returns:
        The farthest apart first, by their effect over the least one that matters; nothing where `too_few` says why.
    """
    if too_few(reference) or too_few(current):
        return ()
    found = _tested(reference, current)
    if any(one.alert for one in found):
        few = {(one.column, one.value): one for one in _tested(_few(reference), _few(current))}
        found = [replace(one, confirmed=_is_heard(few.get((one.column, one.value)))) for one in found]
    return tuple(sorted(found, key=lambda one: (-one.effect / one.least, one.column, one.value or "")))


def _tested(reference: pl.DataFrame, current: pl.DataFrame) -> list[ColumnDrift]:
    first, second = _numbered(reference), _numbered(current)
    found: list[ColumnDrift] = []
    for name in reference.columns:
        if name in current.columns and name != FAMILY:
            found += _column(name, first.select(name, FAMILY), second.select(name, FAMILY))
    if not found:
        return []
    q = stats.false_discovery_control([one.p for one in found])
    return [replace(one, q=float(value)) for one, value in zip(found, q, strict=True)]


def _is_heard(one: ColumnDrift | None) -> bool:
    return one is not None and one.alert


def too_few(window: pl.DataFrame) -> str | None:
    """Say why a window is not judged, if so."""
    counted = _few(window).height
    if counted >= MIN_ROWS:
        return None
    if counted == window.height:
        return f"a window with fewer than {MIN_ROWS} rows is not judged"
    return (
        f"{window.height:,} rows that count as {counted}, at most {FAMILY_ROWS} of a family of developers: with fewer "
        f"than {MIN_ROWS} a window is not judged"
    )


def _few(window: pl.DataFrame) -> pl.DataFrame:
    """Take at most so many rows of each family, evenly from all of them."""
    place, rows = pl.int_range(pl.len()).over(FAMILY), pl.len().over(FAMILY)
    step = place * FAMILY_ROWS // rows
    return window.filter((rows <= FAMILY_ROWS) | (place == 0) | (step > (place - 1) * FAMILY_ROWS // rows))


def _numbered(window: pl.DataFrame) -> pl.DataFrame:
    return window.with_columns(pl.col(FAMILY).rank("dense").cast(pl.Int64) - 1)


def _column(name: str, *windows: pl.DataFrame) -> list[ColumnDrift]:
    sides = [window.drop_nulls(name) for window in windows]
    enough = min(side.height for side in sides) >= MIN_ROWS
    if windows[0].schema[name].is_numeric():
        return [_numbers(name, sides)] if enough else []
    found = _shares(
        name, [measures.marked(MISSING, side[name].is_null().to_numpy(), _families(side)) for side in windows]
    )
    if not enough:
        return found
    if windows[0].schema[name] == pl.Boolean:
        return found + _shares(
            name, [measures.marked(TRUE, side[name].to_numpy().astype(bool), _families(side)) for side in sides]
        )
    if not isinstance(windows[0].schema[name], pl.List):
        sides = [side.with_columns(pl.concat_list(pl.col(name).cast(pl.String))) for side in sides]
    return found + _shares(name, [measures.shares(side[name], _families(side)) for side in sides])


def _families(side: pl.DataFrame) -> measures.Families:
    return side[FAMILY].to_numpy()


def _shares(name: str, sides: Sequence[measures.Shares]) -> list[ColumnDrift]:
    first, second = sides
    values = [
        value
        for value in sorted(first.counts.keys() | second.counts.keys())
        if first.counts.get(value, 0) + second.counts.get(value, 0) >= MIN_LABEL_ROWS
    ]
    if not values:
        return []
    share = [side.count(values) / side.n for side in (first, second)]
    usual = (first.count(values) + second.count(values)) / (first.n + second.n)
    worth = [side.worth(values, usual) for side in sides]
    effects = measures.cohens_h(share[0], share[1])
    p_values = measures.share_p_values(
        (share[0] * worth[0], share[1] * worth[1]), (worth[0], worth[1]), (first.families, second.families)
    )
    return [
        ColumnDrift(
            name, value, COHENS_H, first.n, second.n, float(before), float(after), float(effect),
            LEAST_EFFECT[COHENS_H], None, (float(before), float(after)), float(p), 1.0,
        )
        for value, before, after, effect, p in zip(values, *share, effects, p_values, strict=True)
    ]  # fmt: skip


def _numbers(name: str, sides: Sequence[pl.DataFrame]) -> ColumnDrift:
    first, second = (side[name].cast(pl.Float64).to_numpy() for side in sides)
    found = measures.ks(first, second, (_families(sides[0]), _families(sides[1])))
    return ColumnDrift(
        name, None, KS, len(first), len(second), float(np.median(first)), float(np.median(second)), found.effect,
        LEAST_EFFECT[KS], found.at, found.shares, found.p, 1.0,
    )  # fmt: skip
