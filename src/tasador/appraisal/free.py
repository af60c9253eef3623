"""Whether a game is free: the booster's score as a calibrated probability."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from tasador.appraisal.bundle_files import number
from tasador.features.game import Game

__all__ = ["GIVEAWAYS", "FreeCalibration", "without_giveaways"]

#: Genres, specs and tags that nearly say that a game is free, so that figures are given with and without them.
GIVEAWAYS: Final = frozenset({"Free to Play", "In-App Purchases"})


@dataclass(frozen=True, slots=True)
class FreeCalibration:
    """A logistic curve from scores to probabilities (Platt, 1999), fitted on games newer than those of the booster.

    Attributes:
        slope: Weight of the score, the booster's log odds.
        intercept: What is added to it.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def probability(self, score: float) -> float:
        """Give the probability that a game is free."""
        log_odds = self.slope * score + self.intercept
        # NOTE: exp of a large number overflows, of a small one it does not.
        if log_odds >= 0:
            return 1.0 / (1.0 + math.exp(-log_odds))
        odds = math.exp(log_odds)
        return odds / (1.0 + odds)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> FreeCalibration:
        """Read what `to_dict` wrote."""
        return cls(number(found["slope"]), number(found["intercept"]))


def without_giveaways(game: Game) -> Game:
    """Leave out the labels that nearly say that a game is free.

    NOTE: of the game itself, not of the inputs: what is known of a set of labels tells them too.
    """
    return replace(game, genres=_kept(game.genres), specs=_kept(game.specs), tags=_kept(game.tags))


def _kept(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in labels if label not in GIVEAWAYS)
