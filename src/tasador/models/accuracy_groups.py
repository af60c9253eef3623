"""Accuracy by group of rows, and how far the probabilities of price points can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from tasador.models.coverage import Coverage, coverages
from tasador.models.metrics import Errors, measure
from tasador.models.ratio_study import RatioStudy, study

__all__ = ["BREAKDOWNS", "Breakdown", "Group", "Reliability", "break_down", "reliability"]

#: What rows are told apart by; a kind's accuracy is never mixed with another's.
BREAKDOWNS: Final = {
    "price_band": ("kind", "price_band"),
    "year": ("kind", "release_year"),
    "developer": ("kind", "developer"),
    "crossed": ("kind", "price_band", "developer"),
}

#: Upper ends of the price bands in US dollars; the last band is open.
_BAND_ENDS: Final = (1, 5, 10, 20, 40, 100)
_BANDS: Final = ("up to 1", "1 to 5", "5 to 10", "10 to 20", "20 to 40", "40 to 100", "above 100")

#: Groups of fewer rows are summed up in one.
MIN_ROWS: Final = 30

#: Upper ends of the bins of probability.
_PROBABILITY_ENDS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

_HALF_A_CENT: Final = 0.005


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of a group of rows.

    Attributes:
        keys: What its rows have in common; empty for the groups of few rows together.
        errors: The model's.
        ratios: The model's.
        coverage: Of the model's intervals, by level.
        baseline_mdape: Median absolute percentage error of each other candidate, by name.
    """

    keys: dict[str, str | int]
    errors: Errors
    ratios: RatioStudy
    coverage: tuple[Coverage, ...]
    baseline_mdape: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "keys": self.keys,
            "n": self.errors.n,
            "errors": self.errors.to_dict(),
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


@dataclass(frozen=True, slots=True)
class Reliability:
    """Suggested price points whose probability fell into one bin.

    Attributes:
        n: Number of rows.
        probability: Mean of the probabilities given.
        hit: Share of rows whose price it was.
    """

    n: int
    probability: float
    hit: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def break_down(rows: pl.DataFrame, keys: Sequence[str], candidates: Mapping[str, str]) -> Breakdown:
    """Measure the model by group.

    Args:
        rows: Predictions as `tasador.models.accuracy.assess` takes them, of one split.
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


def reliability(rows: pl.DataFrame) -> tuple[Reliability, ...]:
    """Compare the probabilities of the suggested price points with how often they were the price.

    Args:
        rows: With `price_usd`, `suggested_usd` and `p_suggested`; without these columns there is nothing to compare.
    """
    if not {"suggested_usd", "p_suggested"} <= {*rows.columns}:
        return ()
    hit = (pl.col("suggested_usd") - pl.col("price_usd")).abs() < _HALF_A_CENT
    bins = (
        rows.group_by(bin=pl.Series(np.searchsorted(_PROBABILITY_ENDS, rows["p_suggested"].to_numpy())))
        .agg(n=pl.len(), probability=pl.col("p_suggested").mean(), hit=hit.mean())
        .sort("probability")
        .drop("bin")
    )
    return tuple(Reliability(*line) for line in bins.iter_rows())


def _group(keys: dict[str, str | int], rows: pl.DataFrame, candidates: Mapping[str, str]) -> Group:
    prices = rows["price_usd"].to_numpy()
    model, *_ = candidates.values()
    others = {
        name: measure(prices, rows[column].to_numpy()).mdape
        for name, column in candidates.items()
        if column != model and column in rows.columns and not rows[column].null_count()
    }
    predicted = rows[model].to_numpy()
    return Group(keys, measure(prices, predicted), study(prices, predicted), coverages(rows), others)
