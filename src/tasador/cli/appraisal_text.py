"""An appraisal as people read it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from tasador.appraisal.appraisal import NOTE

if TYPE_CHECKING:
    from tasador.appraisal.appraisal import Appraisal

__all__ = ["lines"]

_BAR: Final = 48
_POINT_BAR: Final = 30


def lines(appraisal: Appraisal) -> Iterator[str]:
    """Write an appraisal, line by line."""
    game = appraisal.game
    yield f"{game.name} ({game.kind}, {game.release_date})"
    yield ""
    if appraisal.estimate_usd is None:
        yield "estimate    none: " + "; ".join(map(str, appraisal.abstention))
    else:
        yield f"estimate    {_usd(appraisal.estimate_usd)} if it is not free"
    yield f"free        {appraisal.p_free:.0%} probable"
    if appraisal.suggested is not None:
        yield f"suggested   {_usd(appraisal.suggested.price_usd)}, {appraisal.suggested.probability:.0%} probable"
    if appraisal.confidence is not None:
        reasons = "; ".join(appraisal.confidence.reasons)
        yield f"confidence  {appraisal.confidence.word}" + (f": {reasons}" if reasons else "")
    for warning in appraisal.warnings:
        yield f"warning     {warning}"
    for one in appraisal.given.unknown:
        near = f"; nearest: {', '.join(one.suggestions)}" if one.suggestions else ""
        yield f"warning     {one.label!r} in {one.field}: the model has not learned it{near}"
    for part in (_intervals, _price_points, _factors, _comparables, _inputs):
        yield from _set_off(part(appraisal))
    yield ""
    yield f"model {appraisal.model_version}, snapshot {appraisal.snapshot}, releases up to {appraisal.learned_until}"
    yield NOTE


def _set_off(part: Iterator[str]) -> Iterator[str]:
    for at, line in enumerate(part):
        if at == 0:
            yield ""
        yield line


def _intervals(appraisal: Appraisal) -> Iterator[str]:
    """Draw the intervals on one scale of ratios, the estimate as a star where there is one."""
    intervals, estimate = appraisal.intervals, appraisal.estimate_usd
    if not intervals:
        return
    low, high = min(one.lower_usd for one in intervals), max(one.upper_usd for one in intervals)
    width = math.log(high / low) if high > low > 0 else 0.0

    def column(price_usd: float) -> int:
        share = math.log(price_usd / low) / width if width and price_usd > 0 else 0.5
        return min(max(round(share * (_BAR - 1)), 0), _BAR - 1)

    yield "the price is in"
    for one in intervals:
        first, last = column(one.lower_usd), column(one.upper_usd)
        bar = [" "] * first + ["-"] * (last - first + 1) + [" "] * (_BAR - 1 - last)
        bar[first], bar[last] = "[", "]"
        if estimate is not None:
            bar[column(estimate)] = "*"
        yield f"  {_usd(one.lower_usd):>8} {''.join(bar)} {_usd(one.upper_usd):<8}  {one.level:.0%} of cases"


def _price_points(appraisal: Appraisal) -> Iterator[str]:
    points = appraisal.price_points
    if not points:
        return
    most = max(point.probability for point in points) or 1.0
    yield "price points"
    for point in points:
        bar = "#" * round(point.probability / most * _POINT_BAR)
        mark = "  suggested" if point == appraisal.suggested else ""
        yield f"  {_usd(point.price_usd):>8} {point.probability:>4.0%} {bar}{mark}"


def _factors(appraisal: Appraisal) -> Iterator[str]:
    if appraisal.base_usd is None or appraisal.estimate_usd is None:
        return
    yield "how the estimate comes about"
    yield f"    {_usd(appraisal.base_usd):<9}  where all begin"
    for one in appraisal.contributions:
        shown = ", ".join(f"{part.name} {_value(part.value)}" for part in one.inputs)
        yield f"  x {one.factor!s:<9}  {one.group}" + (f": {shown}" if shown else "")
    yield f"  = {_usd(appraisal.estimate_usd)}"


def _comparables(appraisal: Appraisal) -> Iterator[str]:
    if not appraisal.comparables:
        return
    yield f"the nearest paid games known on {appraisal.as_of}"
    yield "  alike     price  adjusted  released    name"
    for one in appraisal.comparables:
        yield (
            f"  {one.similarity:>5.0%} {_usd(one.price_usd):>9} {_usd(one.adjusted_price_usd):>9}"
            f"  {one.release_date}  {one.name}. {one.reason}"
        )
    if appraisal.second_opinion_usd is not None:
        yield f"  median of the adjusted prices, a second opinion: {_usd(appraisal.second_opinion_usd)}"


def _inputs(appraisal: Appraisal) -> Iterator[str]:
    given = appraisal.given
    yield f"used        {', '.join(given.used)}"
    if given.defaulted:
        yield "assumed     " + ", ".join(f"{field} {_value(value)}" for field, value in given.defaulted)
    if given.absent:
        yield f"not given   {', '.join(given.absent)}"
    if given.ignored:
        yield f"not read    {', '.join(given.ignored)}: the model does not use them"


def _value(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _usd(amount: float) -> str:
    return f"${amount:,.2f}"
