"""Two versions side by side, on the rows that both were measured on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from tasador.models.bootstrap import Interval, paired_difference
from tasador.registry.held_out import SAME_PRICE, errors_usd, figures, groups, tested

__all__ = ["Compared", "compare"]

#: Kinds that have figures of their own; "all" is every kind.
_KINDS: Final = ("game", "all")


@dataclass(frozen=True, slots=True)
class Compared:
    """Figures of two versions on the same rows of a split.

    Attributes:
        split: The split's name.
        kind: `game`, or `all` kinds together.
        n: Number of rows.
        first: Figures of the first version.
        second: Figures of the second.
        difference_usd: Mean absolute error of the first minus that of the second, with its 95 % interval by a paired
            bootstrap over families.
    """

    split: str
    kind: str
    n: int
    first: dict[str, float | int | None]
    second: dict[str, float | int | None]
    difference_usd: Interval

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def compare(first: pl.DataFrame, second: pl.DataFrame) -> list[Compared]:
    """Compare two versions split by split, on the games that both have held out at the same price.

    Neither has seen such a row in training, nor a near twin of it, so the comparison is fair also between snapshots.

    Args:
        first: Held-out predictions of a version.
        second: Those of another.
    """
    found = []
    for split in first["split"].unique(maintain_order=True):
        one, two = _shared(first, second, split)
        for kind in _KINDS:
            # NOTE: by the first's kind, since another snapshot may call the same entry something else.
            keep = pl.Series([kind in {"all", own} for own in one["kind"].to_list()], dtype=pl.Boolean)
            mine, other = one.filter(keep), two.filter(keep)
            if not mine.is_empty():
                difference = paired_difference(errors_usd(mine), errors_usd(other), groups(mine))
                found.append(Compared(split, kind, mine.height, figures(mine), figures(other), difference))
    return found


def _shared(first: pl.DataFrame, second: pl.DataFrame, split: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of a split that both have, in the same order; those that one of them has no prediction for are left out."""
    one, two = (
        tested(frame, split)
        .filter(pl.col("predicted_usd").is_finite())
        .unique("app_id", keep="first")
        .with_columns(*SAME_PRICE)
        for frame in (first, second)
    )
    key = ["app_id", "cents"]
    return one.join(two, on=key, how="semi").sort("app_id"), two.join(one, on=key, how="semi").sort("app_id")
