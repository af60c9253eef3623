"""Whether a version's intervals hold the share of prices that they say, on the period after training."""

from __future__ import annotations

import itertools
import math
from typing import Final

import polars as pl

from tasador.models.coverage import LEVELS, coverages
from tasador.models.splits import OUT_OF_TIME, WALKING_FORWARD
from tasador.registry.decision import Check
from tasador.registry.held_out import MIN_KIND_ROWS, tested

__all__ = ["TOLERANCES", "checks"]

#: How far below its level coverage may be besides the noise of counting rows, in standard deviations of one row, which
#: are wider in the middle than at the ends: 0.1 is 5, 4, 3 and 2 points at 50, 80, 90 and 95 %. Walking forward,
#: intervals are calibrated anew each month on what came before, as those of a version that is retrained are; out of
#: time they are as old as the version, and prices drift.
TOLERANCES: Final = {WALKING_FORWARD: 0.04, OUT_OF_TIME: 0.1}

#: How far above it besides noise: this share of the rest. Price points are few, and some hold a tenth of all prices, so
#: that the shortest run with enough probability often has more than enough.
_ABOVE: Final = 1 / 3

#: Standard deviations of a binomial count that are taken for noise.
SIGMAS: Final = 3.0

_Bounds = tuple[float, float]


def checks(held_out: pl.DataFrame) -> list[Check]:
    """Check the order of the bounds, and period by period the coverage of each kind with enough rows, or else of all.

    Walking forward is left out where there is no such walk.
    """
    known = held_out.drop_nulls([f"{bound}_{level}" for bound in ("lower", "upper") for level in LEVELS])
    found = [_order(known)]
    for split, tolerance in TOLERANCES.items():
        rows = tested(known, split)
        if split == WALKING_FORWARD and rows.is_empty():
            continue
        kinds = rows.group_by("kind").len().filter(pl.col("len") >= MIN_KIND_ROWS)["kind"].sort().to_list()
        parts = {kind: rows.filter(pl.col("kind") == kind) for kind in kinds} or {"all": rows}
        found += [_covers(part, f"covers_{kind}_{split}", tolerance) for kind, part in parts.items()]
    return found


def _order(rows: pl.DataFrame) -> Check:
    """A wider interval holds a narrower one, and all begin above 0."""
    outward = sorted(LEVELS, reverse=True)
    columns = [*(f"lower_{level}" for level in outward), *(f"upper_{level}" for level in reversed(outward))]
    rising = [pl.col(low) <= pl.col(high) for low, high in itertools.pairwise(columns)]
    sound = pl.all_horizontal(*rising, pl.col(columns[0]) > 0, pl.col(columns[-1]).is_finite())
    wrong = rows.filter(~sound).height
    return Check(
        "intervals_in_order",
        wrong == 0 and not rows.is_empty(),
        f"{wrong:,} of {rows.height:,} rows have bounds out of order or not above 0",
        "every wider interval holds the narrower, and begins above 0",
    )


def _covers(rows: pl.DataFrame, name: str, tolerance: float) -> Check:
    """Hold what covers too little beyond noise, and what covers so much that it must be far too wide."""
    bounds = {level: _bounds(level / 100, max(rows.height, 1), tolerance) for level in LEVELS}
    covered = {one.level: one.covered for one in coverages(rows)} if rows.height else {}
    told = ", ".join(f"{share:.1%} in {level} %" for level, share in covered.items())
    wanted = ", ".join(f"{least:.1%} to {most:.1%} in {level} %" for level, (least, most) in bounds.items())
    return Check(
        name,
        bool(covered) and all(bounds[level][0] <= share <= bounds[level][1] for level, share in covered.items()),
        f"{told} of {rows.height:,} prices of the next period" if covered else "no row has an interval",
        f"{wanted}: {SIGMAS:.0f} standard deviations of a count of noise, and {tolerance:g} of a row's below, and "
        "a third of the rest above",
    )


def _bounds(level: float, n: int, tolerance: float) -> _Bounds:
    deviation = math.sqrt(level * (1 - level))
    noise = SIGMAS * deviation / math.sqrt(n)
    return level - tolerance * deviation - noise, level + _ABOVE * (1 - level) + noise
