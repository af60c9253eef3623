"""The figures of held-out rows: each candidate's errors, the intervals, and what the model does not answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tasador.models.bootstrap import Bootstrap, Interval, error_intervals
from tasador.models.coverage import Coverage, coverages
from tasador.models.metrics import Errors, measure
from tasador.models.ratio_study import RatioStudy, study

__all__ = ["CANDIDATES", "GUISES", "WITHOUT_APP_ID", "Answers", "CandidateAccuracy", "Scope", "measure_scope"]

#: What the model says when it is not told the app id, as most requests do not tell it; its intervals' columns begin so.
WITHOUT_APP_ID: Final = "without_app_id"

#: Candidates by their names in the tables, and the columns of their predictions; the first is the model.
CANDIDATES: Final = {
    "model": "predicted_usd",
    WITHOUT_APP_ID: WITHOUT_APP_ID,
    "suggested": "suggested_usd",
    "constant_median": "constant_median",
    "genre_median": "genre_median",
    "comparables_25": "comparables_25",
    "bagging": "bagging",
    "hedonic": "hedonic",
}

#: Those that are the model in another guise, and no rivals of it.
GUISES: Final = frozenset({WITHOUT_APP_ID, "suggested"})


@dataclass(frozen=True, slots=True)
class CandidateAccuracy:
    """What one candidate's predictions are worth.

    Attributes:
        errors: The measures of error.
        ratios: The ratio study.
        intervals: 95 % intervals of the main measures of error, by name; empty where none were asked for.
    """

    errors: Errors
    ratios: RatioStudy
    intervals: dict[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "errors": self.errors.to_dict(),
            "ratios": self.ratios.to_dict(),
            "intervals": {name: interval.to_dict() for name, interval in self.intervals.items()},
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """What the model answers, and how good what it withholds would be.

    Attributes:
        n_answered: Rows that got an answer.
        n_too_wide: Rows that got none as the interval was too wide to be of use, and for no other reason.
        n_not_judged: The other rows that got none: of a rare kind, a date out of reach, or without anything known.
        answered: The errors of the answers; None where there are none.
        withheld: The errors that the other answers would have had; None where there are none.
    """

    n_answered: int
    n_too_wide: int
    n_not_judged: int
    answered: Errors | None
    withheld: Errors | None

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "n_answered": self.n_answered,
            "n_too_wide": self.n_too_wide,
            "n_not_judged": self.n_not_judged,
            "answered": None if self.answered is None else self.answered.to_dict(),
            "withheld": None if self.withheld is None else self.withheld.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of a split that figures are over.

    Attributes:
        n: How many.
        candidates: By name.
        coverage: How often the model's intervals held the price, by level.
        coverage_without_app_id: The same where it was not told the app id; empty where it was not asked so.
        answers: What it answers; None where nothing tells.
    """

    n: int
    candidates: dict[str, CandidateAccuracy]
    coverage: tuple[Coverage, ...]
    coverage_without_app_id: tuple[Coverage, ...]
    answers: Answers | None

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "n": self.n,
            "candidates": {name: candidate.to_dict() for name, candidate in self.candidates.items()},
            "coverage": _by_level(self.coverage),
            "coverage_without_app_id": _by_level(self.coverage_without_app_id),
            "answers": None if self.answers is None else self.answers.to_dict(),
        }


def measure_scope(rows: pl.DataFrame, *, bounded: bool) -> Scope:
    """Measure all candidates on the same rows; one whose column is absent or has nulls is left out.

    Args:
        rows: As `tasador.models.accuracy.assess` takes them.
        bounded: Give the main measures bootstrap intervals.
    """
    prices = rows["price_usd"].to_numpy()
    bootstrap = Bootstrap(rows["family"].to_numpy()) if bounded else None
    candidates = {}
    for name, column in CANDIDATES.items():
        if not _complete(rows, column):
            continue
        predicted = rows[column].to_numpy()
        intervals = error_intervals(prices, predicted, bootstrap) if bootstrap else {}
        candidates[name] = CandidateAccuracy(measure(prices, predicted), study(prices, predicted), intervals)
    asked_without = WITHOUT_APP_ID in candidates
    return Scope(
        rows.height,
        candidates,
        coverages(rows),
        coverages(rows, prefix=f"{WITHOUT_APP_ID}_") if asked_without else (),
        _answers(rows) if {"abstained", "too_wide"} <= {*rows.columns} else None,
    )


def _answers(rows: pl.DataFrame) -> Answers:
    said, withheld = rows.filter(~pl.col("abstained")), rows.filter("abstained")
    n_too_wide = int(rows["too_wide"].sum())
    errors = [
        measure(part["price_usd"].to_numpy(), part["predicted_usd"].to_numpy()) if part.height else None
        for part in (said, withheld)
    ]
    return Answers(said.height, n_too_wide, withheld.height - n_too_wide, *errors)


def _complete(rows: pl.DataFrame, column: str) -> bool:
    return column in rows.columns and not rows[column].null_count()


def _by_level(found: tuple[Coverage, ...]) -> dict[str, Any]:
    return {str(coverage.level): coverage.to_dict() for coverage in found}
