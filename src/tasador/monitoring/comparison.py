"""A comparison of two windows, and the alerts that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import polars as pl

from tasador.monitoring.alert import Alert, Training
from tasador.monitoring.drift import MISSING, ColumnDrift, drift, too_few
from tasador.monitoring.measures import KS

__all__ = ["Comparison", "Window", "alerts", "compare"]

#: The column that says whether an answer was none, and that of how wide its interval is.
_ABSTAINED: Final = "abstained"
_WIDTH: Final = "interval_ratio"

#: Labels of a column that an alert tells of: the report has all.
_TOLD: Final = 3

#: What to do about drift, by what drifted.
_DO: Final = {
    "inputs": "Look whether the source or the client changed; if the change is real, `tasador run` on the new "
    "catalogue trains a challenger, and the gate decides.",
    "lost": "Look whether the source or the client still gives it: the model answers worse without it.",
    "answers": "Look at the drift of the inputs first; if they are as usual, `tasador models compare` the champion "
    "with the version before it.",
}


@dataclass(frozen=True, slots=True)
class Window:
    """Rows of a stretch of time.

    Attributes:
        says: What they are.
        rows: The columns that are watched.
    """

    says: str
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two windows side by side.

    Attributes:
        name: What was compared, such as `new entries`.
        of: Whether inputs or answers.
        subject: Whose: `entries` or `requests`.
        reference: What is usual, in words.
        n_reference: Its rows.
        current: What was looked at.
        n_current: Its rows.
        skipped: Why nothing was compared; None where it was.
        tested: What was seen, the farthest apart first.
    """

    name: str
    of: Literal["inputs", "answers"]
    subject: Literal["entries", "requests"]
    reference: str
    n_reference: int
    current: str
    n_current: int
    skipped: str | None
    tested: tuple[ColumnDrift, ...]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """An alert for each column with a difference that is beyond chance and large enough."""
        found: dict[tuple[str, bool], list[ColumnDrift]] = {}
        for one in self.tested:
            if one.alert:
                found.setdefault((one.column, one.lost), []).append(one)
        return tuple(self._alert(of_column) for of_column in found.values())

    def still(self, newest: Comparison) -> Comparison:
        """Raise no alert for what is not true any more of the newest rows, where these are enough to tell."""
        if newest.skipped is not None:
            return self
        effects = {(one.column, one.value): one.effect for one in newest.tested}
        judged = {one.column for one in newest.tested if one.value != MISSING}

        def is_over(one: ColumnDrift) -> bool:
            # NOTE: what is in too few rows of both windows to be tested is as rare as it was.
            rare = 0.0 if one.value == MISSING or one.column in judged else one.least
            return effects.get((one.column, one.value), rare) < one.least

        return replace(self, tested=tuple(replace(one, over=is_over(one)) for one in self.tested))

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "name": self.name,
            "of": self.of,
            "subject": self.subject,
            "reference": self.reference,
            "n_reference": self.n_reference,
            "current": self.current,
            "n_current": self.n_current,
            "skipped": self.skipped,
            "tested": [one.to_dict() for one in self.tested],
        }

    def _alert(self, found: Sequence[ColumnDrift]) -> Alert:
        one = found[0]
        lost = one.lost and self.of == "inputs"
        more = f"; and {len(found) - _TOLD} more values" if len(found) > _TOLD else ""
        return Alert(
            check="input_drift" if self.of == "inputs" else "answer_drift",
            subject=f"{one.column}: {one.value}" if lost else one.column,
            says="; ".join(_says(other) for other in found[:_TOLD]) + more,
            seen=one.effect,
            threshold=one.least,
            reference=self.reference,
            n_reference=one.n_reference,
            current=self.current,
            n_current=one.n_current,
            do=_DO["lost" if lost else self.of],
            training=self._training(lost=lost),
        )

    def _training(self, *, lost: bool) -> Training:
        if lost:
            return "harms" if self.subject == "entries" else "neither"
        return "mends" if self.of == "inputs" else "neither"


def alerts(comparisons: Sequence[Comparison]) -> tuple[Alert, ...]:
    """Tell each drift once, by the window in which it is the largest."""
    found: dict[tuple[str, str, str], Alert] = {}
    for comparison in comparisons:
        for alert in comparison.alerts:
            key = (comparison.subject, alert.check, alert.subject)
            if key not in found or alert.seen > found[key].seen:
                found[key] = alert
    return tuple(found.values())


def _is_surer(one: ColumnDrift) -> bool:
    before, now = one.upto
    return (one.column == _ABSTAINED and now <= before) or (one.column == _WIDTH and now >= before)


def _says(one: ColumnDrift) -> str:
    beyond = f"{one.effect:.2f}, above {one.least:g}; q = {one.q:.1g}"
    before, now = (f"{share:.1%}" for share in one.upto)
    if one.measure == KS:
        medians = f"median {one.reference:.2f} before, {one.current:.2f} now"
        return f"{medians}; {before} of rows up to {one.at:.2f} before, {now} now: Kolmogorov-Smirnov distance {beyond}"
    value = "" if one.lost else f"{one.value} in "
    return f"{value}{before} of rows before, {now} now: Cohen's h {beyond}"


def compare(
    name: str,
    of: Literal["inputs", "answers"],
    subject: Literal["entries", "requests"],
    reference: Window,
    current: Window,
) -> Comparison:
    """Compare two windows column by column.

    To abstain less often than is usual, or to be surer, is not told: whether the surer answers are right is told by
    their coverage, when prices are known. The versions whose held-out answers are usual knew less than the champion.
    """
    seen = drift(reference.rows, current.rows)
    return Comparison(
        name,
        of,
        subject,
        reference.says,
        reference.rows.height,
        current.says,
        current.rows.height,
        too_few(current.rows) or too_few(reference.rows),
        tuple(one for one in seen if not _is_surer(one)),
    )
