"""When Tasador does not say a price, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from tasador.features.game import Game

__all__ = ["DECIDING_LEVEL", "LEAST_OF_A_KIND", "Abstention"]

#: The interval whose width decides whether a price is said, and how confidently.
DECIDING_LEVEL: Final = 0.8

#: A kind of which the models learned from fewer entries gets no price.
LEAST_OF_A_KIND: Final = 100

#: How long after the newest release that the models learned from they still answer: about 24 months.
REACH_DAYS: Final = 731


@dataclass(frozen=True, slots=True)
class Abstention:
    """What the models cannot judge.

    Attributes:
        counts: How many entries of each kind the models learned from.
        learned_from: The oldest release that they learned from.
        learned_until: The newest.
        widest_ratio: The upper over the lower end of the 80 % interval above which the answer would say nothing: chosen
            so that at least nine of ten games of the calibration period were answered.
    """

    counts: Mapping[str, int]
    learned_from: date
    learned_until: date
    widest_ratio: float

    def reasons(self, game: Game, interval: tuple[float, float]) -> tuple[str, ...]:
        """Say why there is no price to be said; nothing where there is one.

        Args:
            game: What was asked for.
            interval: Its interval at `DECIDING_LEVEL`.
        """
        return (*self._of_game(game), *self._of_interval(*interval))

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
            dict(found["counts"]),
            date.fromisoformat(found["learned_from"]),
            date.fromisoformat(found["learned_until"]),
            found["widest_ratio"],
        )

    def _of_game(self, game: Game) -> tuple[str, ...]:
        found = []
        n = self.counts.get(game.kind, 0)
        if n < LEAST_OF_A_KIND:
            found.append(
                f"the model learned from {n} entries of the kind {game.kind}, and needs at least {LEAST_OF_A_KIND}"
            )
        latest = self.learned_until + timedelta(days=REACH_DAYS)
        if not self.learned_from <= game.release_date <= latest:
            found.append(
                f"the release date {game.release_date} is outside of {self.learned_from} to {latest}: "
                "what the model learned from, and 24 months more"
            )
        if not (game.genres or game.specs or game.tags or game.developer or game.publisher):
            found.append("no genre, spec, tag, developer or publisher is known")
        return tuple(found)

    def _of_interval(self, lower_usd: float, upper_usd: float) -> tuple[str, ...]:
        ratio = upper_usd / lower_usd
        if ratio <= self.widest_ratio:
            return ()
        return (
            f"the {DECIDING_LEVEL:.0%} interval is too wide to be of use: ${lower_usd:.2f} to ${upper_usd:.2f}, "
            f"a ratio of {ratio:.1f}, above {self.widest_ratio:.1f}",
        )
