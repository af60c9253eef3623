"""When Tasador does not say a price, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from tasador.appraisal.bundle_files import number
from tasador.appraisal.said import Said
from tasador.features.game import Game

__all__ = ["DECIDING_LEVEL", "LEAST_OF_A_KIND", "REACH_DAYS", "WIDEST_RATIO", "Abstention", "Reason"]

#: The interval whose width decides whether a price is said, and how confidently.
DECIDING_LEVEL: Final = 0.8

#: Upper over lower end of that interval above which it is of no use: $2.99 and $20.99 are 7.0 apart. How many
#: of the real catalogue's entries have one, and how much larger the errors of their estimates are, the accuracy page
#: says ("What it answers").
WIDEST_RATIO: Final = 7.0

#: A kind of which the models learned from fewer entries gets no price.
LEAST_OF_A_KIND: Final = 100

#: How long after the newest release that the models learned from they still answer: about 24 months.
REACH_DAYS: Final = 731


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no price to be said.

    Attributes:
        code: For programs; one of few, which stay.
        says: For people.
    """

    code: Literal["rare_kind", "date_out_of_reach", "only_a_name", "wide_interval"]
    says: str

    def __str__(self) -> str:
        return self.says

    @property
    def is_width(self) -> bool:
        """Whether the range of prices is known and merely too wide: then a single price alone cannot be said."""
        return self.code == "wide_interval"

    def to_dict(self) -> dict[str, str]:
        """Turn it into what JSON can hold."""
        return {"code": self.code, "says": self.says}


@dataclass(frozen=True, slots=True)
class Abstention:
    """What the models cannot judge.

    Attributes:
        counts: How many entries of each kind the models learned from.
        learned_from: The oldest release that they learned from.
        learned_until: The newest.
    """

    counts: Mapping[str, int]
    learned_from: date
    learned_until: date

    def reasons(
        self, game: Game, interval: tuple[float, float], unknown: frozenset[str] = frozenset()
    ) -> tuple[Reason, ...]:
        """Say why there is no price to be said; nothing where there is one.

        Args:
            game: What was asked for.
            interval: Its interval at `DECIDING_LEVEL`.
            unknown: Labels of it that the model has not learned, and so tell nothing.
        """
        return (*self._of_game(game, unknown), *_of_interval(*interval))

    def day_assumed(self, today: date) -> date:
        """Choose a release date where none is given: today, or the newest learned from where today is out of reach.

        NOTE: a catalogue may be years old, and of a day that far from it the models say nothing.
        """
        return today if today <= self.learned_until + timedelta(days=REACH_DAYS) else self.learned_until

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            **asdict(self),
            "counts": dict(self.counts),
            "learned_from": self.learned_from.isoformat(),
            "learned_until": self.learned_until.isoformat(),
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Abstention:
        """Read what `to_dict` wrote."""
        return cls(
            {kind: int(number(n, least=0)) for kind, n in found["counts"].items()},
            date.fromisoformat(found["learned_from"]),
            date.fromisoformat(found["learned_until"]),
        )

    def _of_game(self, game: Game, unknown: frozenset[str]) -> tuple[Reason, ...]:
        found = []
        n = self.counts.get(game.kind, 0)
        if n < LEAST_OF_A_KIND:
            says = Said(
                "the model learned from {n} entries of the kind {kind}, and needs at least {least}",
                n=n,
                kind=game.kind,
                least=LEAST_OF_A_KIND,
            )
            found.append(Reason("rare_kind", says))
        latest = self.learned_until + timedelta(days=REACH_DAYS)
        if not self.learned_from <= game.release_date <= latest:
            says = Said(
                "the release date {day} is outside of {first} to {last}: "
                "what the model learned from, and 24 months more",
                day=game.release_date,
                first=self.learned_from,
                last=latest,
            )
            found.append(Reason("date_out_of_reach", says))
        labels = {*game.genres, *game.specs, *game.tags}
        if labels <= unknown and not (game.developer or game.publisher):
            says = Said("no genre, spec, tag, developer or publisher that it knows is told")
            found.append(Reason("only_a_name", says))
        return tuple(found)


def _of_interval(lower_usd: float, upper_usd: float) -> tuple[Reason, ...]:
    ratio = upper_usd / lower_usd
    if ratio <= WIDEST_RATIO:
        return ()
    says = Said(
        "the {level:.0%} interval is too wide for a single price: ${lower_usd:.2f} to ${upper_usd:.2f}, "
        "a ratio of {ratio:.1f}, above {most}",
        level=DECIDING_LEVEL,
        lower_usd=lower_usd,
        upper_usd=upper_usd,
        ratio=ratio,
        most=WIDEST_RATIO,
    )
    return (Reason("wide_interval", says),)
