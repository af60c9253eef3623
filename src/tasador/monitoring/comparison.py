"""A comparison of two windows, and the alerts that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from tasador.monitoring.alert import Alert
from tasador.monitoring.drift import MIN_ROWS, MISSING, ColumnDrift, drift
from tasador.monitoring.measures import KS

__all__ = ["Comparison", "Window", "compare"]

#: The column that says whether an answer was none.
_ABSTAINED: Final = "abstained"

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
        reference: What is usual, in words.
        n_reference: Its rows.
        current: What was looked at.
        n_current: Its rows.
        tested: What was seen, the farthest apart first; nothing where a window has too few rows.
    """

    name: str
    of: Literal["inputs", "answers"]
    reference: str
    n_reference: int
    current: str
    n_current: int
    tested: tuple[ColumnDrift, ...]

    @property
    def skipped(self) -> str | None:
        """Why nothing was compared."""
        if self.tested:
            return None
        return f"a window with fewer than {MIN_ROWS} rows is not judged"

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """An alert for each difference that is beyond chance and large enough."""
        return tuple(self._alert(one) for one in self.tested if one.alert)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "name": self.name,
            "of": self.of,
            "reference": self.reference,
            "n_reference": self.n_reference,
            "current": self.current,
            "n_current": self.n_current,
            "skipped": self.skipped,
            "tested": [one.to_dict() for one in self.tested],
        }

    def _alert(self, one: ColumnDrift) -> Alert:
        subject = one.column if one.value is None else f"{one.column}: {one.value}"
        seen = (
            f"median {one.reference:.2f} before, {one.current:.2f} now; Kolmogorov-Smirnov distance"
            if one.measure == KS
            else f"{one.reference:.1%} of rows before, {one.current:.1%} now; Cohen's h"
        )
        lost = one.value == MISSING and one.current > one.reference
        return Alert(
            check="input_drift" if self.of == "inputs" else "answer_drift",
            subject=subject,
            says=f"{seen} {one.effect:.2f}, above {one.least:g}; q = {one.q:.1g}",
            seen=one.effect,
            threshold=one.least,
            reference=self.reference,
            n_reference=one.n_reference,
            current=self.current,
            n_current=one.n_current,
            do=_DO["lost" if lost and self.of == "inputs" else self.of],
        )


def compare(name: str, of: Literal["inputs", "answers"], reference: Window, current: Window) -> Comparison:
    """Compare two windows column by column.

    To abstain less often than is usual does nobody harm, and is not told.
    """
    seen = drift(reference.rows, current.rows)
    return Comparison(
        name,
        of,
        reference.says,
        reference.rows.height,
        current.says,
        current.rows.height,
        tuple(one for one in seen if one.column != _ABSTAINED or one.current > one.reference),
    )
