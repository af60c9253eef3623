"""What Tasador says of one game."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from tasador.appraisal.said import Said

if TYPE_CHECKING:
    from tasador.appraisal.abstention import Reason
    from tasador.appraisal.comparables import Comparable
    from tasador.appraisal.explanation import Contribution
    from tasador.appraisal.price_points import Distribution
    from tasador.appraisal.request import Given
    from tasador.features.game import Game

__all__ = ["CURRENCY", "NOTE", "Appraisal", "Confidence", "Interval", "PricePoint", "money"]

CURRENCY: Final = "USD"

#: Goes with every answer.
NOTE: Final = Said(
    "The factors say how prices go together with what is known of a game: an association, not a cause. "
    "They do not say what another price would earn."
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the price in a stated share of cases.

    Attributes:
        level: The share, such as 0.8.
        lower_usd: Its lower end.
        upper_usd: Its upper end.
    """

    level: float
    lower_usd: float
    upper_usd: float

    @property
    def ratio(self) -> float:
        """How many times the lower end the upper one is."""
        return self.upper_usd / self.lower_usd


@dataclass(frozen=True, slots=True)
class PricePoint:
    """A price that games are sold at, and how probable it is.

    Attributes:
        price_usd: The price.
        probability: Given that the game is not free.
    """

    price_usd: float
    probability: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far an answer can be trusted.

    Attributes:
        word: The grade, by a published definition.
        reasons: What made it so.
    """

    word: Literal["high", "medium", "low"]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What Tasador says of one game.

    Attributes:
        game: What was appraised.
        given: What of it was given, assumed and not known.
        as_of: The day that the answer looks from: nothing of that day or later was used.
        p_free: Probability that it is free.
        estimate_usd: Price given that it is not free; None when it abstains.
        base_usd: What the factors of the contributions start from; None when it abstains or was not asked why.
        contributions: Factors by group of inputs: `base_usd` times all of them is the estimate, to the cent. Empty
            where `base_usd` is None.
        intervals: Narrowest first, each within the next; none when it abstains, unless only because they are too wide.
        suggested: The suggested price point; None when it abstains.
        price_points: The most probable price points, cheapest first; none where there are no intervals.
        confidence: How far to trust it; None when it abstains.
        comparables: The nearest paid games known on that day, the most alike first; none where not asked for.
        second_opinion_usd: The median of the comparables' adjusted prices; None when there are too few.
        abstention: Why it does not say a price; nothing when it does.
        warnings: What to know before the answer is used, such as a price beyond the catalogue's range; the dict has
            what is to be known of the labels, too.
        model_version: The version that answered.
        snapshot: The snapshot that the version learned from.
        learned_until: The newest release date that the version learned from.
        distribution: How probable each price point is; None where there are no intervals.
        pinned: App ids that were asked to be among the comparables.
        dropped: App ids that were asked not to be.
    """

    game: Game
    given: Given
    as_of: date
    p_free: float
    estimate_usd: float | None
    base_usd: float | None
    contributions: tuple[Contribution, ...]
    intervals: tuple[Interval, ...]
    suggested: PricePoint | None
    price_points: tuple[PricePoint, ...]
    confidence: Confidence | None
    comparables: tuple[Comparable, ...]
    second_opinion_usd: float | None
    abstention: tuple[Reason, ...]
    warnings: tuple[str, ...]
    model_version: str
    snapshot: str
    learned_until: date
    distribution: Distribution | None = None
    pinned: frozenset[int] = frozenset()
    dropped: frozenset[int] = frozenset()

    @property
    def abstained(self) -> bool:
        """Whether it does not say a price."""
        return bool(self.abstention)

    @property
    def is_wide(self) -> bool:
        """Whether it abstains from a single price, and knows the range of prices."""
        return self.abstained and bool(self.intervals)

    def interval(self, level: float) -> Interval | None:
        """Find the interval of a level."""
        return next((one for one in self.intervals if one.level == level), None)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold; money is a decimal text of `currency`."""
        confidence = self.confidence
        return {
            "name": self.game.name,
            "kind": self.game.kind,
            "release_date": self.game.release_date.isoformat(),
            "as_of": self.as_of.isoformat(),
            "currency": CURRENCY,
            "estimate": money(self.estimate_usd),
            "intervals": [
                {"level": one.level, "lower": money(one.lower_usd), "upper": money(one.upper_usd)}
                for one in self.intervals
            ],
            "suggested": None if self.suggested is None else _price_point(self.suggested),
            "price_points": [_price_point(point) for point in self.price_points],
            "p_free": _share(self.p_free),
            "confidence": None
            if confidence is None
            else {"word": confidence.word, "reasons": list(confidence.reasons)},
            "abstained": self.abstained,
            "abstention": [reason.to_dict() for reason in self.abstention],
            "warnings": [*self.warnings, *self.given.warnings],
            "base": money(self.base_usd),
            "contributions": [contribution.to_dict() for contribution in self.contributions],
            "comparables": [comparable.to_dict() for comparable in self.comparables],
            "second_opinion": money(self.second_opinion_usd),
            "inputs": self.given.to_dict(),
            "note": NOTE,
            "model": {
                "version": self.model_version,
                "snapshot": self.snapshot,
                "learned_until": self.learned_until.isoformat(),
            },
        }


def money(amount_usd: float | None) -> str | None:
    """Write an amount as a decimal text, to the cent."""
    return None if amount_usd is None else f"{amount_usd:.2f}"


def _price_point(point: PricePoint) -> dict[str, Any]:
    return {"price": money(point.price_usd), "probability": _share(point.probability)}


def _share(value: float) -> float:
    # NOTE: further digits say nothing, and change with the processor.
    return round(value, 4)
