"""Challenger and champion on rows that neither saw in training.

The rows are those of the challenger's newest period, without near twins, for which the champion has a prediction that
it made unseen: its own held-out prediction of the same game at the same price, or, for games released after the data it
learned from ended, what it answers now. Games and other kinds are compared apart: neither makes up for the other.

Where the champion has no such rows, since it was measured on another catalogue, errors are not comparable: one
catalogue is harder to predict than another. The challenger has passed every other check on its own, so it is not held,
and a note says that the two were not compared. Where it was measured on this catalogue, hence could be compared, but
prices differ too much for it, something is wrong with the prices, and the challenger is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from tasador.models.bootstrap import paired_difference
from tasador.models.splits import HEADLINE
from tasador.registry import too_good
from tasador.registry.decision import Check
from tasador.registry.held_out import SAME_PRICE, errors_usd, games_and_others, groups, tested

__all__ = ["Champion", "Rivalry", "compare", "pair"]

#: With fewer rows a difference of errors is a guess.
MIN_PAIRS: Final = 100

#: How much larger the challenger's error may be, as a share of the champion's. Measured: of two fits that differ in
#: their seed alone, the intervals of the difference end at up to 2.4 % on 2,966 games, and at up to 3.5 % on 1,500
#: entries of other kinds, whose prices lie farther apart.
MARGINS: Final = {"game": 0.03, "other": 0.05, "all": 0.03}

_NAME: Final = "not_worse_than_the_champion"


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that answers.

    Attributes:
        version: Its name.
        held_out: Its held-out predictions; None where it was made before versions kept them.
        answers: `app_id` and `predicted_usd` of games released after the data that it learned from ended.
    """

    version: str
    held_out: pl.DataFrame | None
    answers: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Rivalry:
    """What came of the comparison."""

    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()


def pair(held_out: pl.DataFrame, champion: Champion) -> pl.DataFrame:
    """Find the rows of the newest period on which both can be compared, with `champion_usd`.

    Args:
        held_out: The challenger's held-out predictions.
    """
    rows = tested(held_out, HEADLINE).filter(pl.col("predicted_usd").is_finite())
    known = [part for part in (_measured(rows, champion), _answered(rows, champion)) if part is not None]
    if not known:
        return rows.clear().with_columns(champion_usd=pl.col("predicted_usd"))
    # NOTE: what it was measured on comes first: that prediction was made before the price was known.
    other = pl.concat(known).filter(pl.col("champion_usd").is_finite()).unique("app_id", keep="first")
    return rows.join(other, on="app_id", how="inner", maintain_order="left")


def compare(held_out: pl.DataFrame, champion: Champion) -> Rivalry:
    """Check that the challenger is not worse than the champion, nor so much better that it must have seen the prices.

    Args:
        held_out: The challenger's held-out predictions.
    """
    pairs = pair(held_out, champion)
    if pairs.height >= MIN_PAIRS:
        compared = [_not_worse(part, kind, champion) for kind, part in games_and_others(pairs).items()]
        return Rivalry(checks=(*compared, too_good.leap(pairs)))
    found = f"{pairs.height:,} rows that neither saw have the champion's prediction and the same price"
    common = _common(held_out, champion)
    if common >= MIN_PAIRS:
        says = f"{found}, though both were measured on {common:,} games of the newest period: prices were changed"
        return Rivalry(checks=(Check(_NAME, passed=False, says=says, expected=f"at least {MIN_PAIRS} such rows"),))
    return Rivalry(
        notes=(
            f"Not compared with the champion {champion.version}: {found}, and {MIN_PAIRS} are needed. Errors on other "
            "rows are not comparable, as one catalogue is harder to predict than another.",
        )
    )


def _common(held_out: pl.DataFrame, champion: Champion) -> int:
    """Count the games of the newest period that both were measured on, whatever their prices."""
    if champion.held_out is None:
        return 0
    mine, other = (tested(frame, HEADLINE).select("app_id") for frame in (held_out, champion.held_out))
    return mine.join(other, on="app_id", how="semi").height


def _measured(rows: pl.DataFrame, champion: Champion) -> pl.DataFrame | None:
    """Predictions that the champion was measured by, of the same games at the same price."""
    if champion.held_out is None:
        return None
    other = tested(champion.held_out, HEADLINE).select(*SAME_PRICE, champion_usd="predicted_usd")
    return rows.select(*SAME_PRICE).join(other, on=["app_id", "cents"], how="inner").drop("cents")


def _answered(rows: pl.DataFrame, champion: Champion) -> pl.DataFrame | None:
    """What the champion answers for games that are newer than all that it learned from."""
    if champion.answers is None:
        return None
    other = champion.answers.select("app_id", champion_usd="predicted_usd")
    return rows.select("app_id").join(other, on="app_id", how="inner")


def _not_worse(pairs: pl.DataFrame, kind: str, champion: Champion) -> Check:
    """Paired bootstrap over families: the challenger must be shown to be no worse by more than the margin."""
    new, old = errors_usd(pairs), errors_usd(pairs, "champion_usd")
    found = paired_difference(new, old, groups(pairs))
    margin = MARGINS[kind] * float(old.mean())
    passed = found.high <= margin
    verdict = (
        "better beyond chance"
        if found.high < 0
        else "no worse"
        if passed
        else "worse beyond chance"
        if found.low > 0
        else "not shown to be no worse: more rows of the newest period would tell"
    )
    return Check(
        f"{_NAME}_{kind}",
        passed,
        f"mean error {new.mean():.2f} USD, that of {champion.version} {old.mean():.2f}: difference "
        f"{found.estimate:+.2f} ({found.low:+.2f} to {found.high:+.2f}) over {pairs.height:,} rows of the newest "
        f"period that neither saw: {verdict}",
        f"the 95 % interval of the difference is below {margin:.2f} USD, {MARGINS[kind]:.0%} of the champion's error",
    )
