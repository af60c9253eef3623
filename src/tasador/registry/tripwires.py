"""What is too good to be true: errors that no honest model of these inputs reaches.

On the real catalogue, entries alike in developer, series, kind, genres, specs and day still differ in price by an RMSLE
of 0.29. A model that comes below has seen the price, or something made from it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tasador.registry.decision import Check
from tasador.registry.held_out import BASELINES, rmsle

__all__ = ["FLOOR", "findings", "floor", "leap"]

#: RMSLE below which a model is held.
FLOOR: Final = 0.29

#: How much smaller a challenger's RMSLE may be than the champion's on the same rows before somebody must look.
MAX_GAIN: Final = 0.25

#: A gain over a poor champion is no wonder: it counts only below this share of the constant's RMSLE, which the best
#: models that were measured do not reach out of time.
BEST_SHARE: Final = 0.57

_CONSTANT: Final = next(iter(BASELINES))


def floor(rows: pl.DataFrame, split: str) -> Check:
    """Check that the errors are not below what entries alike differ by."""
    found = rmsle(rows) if rows.height else float("nan")
    return Check(
        f"not_too_good_{split}",
        not found < FLOOR,
        f"RMSLE {found:.3f} over {rows.height:,} rows",
        f"at least {FLOOR}: entries alike in all inputs differ by as much, so less is a leak until disproved",
    )


def leap(pairs: pl.DataFrame) -> Check:
    """Check that the errors are not far below the champion's on the same rows."""
    new, old = rmsle(pairs), rmsle(pairs, "champion_usd")
    gain = 1 - new / old if old > 0 else 0.0
    allowed = gain <= MAX_GAIN
    says = f"RMSLE {new:.3f}, the champion's {old:.3f}: {gain:.0%} less over {pairs.height:,} rows"
    if not allowed and _CONSTANT in pairs.columns:
        constant = rmsle(pairs, _CONSTANT)
        allowed = new >= BEST_SHARE * constant
        says += f"; the constant's {constant:.3f}"
    return Check(
        "no_leap_over_the_champion",
        allowed,
        says,
        f"at most {MAX_GAIN:.0%} less, or still {BEST_SHARE:.0%} of the constant's or more: else look for a leak",
    )


def findings(leaks: tuple[str, ...] | None) -> Check:
    """Check that the audit of the training found no leak."""
    expected = "the audit of inputs and splits was made and found nothing"
    if leaks is None:
        return Check("no_leak_found", passed=False, says="no audit was made", expected=expected)
    return Check("no_leak_found", passed=not leaks, says="; ".join(leaks) or "nothing was found", expected=expected)
