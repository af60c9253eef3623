"""The accuracy tables: what a model's predictions on held-out rows are worth, beside the baselines', split by split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.models.accuracy_groups import BREAKDOWNS, Breakdown, break_down
from tasador.models.accuracy_scopes import CANDIDATES, Scope, measure_scope
from tasador.models.metrics import COMMON_PRICE_USD, HALF_A_CENT
from tasador.models.reliability import ReliabilityBin, reliability
from tasador.models.splits import HEADLINE, RANDOM, ROLLING, UNSEEN_DEVELOPERS, WALKING_FORWARD, Split

__all__ = [
    "ALL",
    "ALL_WITHOUT_TWINS",
    "HEADLINE_SCOPE",
    "Accuracy",
    "SplitAccuracy",
    "all_kinds",
    "assess",
    "headline_of",
]

HEADLINE_SCOPE: Final = "game"

#: Every row of a split, and those without a near twin in training.
ALL: Final = "all"
ALL_WITHOUT_TWINS: Final = "all_without_twins"

#: The order of the splits; other splits come before the last, which flatters.
_ORDER: Final = (HEADLINE, WALKING_FORWARD, UNSEEN_DEVELOPERS)

#: Scopes other than a kind's or all of them are left out with fewer rows.
_MIN_ROWS: Final = 30

Marks = npt.NDArray[np.bool_]


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
        breakdowns: The first split's rows by kind and price band or developer, by name; with the year, those of the
            rolling origins before it too. Without near twins.
        reliability: How often suggested price points of games were the price on the first split, by the probability
            that was given.
    """

    splits: dict[str, SplitAccuracy]
    breakdowns: dict[str, Breakdown]
    reliability: tuple[ReliabilityBin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "splits": {name: split.to_dict() for name, split in self.splits.items()},
            "breakdowns": {name: breakdown.to_dict() for name, breakdown in self.breakdowns.items()},
            "reliability": [line.to_dict() for line in self.reliability],
        }


def assess(predictions: pl.DataFrame, splits: Sequence[Split] = ()) -> Accuracy:
    """Make the tables of predictions on held-out rows.

    Args:
        predictions: One row a split and app id: `split`, `app_id`, `kind`, `release_year`, `developer_known`,
            `near_twin`, `family` (rows of developers that belong together are resampled together), `price_usd` above
            0, `predicted_usd`, `lower_L` and `upper_L` for each level in percent, `suggested_usd`, `p_suggested`,
            `abstained`, `too_wide`, and a column for each other candidate. One whose column is absent or has nulls is
            left out.
        splits: Where the rows come from, for what the tables say of them.
    """
    found = {}
    for name in _ordered(predictions["split"].unique().to_list()):
        made = [split for split in splits if split.name == name]
        found[name] = _split(predictions.filter(pl.col("split") == name), name, made)
    first = next(iter(found))
    apart = predictions.filter(~pl.col("near_twin"))
    headline = apart.filter(pl.col("split") == first)
    # NOTE: years over the earlier half-years too, as the newest period has hardly more than one.
    later = apart.filter((pl.col("split") == first) | pl.col("split").str.starts_with(ROLLING))
    return Accuracy(
        found,
        {
            name: break_down(later if "release_year" in keys else headline, keys, CANDIDATES)
            for name, keys in BREAKDOWNS.items()
        },
        _reliability(headline.filter(pl.col("kind").cast(pl.String) == HEADLINE_SCOPE)),
    )


def headline_of(splits: Mapping[str, Any]) -> str:
    """Name the split whose figures come first: the headline, or of rows from elsewhere their own."""
    return next(iter(splits))


def all_kinds(name: str, scopes: Mapping[str, Any]) -> str:
    """Name the scope of all kinds together that is a test: near twins stay on the split that flatters alone."""
    return ALL_WITHOUT_TWINS if name != RANDOM and ALL_WITHOUT_TWINS in scopes else ALL


def _ordered(names: list[str]) -> list[str]:
    others = sorted(set(names) - {*_ORDER, RANDOM})
    return [name for name in (*_ORDER, *others, RANDOM) if name in names]


def _split(rows: pl.DataFrame, name: str, made: Sequence[Split]) -> SplitAccuracy:
    twins = rows["near_twin"].to_numpy()
    marks = _scopes(rows, name)
    # NOTE: of the half-years before the headline's period nobody reads intervals, and they take time.
    bounded = () if name.startswith(ROLLING) else (HEADLINE_SCOPE, all_kinds(name, marks))
    scopes = {
        scope: measure_scope(rows.filter(pl.Series(held)), bounded=scope in bounded) for scope, held in marks.items()
    }
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
    apart = np.zeros_like(twins) if split == RANDOM else twins
    kinds = rows["kind"].cast(pl.String).to_numpy()
    games = (kinds == HEADLINE_SCOPE) & ~apart
    present = [HEADLINE_SCOPE, *sorted({*kinds} - {HEADLINE_SCOPE})]
    main = {**{kind: (kinds == kind) & ~apart for kind in present}, ALL: np.ones_like(twins)}
    further = {"game_up_to_100": games & (rows["price_usd"].to_numpy() <= COMMON_PRICE_USD)}
    if twins.any():
        further |= {ALL_WITHOUT_TWINS: ~twins, "near_twins": twins}
    wanted = {scope: held for scope, held in main.items() if held.any()}
    return wanted | {scope: held for scope, held in further.items() if held.sum() >= _MIN_ROWS}


def _reliability(games: pl.DataFrame) -> tuple[ReliabilityBin, ...]:
    if not {"suggested_usd", "p_suggested"} <= {*games.columns}:
        return ()
    hit = (games["suggested_usd"] - games["price_usd"]).abs() < HALF_A_CENT
    return tuple(reliability(games["p_suggested"].to_numpy(), hit.to_numpy()))
