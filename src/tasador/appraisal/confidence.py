"""How far an answer can be trusted, in a word, by a definition that is printed with it."""

from __future__ import annotations

from typing import Any, Final, Literal

from tasador.appraisal.abstention import DECIDING_LEVEL
from tasador.appraisal.appraisal import Confidence
from tasador.appraisal.said import Said

__all__ = ["DEFINITION", "NARROW_RATIO", "WIDE_RATIO", "confidence"]

Word = Literal["high", "medium", "low"]

_WORDS: Final[tuple[Word, ...]] = ("low", "medium", "high")

#: Upper over lower end of the interval: up to the first it is narrow, above the second wide. Price points such as $4.99
#: and $24.99 are 5.01 apart.
NARROW_RATIO: Final = 3.1
WIDE_RATIO: Final = 5.1

#: With fewer games of the same group to calibrate on, an interval is everybody's, not the group's.
LEAST_SUPPORT: Final = 300

#: From here on the model and the median of the comparables disagree: one says so many times what the other does.
FAR_APART: Final = 2.0

#: What the words mean.
DEFINITION: Final[dict[str, Any]] = {
    "level": DECIDING_LEVEL,
    "high": f"the {DECIDING_LEVEL:.0%} interval's upper end is at most {NARROW_RATIO} times its lower end",
    "medium": f"it is at most {WIDE_RATIO} times",
    "low": "it is more",
    "one word lower": [
        "the developer has no earlier priced release",
        f"fewer than {LEAST_SUPPORT} games of the same kind and developer group calibrated the interval",
        f"the model and the median of the comparables are a factor of {FAR_APART:g} or more apart",
    ],
}


def confidence(
    interval: tuple[float, float],
    *,
    support: int,
    developer_known: bool,
    disagreement: float | None,
    compared: bool = True,
) -> Confidence:
    """Grade an answer.

    Each of the three reservations of `DEFINITION` lowers the word by one, all of them by two at most.

    Args:
        interval: The interval at `DECIDING_LEVEL`, in USD.
        support: Games of the same group that calibrated it: `Intervals.counts`.
        developer_known: Whether the developer has an earlier priced release.
        disagreement: How many times the higher of the two opinions is the lower; None without a second opinion.
        compared: Whether comparables, which give the second opinion, were looked at.
    """
    lower, upper = interval
    ratio = upper / lower
    place = 2 if ratio <= NARROW_RATIO else 1 if ratio <= WIDE_RATIO else 0
    reasons = [
        _width(place, ratio),
        Said("the known route answered: the developer has an earlier priced release")
        if developer_known
        else Said("the blind route answered: the developer has no earlier priced release"),
    ]
    reservations = []
    if support < LEAST_SUPPORT:
        reservations.append(
            Said("only {n} games of the same kind and developer group calibrated the interval", n=support)
        )
    if disagreement is not None and disagreement >= FAR_APART:
        reservations.append(
            Said("the model and the median of the comparables are a factor of {factor:.1f} apart", factor=disagreement)
        )
    lower_by = len(reservations) + (not developer_known)
    if not compared:
        reservations.append(
            Said("comparables were not looked at: a second opinion that is far from the model's would lower it")
        )
    return Confidence(_WORDS[max(0, place - lower_by)], (*reasons, *reservations))


def _width(place: int, ratio: float) -> Said:
    values = {"level": DECIDING_LEVEL, "ratio": ratio}
    if place == 0:
        return Said("the {level:.0%} interval is wide: its upper end is {ratio:.1f} times its lower end", **values)
    if place == 1:
        return Said(
            "the {level:.0%} interval is of medium width: its upper end is {ratio:.1f} times its lower end", **values
        )
    return Said("the {level:.0%} interval is narrow: its upper end is {ratio:.1f} times its lower end", **values)
