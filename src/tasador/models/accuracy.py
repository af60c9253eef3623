"""The accuracy tables: what a model's predictions on held-out rows are worth, beside the baselines', split by split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.models.accuracy_groups import BREAKDOWNS, Breakdown, Reliability, break_down, reliability
from tasador.models.bootstrap import Bootstrap, Interval, error_intervals
from tasador.models.coverage import Coverage, coverages
from tasador.models.families import families
from tasador.models.metrics import COMMON_PRICE_USD, Errors, measure
from tasador.models.ratio_study import RatioStudy, study
from tasador.models.splits import Split

__all__ = [
    "CANDIDATES",
    "GUISES",
    "HEADLINE_SCOPE",
    "HEADLINE_SPLIT",
    "Accuracy",
    "Candidate",
    "Scope",
    "SplitAccuracy",
    "assess",
]

#: Candidates by their names in the tables, and the columns of their predictions; the first is the model.
CANDIDATES: Final = {
    "model": "predicted_usd",
    "without_app_id": "without_app_id",
    "suggested": "suggested_usd",
    "constant_median": "constant_median",
    "genre_median": "genre_median",
    "comparables_25": "comparables_25",
    "bagging": "bagging",
    "hedonic": "hedonic",
}

#: Those that are the model in another guise, and no rivals of it.
GUISES: Final = frozenset({"without_app_id", "suggested"})

HEADLINE_SPLIT: Final = "out_of_time"
HEADLINE_SCOPE: Final = "game"

#: The order of the splits; other splits come before the last, which flatters.
_ORDER: Final = (HEADLINE_SPLIT, "walking_forward", "unseen_developers")
FLATTERING_SPLIT: Final = "random"

#: What the names of the rolling origins begin with.
ROLLING: Final = "rolling_"

#: Scopes other than a kind's or all of them are left out with fewer rows.
_MIN_ROWS: Final = 30

#: The scopes whose main measures get bootstrap intervals.
_BOUNDED: Final = (HEADLINE_SCOPE, "all")

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one candidate's predictions are worth.

    Attributes:
        errors: The measures of error.
        ratios: The ratio study.
        intervals: 95 % intervals of the main measures of error, by name; empty outside the main scopes.
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
class Scope:
    """The rows of a split that figures are over.

    Attributes:
        n: How many.
        candidates: By name.
        coverage: How often the model's intervals held the price, by level.
    """

    n: int
    candidates: dict[str, Candidate]
    coverage: tuple[Coverage, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "n": self.n,
            "candidates": {name: candidate.to_dict() for name, candidate in self.candidates.items()},
            "coverage": {str(coverage.level): coverage.to_dict() for coverage in self.coverage},
        }


@dataclass(frozen=True, slots=True)
class SplitAccuracy:
    """The figures of a split.

    Attributes:
        says: How the rows were parted.
        n_train: Training rows; of several windows those of the first; None when the rows are from elsewhere.
        n_test: Test rows.
        n_near_twins: Those of them that have a near twin in training.
        scopes: By name: see `docs/accuracy.md`.
    """

    says: str
    n_train: int | None
    n_test: int
    n_near_twins: int
    scopes: dict[str, Scope]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "says": self.says,
            "n_train": self.n_train,
            "n_test": self.n_test,
            "n_near_twins": self.n_near_twins,
            "scopes": {name: scope.to_dict() for name, scope in self.scopes.items()},
        }


@dataclass(frozen=True, slots=True)
class Accuracy:
    """All the tables.

    Attributes:
        splits: By name, the headline first and the flattering one last.
        breakdowns: The headline split's rows by kind and price band or developer, by name; by year those of the rolling
            origins before it too. Without near twins.
        reliability: How often suggested price points were the price, by the probability given.
    """

    splits: dict[str, SplitAccuracy]
    breakdowns: dict[str, Breakdown]
    reliability: tuple[Reliability, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "splits": {name: split.to_dict() for name, split in self.splits.items()},
            "breakdowns": {name: breakdown.to_dict() for name, breakdown in self.breakdowns.items()},
            "reliability": [line.to_dict() for line in self.reliability],
        }


def assess(predictions: pl.DataFrame, games: pl.DataFrame, splits: Sequence[Split] = ()) -> Accuracy:
    """Make the tables of predictions on held-out rows.

    Args:
        predictions: One row a split and app id: `split`, `app_id`, `kind`, `release_year`, `developer_known`,
            `near_twin`, `price_usd` above 0, `predicted_usd`, `lower_L` and `upper_L` for each level in percent,
            `suggested_usd`, `p_suggested`, `abstained`, and a column for each baseline. A candidate whose column is
            absent or has nulls is left out.
        games: With `app_id` and `developer`, every app id of the predictions: rows of developers that belong
            together are resampled together.
        splits: Where the rows come from, for what the tables say of them.
    """
    owners = games.select("app_id", family=pl.Series(families(games)))
    rows = predictions.join(owners, on="app_id", how="left", maintain_order="left")
    found = {}
    for name in _ordered(rows["split"].unique().to_list()):
        made = [split for split in splits if split.name == name]
        found[name] = _split(rows.filter(pl.col("split") == name), name, made)
    later = rows.filter(
        pl.col("split").str.starts_with(ROLLING) | (pl.col("split") == HEADLINE_SPLIT), ~pl.col("near_twin")
    )
    headline = later.filter(pl.col("split") == HEADLINE_SPLIT)
    return Accuracy(
        found,
        # NOTE: years over the earlier half-years too, as the newest period has hardly more than one.
        {
            name: break_down(later if name == "year" else headline, keys, CANDIDATES)
            for name, keys in BREAKDOWNS.items()
        },
        reliability(headline.filter(pl.col("kind").cast(pl.String) == HEADLINE_SCOPE)),
    )


def _ordered(names: list[str]) -> list[str]:
    others = sorted(set(names) - {*_ORDER, FLATTERING_SPLIT})
    return [name for name in (*_ORDER, *others, FLATTERING_SPLIT) if name in names]


def _split(rows: pl.DataFrame, name: str, made: Sequence[Split]) -> SplitAccuracy:
    twins = rows["near_twin"].to_numpy()
    scopes = {scope: _scope(rows.filter(pl.Series(held)), scope) for scope, held in _scopes(rows, name).items()}
    return SplitAccuracy(
        says=made[0].says if made else "",
        n_train=len(made[0].train) if made else None,
        n_test=rows.height,
        n_near_twins=int(twins.sum()),
        scopes=scopes,
    )


def _scopes(rows: pl.DataFrame, split: str) -> dict[str, Marks]:
    """Mark the rows of each scope.

    A kind's are those without a near twin in training; on the flattering split these stay, as that is what flatters.
    """
    twins = rows["near_twin"].to_numpy()
    apart = np.zeros_like(twins) if split == FLATTERING_SPLIT else twins
    kinds = rows["kind"].cast(pl.String).to_numpy()
    answered = ~rows["abstained"].to_numpy() if "abstained" in rows.columns else np.ones_like(twins)
    games = (kinds == HEADLINE_SCOPE) & ~apart
    present = [HEADLINE_SCOPE, *sorted({*kinds} - {HEADLINE_SCOPE})]
    main = {**{kind: (kinds == kind) & ~apart for kind in present}, "all": np.ones_like(twins)}
    further = {
        "all_without_twins": ~twins,
        "near_twins": twins,
        "game_up_to_100": games & (rows["price_usd"].to_numpy() <= COMMON_PRICE_USD),
        "game_answered": games & answered,
        "game_abstained": games & ~answered,
    }
    wanted = {scope: held for scope, held in main.items() if held.any()}
    return wanted | {scope: held for scope, held in further.items() if held.sum() >= _MIN_ROWS}


def _scope(rows: pl.DataFrame, scope: str) -> Scope:
    prices = rows["price_usd"].to_numpy()
    bootstrap = Bootstrap(rows["family"].to_numpy()) if scope in _BOUNDED else None
    candidates = {}
    for name, column in CANDIDATES.items():
        if column not in rows.columns or rows[column].null_count():
            continue
        predicted = rows[column].to_numpy()
        intervals = error_intervals(prices, predicted, bootstrap) if bootstrap else {}
        candidates[name] = Candidate(measure(prices, predicted), study(prices, predicted), intervals)
    return Scope(rows.height, candidates, coverages(rows))
