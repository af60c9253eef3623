"""How often prediction intervals hold the price, and how wide they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from tasador.appraisal import intervals

__all__ = ["LEVELS", "Coverage", "coverages"]

#: Levels in percent: those that an appraisal gives, and 90, which others report.
LEVELS: Final = tuple(round(level * 100) for level in intervals.LEVELS)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of the intervals of a level.

    Attributes:
        level: In percent, what they promise.
        n: Number of rows.
        covered: Share of rows whose price was within.
        below: Share of rows whose price was below.
        above: Share of rows whose price was above.
        median_ratio: Median of upper over lower end, the width.
    """

    level: int
    n: int
    covered: float
    below: float
    above: float
    median_ratio: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def coverages(predictions: pl.DataFrame, *, prefix: str = "") -> tuple[Coverage, ...]:
    """Measure the intervals of each level that there are.

    Args:
        predictions: At least one row, with `price_usd`, and `lower_L` and `upper_L` for each level in percent.
        prefix: What the names of the intervals' columns begin with.
    """
    price = pl.col("price_usd")
    found = []
    for level in LEVELS:
        low, high = f"{prefix}lower_{level}", f"{prefix}upper_{level}"
        if not {low, high} <= {*predictions.columns}:
            continue
        figures = predictions.select(
            covered=price.is_between(pl.col(low), pl.col(high)).mean(),
            below=(price < pl.col(low)).mean(),
            above=(price > pl.col(high)).mean(),
            median_ratio=(pl.col(high) / pl.col(low)).median(),
        )
        found.append(Coverage(level, predictions.height, *figures.row(0)))
    return tuple(found)
