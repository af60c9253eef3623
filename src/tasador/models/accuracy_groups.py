"""Accuracy by group of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from tasador.models.bootstrap import Bootstrap, Interval, error_intervals
from tasador.models.coverage import Coverage, coverages
from tasador.models.metrics import Errors, measure
from tasador.models.ratio_study import RatioStudy, study

__all__ = ["BREAKDOWNS", "Breakdown", "Group", "break_down"]

#: What rows are told apart by; a kind's accuracy is never mixed with another's.
BREAKDOWNS: Final = {
    "price_band": ("kind", "price_band"),
    "year": ("kind", "release_year"),
    "developer": ("kind", "developer"),
    "crossed": ("kind", "price_band", "release_year", "developer"),
}

#: Upper ends of the price bands in US dollars; the last band is open.
_BAND_ENDS: Final = (1, 5, 10, 20, 40, 100)
_BANDS: Final = ("up to 1", "1 to 5", "5 to 10", "10 to 20", "20 to 40", "40 to 100", "above 100")

#: Groups of fewer rows are summed up in one.
MIN_ROWS: Final = 30

#: With fewer families of developers a bootstrap says nothing of how far a figure moves.
_MIN_FAMILIES: Final = 30


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of a group of rows.

    Attributes:
        keys: What its rows have in common; empty for the groups of few rows together.
        errors: The model's.
        intervals: 95 % intervals of the model's main measures, by name; empty where there are few families.
        ratios: The model's.
        coverage: Of the model's intervals, by level.
        baseline_mdape: Median absolute percentage error of each other candidate, by name.
    """

    keys: dict[str, str | int]
    errors: Errors
    intervals: dict[str, Interval]
    ratios: RatioStudy
    coverage: tuple[Coverage, ...]
    baseline_mdape: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "keys": self.keys,
            "n": self.errors.n,
            "errors": self.errors.to_dict(),
            "intervals": {name: interval.to_dict() for name, interval in self.intervals.items()},
            "ratios": self.ratios.to_dict(),
            "coverage": {str(coverage.level): coverage.to_dict() for coverage in self.coverage},
            "baseline_mdape": self.baseline_mdape,
        }


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Figures by group.

    Attributes:
        groups: Those with enough rows, in order.
        n_small: How many had fewer.
        small: Those together; None where there are none.
    """

    groups: tuple[Group, ...]
    n_small: int
    small: Group | None

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "groups": [group.to_dict() for group in self.groups],
            "n_small": self.n_small,
            "small": None if self.small is None else self.small.to_dict(),
        }


def break_down(rows: pl.DataFrame, keys: Sequence[str], candidates: Mapping[str, str]) -> Breakdown:
    """Measure the model by group.

    Args:
        rows: Predictions as `tasador.models.accuracy.assess` takes them, each row of a game once.
        keys: Of `kind`, `price_band` (of the true price), `release_year` and `developer` (known or unseen).
        candidates: The columns of predictions by candidate, the model's first.
    """
    # NOTE: an upper end belongs to its band.
    bands = np.searchsorted(_BAND_ENDS, rows["price_usd"].to_numpy(), side="left")
    labelled = rows.with_columns(
        pl.col("kind").cast(pl.String),
        price_band=pl.Series([_BANDS[band] for band in bands], dtype=pl.Enum(_BANDS)),
        developer=pl.when("developer_known").then(pl.lit("known")).otherwise(pl.lit("unseen")),
    )
    parts = labelled.sort(keys).partition_by(keys, as_dict=True, maintain_order=True)
    large = {key: part for key, part in parts.items() if part.height >= MIN_ROWS}
    small = [part for key, part in parts.items() if key not in large]
    return Breakdown(
        tuple(_group(dict(zip(keys, key, strict=True)), part, candidates) for key, part in large.items()),
        len(small),
        _group({}, pl.concat(small), candidates) if small else None,
    )


def _group(keys: dict[str, str | int], rows: pl.DataFrame, candidates: Mapping[str, str]) -> Group:
    prices = rows["price_usd"].to_numpy()
    model, *_ = candidates.values()
    others = {
        name: measure(prices, rows[column].to_numpy()).mdape
        for name, column in candidates.items()
        if column != model and column in rows.columns and not rows[column].null_count()
    }
    predicted = rows[model].to_numpy()
    bounds = rows["family"].n_unique() >= _MIN_FAMILIES
    return Group(
        keys,
        measure(prices, predicted),
        error_intervals(prices, predicted, Bootstrap(rows["family"].to_numpy())) if bounds else {},
        study(prices, predicted),
        coverages(rows),
        others,
    )
