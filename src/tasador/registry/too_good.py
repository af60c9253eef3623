"""What is too good to be true: errors that no honest model of these inputs reaches."""

from __future__ import annotations

from typing import Final

import polars as pl

from tasador.registry.decision import Check
from tasador.registry.held_out import BASELINES, rmsle

__all__ = ["FLOORS", "floor", "leap"]

#: Shares of other predictors' RMSLE on the same rows below which a model is held. Catalogues are not equally hard, so
#: no number fits all of them, but what is hard is so for the linear model too: honest boosters were measured at 0.80 of
#: its RMSLE out of time and 0.92 for unseen developers on a real catalogue, at 0.82 to 1.01 on synthetic ones. Two
#: thirds are 0.50 and 0.47 on the real one. The constant is there for a leak that the linear model sees too: a third of
#: its RMSLE is the 0.29 by which entries alike in all inputs differ.
FLOORS: Final = {"hedonic": 2 / 3, "constant_median": 1 / 3}

#: How much smaller a challenger's RMSLE may be than the champion's on the same rows before somebody must look.
MAX_GAIN: Final = 0.25

#: A gain over a poor champion is no wonder: it counts only below this share of the constant's RMSLE, which the best
#: models that were measured do not reach out of time.
BEST_SHARE: Final = 0.57

_CONSTANT: Final = next(iter(BASELINES))


def floor(rows: pl.DataFrame, split: str) -> Check:
    """Check that the errors are not below what can be had without the price."""
    name = f"not_too_good_{split}"
    expected = " and ".join(f"at least {share:.0%} of that of {BASELINES[column]}" for column, share in FLOORS.items())
    expected += ": less is a leak until disproved"
    if rows.is_empty() or not FLOORS.keys() <= set(rows.columns):
        return Check(name, passed=False, says="not measured", expected=expected)
    found = rmsle(rows)
    others = {column: rmsle(rows, column) for column in FLOORS}
    told = ", ".join(f"{BASELINES[column]}'s {other:.3f}" for column, other in others.items())
    return Check(
        name,
        all(found >= FLOORS[column] * other for column, other in others.items()),
        f"RMSLE {found:.3f}, {told} over {rows.height:,} rows",
        expected,
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
