"""Whether a version's intervals hold the share of prices that they say, on the period after training."""

from __future__ import annotations

import itertools
import math
from typing import Final

import polars as pl

from tasador.models.coverage import LEVELS, coverages
from tasador.registry.decision import Check
from tasador.registry.held_out import HEADLINE, WALKING, of_split

__all__ = ["checks", "realised"]

#: The levels that are checked, in per cent.
_CHECKED: Final = (80, 90)

#: Rows of a kind from which its own coverage is checked.
MIN_KIND_ROWS: Final = 300

#: How far coverage may be off besides the noise of counting rows.
TOLERANCE: Final = 0.02

#: Standard deviations of a binomial count that are taken for noise.
SIGMAS: Final = 3.0


def realised(rows: pl.DataFrame, level: int) -> float | None:
    """Share of the rows with an interval whose price it holds; None where no row has one."""
    known = rows.drop_nulls([f"lower_{level}", f"upper_{level}"])
    return None if known.is_empty() else next(one.covered for one in coverages(known) if one.level == level)


def checks(held_out: pl.DataFrame) -> list[Check]:
    """Check the order of the bounds, and coverage kind by kind; of all rows where no kind has enough.

    Walking forward, where intervals are calibrated anew each month on what came before, as those of a version that is
    retrained are; on the frozen period where there is no such walk.
    """
    known = held_out.drop_nulls([f"{bound}_{level}" for bound in ("lower", "upper") for level in LEVELS])
    walked = of_split(known, WALKING)
    rows = of_split(known, HEADLINE) if walked.is_empty() else walked
    kinds = rows.group_by("kind").len().filter(pl.col("len") >= MIN_KIND_ROWS)["kind"].sort().to_list()
    parts = {kind: rows.filter(pl.col("kind") == kind) for kind in kinds} or {"all": rows}
    found = [_order(rows)]
    for kind, part in parts.items():
        found += [_covers(part, kind, level) for level in _CHECKED]
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


def _covers(rows: pl.DataFrame, kind: str, level: int) -> Check:
    """Hold what covers too little beyond noise, and what covers so much that it must be far too wide."""
    nominal, n = level / 100, rows.height
    found = realised(rows, level)
    noise = TOLERANCE + SIGMAS * math.sqrt(nominal * (1 - nominal) / n) if n else TOLERANCE
    least, most = nominal - noise, max(nominal + noise, (1 + nominal) / 2)
    return Check(
        f"covers_{level}_{kind}",
        found is not None and least <= found <= most,
        "no row has an interval" if found is None else f"{found:.1%} of {n:,} prices of the next period are inside",
        f"{least:.1%} to {most:.1%}: {nominal:.0%} less {TOLERANCE:.0%} and {SIGMAS:.0f} standard deviations of a "
        "count, to half of what is left to all",
    )
