"""What became of appraisals when the prices were known: the error and the coverage, beside what was promised."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import stats

from tasador.models.bootstrap import Bootstrap
from tasador.models.coverage import LEVELS
from tasador.monitoring.alert import Alert
from tasador.monitoring.drift import FAMILY, MIN_ROWS

__all__ = ["ALL", "Realised", "realised"]

ALL: Final = "all"

#: By how much of the promised median error the realised one may be larger, with its whole interval. On the real
#: catalogue the champion's own median error moves by a sixth from one half-year to the next.
ERROR_MARGIN: Final = 0.25

#: How far below its level coverage may be with its whole interval, in standard deviations of one row, as the gate
#: allows between training and the next: 5, 4 and 2 points at 50, 80 and 95 %.
COVERAGE_MARGIN: Final = 0.1

_CONFIDENCE: Final = 0.95
_DO_ERROR: Final = "Train on the newest catalogue (`tasador run SOURCE`): prices have moved since the champion learned."
_DO_COVERAGE: Final = (
    "Train on the newest catalogue (`tasador run SOURCE`), which calibrates the intervals anew; until then tell users "
    "that they are too narrow."
)


@dataclass(frozen=True, slots=True)
class Realised:
    """A figure that came true, or not.

    Attributes:
        origin: Whose appraisals: of new entries, or of requests.
        kind: `game`, `other` or `all`.
        measure: `mdape`, the median absolute error as a share of the price, or `coverage`.
        level: Of coverage, in percent.
        n: Entries whose price is known now.
        promised: What was promised: of the error, that of the champion's held-out predictions; of coverage, its level.
        seen: What came.
        low: The least of its 95 % interval.
        high: The most of it.
        threshold: What the interval must not lie beyond.
    """

    origin: str
    kind: str
    measure: Literal["mdape", "coverage"]
    level: int | None
    n: int
    promised: float
    seen: float
    low: float
    high: float
    threshold: float

    @property
    def is_enough(self) -> bool:
        """Whether there are enough entries to judge."""
        return self.n >= MIN_ROWS

    @property
    def alert(self) -> bool:
        """Whether the whole interval lies beyond the threshold, on enough entries."""
        beyond = self.low > self.threshold if self.measure == "mdape" else self.high < self.threshold
        return self.is_enough and beyond

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {**asdict(self), "judged": self.is_enough, "alert": self.alert}

    def to_alert(self) -> Alert:
        """Say what is wrong."""
        interval = f"{self.seen:.1%} ({self.low:.1%} to {self.high:.1%})"
        is_error = self.measure == "mdape"
        return Alert(
            check="realised_error" if is_error else "realised_coverage",
            subject=f"{'median error' if is_error else f'{self.level} % intervals'}, {self.kind}",
            says=f"{interval} over {self.n:,} appraisals of {self.origin}, where {self.promised:.1%} was promised",
            seen=self.low if is_error else self.high,
            threshold=self.threshold,
            reference="what was promised",
            n_reference=None,
            current=f"appraisals of {self.origin}",
            n_current=self.n,
            do=_DO_ERROR if is_error else _DO_COVERAGE,
            training="mends",
        )


def realised(origin: str, known: pl.DataFrame, promised: pl.DataFrame) -> tuple[Realised, ...]:
    """Measure appraisals whose price is known now.

    Args:
        origin: Whose appraisals.
        known: `kind`, `model_version`, `price_usd`, `predicted_usd`, `lower_L` and `upper_L` for levels in percent,
            and `family`: appraisals that were made without the price, one row an entry.
        promised: The same of the held-out predictions out of time of the versions that answered, which both name in
            `model_version`.

    Returns:
        Of games, other kinds and all: the median error, and the coverage of each level that there is.
    """
    is_game = pl.col("kind") == "game"
    found: list[Realised] = []
    for kind, keep in {ALL: pl.lit(value=True), "game": is_game, "other": ~is_game}.items():
        before = promised.filter(keep)
        rows = known.filter(keep).join(before, on="model_version", how="semi")
        if rows.height:
            found += [_error(origin, kind, rows, before), *_coverage(origin, kind, rows)]
    return tuple(found)


def _error(origin: str, kind: str, rows: pl.DataFrame, before: pl.DataFrame) -> Realised:
    bootstrap = Bootstrap(rows[FAMILY].to_numpy())
    seen = bootstrap.median(_shares(rows))
    promised = _promised(rows, before)
    return Realised(
        origin, kind, "mdape", None, rows.height, promised, seen.estimate, seen.low, seen.high,
        promised * (1 + ERROR_MARGIN),
    )  # fmt: skip


def _promised(rows: pl.DataFrame, before: pl.DataFrame) -> float:
    """Tell the median error that was promised; of several versions, of each as often as it answered."""
    by_version = before.group_by("model_version").agg(promised=_share().median())
    promised = rows.select("model_version").join(by_version, on="model_version")["promised"]
    return float(promised.mean())  # type: ignore[arg-type]


def _coverage(origin: str, kind: str, rows: pl.DataFrame) -> Iterator[Realised]:
    for percent in LEVELS:
        if f"lower_{percent}" not in rows.columns:
            continue
        level = percent / 100
        held = rows.select(pl.col("price_usd").is_between(f"lower_{percent}", f"upper_{percent}"))
        marks = held.to_series().to_numpy()
        low, high = wilson(marks, rows[FAMILY].to_numpy(), level)
        threshold = level - COVERAGE_MARGIN * math.sqrt(level * (1 - level))
        yield Realised(
            origin,
            kind,
            "coverage",
            percent,
            rows.height,
            level,
            float(marks.mean()),
            low,
            high,
            threshold,
        )


def wilson(held: npt.NDArray[np.bool_], family: npt.NDArray[np.int64], level: float) -> tuple[float, float]:
    """Bound a share by Wilson's interval, over as many rows as families make them worth.

    Args:
        held: Whether each interval held its price.
        family: The family of each row.
        level: The share that was promised, around which families are looked at.
    """
    apart = held - level
    _, number = np.unique(family, return_inverse=True)
    effect = max(1.0, float(np.square(np.bincount(number, apart)).sum() / np.square(apart).sum()))
    n = max(1, round(len(held) / effect))
    found = stats.binomtest(round(n * float(held.mean())), n).proportion_ci(_CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


def _shares(rows: pl.DataFrame) -> npt.NDArray[np.float64]:
    return rows.select(_share()).to_series().to_numpy()


def _share() -> pl.Expr:
    return (pl.col("predicted_usd") / pl.col("price_usd") - 1).abs()
