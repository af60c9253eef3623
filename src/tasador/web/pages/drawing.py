"""Where things stand in the drawings of an appraisal, in percent of the width, so that no script is needed."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.explanation import Contribution

__all__ = ["Band", "Ladder", "Rung", "Step", "ladder", "place", "waterfall"]

#: The greatest height of a rung's bar.
HEIGHT: Final = 120.0

#: Labels that are nearer to each other, in percent, are left out: on a wide screen, and on a phone.
_NEAR_WIDE: Final = 7.5
_NEAR_NARROW: Final = 17.0

#: A bar of no width or height would not be seen.
_LEAST_WIDTH: Final = 0.6
_LEAST_HEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Rung:
    """A price point in the drawing.

    Attributes:
        price_usd: The price.
        probability: Given that the game is not free.
        at: Where its middle is.
        left: Where its bar begins.
        width: The bar's width.
        height: The bar's height, of `HEIGHT`.
        is_suggested: Whether it is the suggested one.
        level: The narrowest interval that holds it; 1 where none does.
        labelled: Where its price is written: always, on wide screens only, or nowhere.
    """

    price_usd: float
    probability: float
    at: float
    left: float
    width: float
    height: float
    is_suggested: bool
    level: float
    labelled: str


@dataclass(frozen=True, slots=True)
class Band:
    """An interval in the drawing.

    Attributes:
        level: The share of cases that it holds.
        lower_usd: Its lower end.
        upper_usd: Its upper end.
        left: Where it begins.
        width: How wide it is.
    """

    level: float
    lower_usd: float
    upper_usd: float
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder of prices, as far as the widest interval goes and a rung beyond.

    Attributes:
        rungs: The price points, cheapest first.
        bands: The intervals, narrowest first.
        estimate: Where the estimate is; None where there is none.
        second_opinion: Where the comparables' median is; None where there is none.
        beyond: The probability of the price points that are not shown.
    """

    rungs: tuple[Rung, ...]
    bands: tuple[Band, ...]
    estimate: float | None
    second_opinion: float | None
    beyond: float


@dataclass(frozen=True, slots=True)
class Step:
    """A factor in the drawing of how an estimate comes about.

    Attributes:
        contribution: The factor.
        after_usd: The price with this factor and those before it.
        left: Where its bar begins.
        width: How wide it is.
    """

    contribution: Contribution
    after_usd: float
    left: float
    width: float


def ladder(appraisal: Appraisal) -> Ladder | None:
    """Draw the probabilities of the price points; None where no range is said."""
    distribution, estimate = appraisal.distribution, appraisal.estimate_usd
    if distribution is None:
        return None
    prices, widest = distribution.prices_usd, appraisal.intervals[-1]
    suggested = [] if appraisal.suggested is None else [appraisal.suggested.price_usd]
    first = max(bisect_left(prices, min([widest.lower_usd, *suggested])) - 1, 0)
    last = min(bisect_left(prices, max([widest.upper_usd, *suggested])) + 2, len(prices))
    shown, probabilities = prices[first:last], distribution.probabilities[first:last]
    labels = _labels(shown, [*suggested, *_ends(appraisal)])
    step, highest = 100 / len(shown), max(probabilities)
    rungs = tuple(
        Rung(
            price,
            probability,
            (number + 0.5) * step,
            (number + 0.12) * step,
            0.76 * step,
            max(HEIGHT * (probability / highest), _LEAST_HEIGHT),
            price in suggested,
            next((one.level for one in appraisal.intervals if one.lower_usd <= price <= one.upper_usd), 1.0),
            labels[number],
        )
        for number, (price, probability) in enumerate(zip(shown, probabilities, strict=True))
    )
    bands = tuple(_band(shown, one.level, one.lower_usd, one.upper_usd) for one in appraisal.intervals)
    opinion = appraisal.second_opinion_usd
    return Ladder(
        rungs,
        bands,
        None if estimate is None else _place(shown, estimate),
        None if opinion is None else _place(shown, opinion),
        max(0.0, 1.0 - math.fsum(probabilities)),
    )


def place(drawn: Ladder, amount_usd: float) -> float:
    """Find where an amount is on a ladder that was drawn; at its end where it is beyond."""
    return _place([rung.price_usd for rung in drawn.rungs], amount_usd)


def waterfall(appraisal: Appraisal) -> tuple[Step, ...]:
    """Draw the factors, the greatest difference first, on a scale of ratios."""
    if appraisal.base_usd is None:
        return ()
    prices = [appraisal.base_usd]
    for contribution in appraisal.contributions:
        prices.append(prices[-1] * contribution.factor)
    logs = [math.log(price) for price in prices]
    low, high = min(logs), max(logs)
    # NOTE: with room at both sides, and a scale of its own where nothing makes a difference.
    low, high = low - 0.05 * (high - low) - 0.01, high + 0.05 * (high - low) + 0.01
    places = [100 * (log - low) / (high - low) for log in logs]
    return tuple(
        Step(
            contribution,
            prices[number + 1],
            min(places[number : number + 2]),
            max(abs(places[number + 1] - places[number]), _LEAST_WIDTH),
        )
        for number, contribution in enumerate(appraisal.contributions)
    )


def _ends(appraisal: Appraisal) -> list[float]:
    """List the ends of the intervals in the order in which they are to be labelled."""
    narrow, deciding, wide = appraisal.intervals
    return [end for one in (deciding, wide, narrow) for end in (one.lower_usd, one.upper_usd)]


def _labels(prices: Sequence[float], first: Sequence[float]) -> list[str]:
    """Say where each price is written: the first ones before the others, none on top of another."""
    step = 100 / len(prices)
    order = [prices.index(price) for price in first if price in prices]
    order += [number for number in range(len(prices)) if number not in order]
    found = [""] * len(prices)
    for label, least in (("always", _NEAR_NARROW), ("wide", _NEAR_WIDE)):
        for number in order:
            near = int(least / step)
            if not found[number] and not any(found[max(number - near, 0) : number + near + 1]):
                found[number] = label
    return found


def _place(prices: Sequence[float], amount_usd: float) -> float:
    """Find where an amount is among price points that stand at equal distances."""
    above = bisect_left(prices, amount_usd)
    step = 100 / len(prices)
    if above == 0:
        return 0.5 * step
    if above == len(prices):
        return 100 - 0.5 * step
    low, high = prices[above - 1], prices[above]
    return (above - 0.5 + math.log(amount_usd / low) / math.log(high / low)) * step


def _band(prices: Sequence[float], level: float, lower_usd: float, upper_usd: float) -> Band:
    half = 38 / len(prices)
    left, right = _place(prices, lower_usd) - half, _place(prices, upper_usd) + half
    return Band(level, lower_usd, upper_usd, left, right - left)
