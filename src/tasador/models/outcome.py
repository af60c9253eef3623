"""What a fit said of rows that it did not learn from, and the calibration that comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tasador.appraisal.abstention import Abstention
from tasador.appraisal.calibration import Calibration
from tasador.appraisal.free import FreeCalibration
from tasador.appraisal.heads import Heads, Scored
from tasador.appraisal.intervals import group_of
from tasador.appraisal.price_points import Distribution, PricePoints
from tasador.contracts.release_years import newest_release
from tasador.features.game import Game
from tasador.models import conformal, free_or_paid, ladder
from tasador.models.learning import price_points_of

__all__ = ["Outcome", "calibrate", "score"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Scored rows of known price, none of which the fit learned from.

    Attributes:
        games: The rows.
        scored: What the boosters said of each.
        points_usd: The price points of the fit.
        learned: The rows that it learned from.
        heads: Its boosters, where they are kept.
    """

    games: Sequence[Game]
    scored: Sequence[Scored]
    points_usd: tuple[float, ...]
    learned: Sequence[Game]
    heads: Heads | None = None

    @property
    def is_free(self) -> npt.NDArray[np.bool_]:
        """Which rows are free, shape (n,)."""
        return np.array([not game.price_usd for game in self.games], dtype=np.bool_)

    def paid(self) -> Outcome:
        """Keep the rows that are not free."""
        return self.only([bool(game.price_usd) for game in self.games])

    def only(self, held: Sequence[bool]) -> Outcome:
        """Keep some rows."""
        pairs = [pair for pair, one in zip(zip(self.games, self.scored, strict=True), held, strict=True) if one]
        return replace(self, games=[game for game, _ in pairs], scored=[scored for _, scored in pairs])

    def distributions(self, points: PricePoints) -> list[Distribution]:
        """Make the distribution of each row, with the sharpness and pull of `points` and the fit's own price points."""
        own = PricePoints(self.points_usd, points.sharpness, points.pull)
        return [own.distribution(one.ladder, one.estimate_usd) for one in self.scored]

    def groups(self) -> list[str]:
        """Name the calibration group of each row."""
        return [
            group_of(game.kind, developer_known=scored.developer_known)
            for game, scored in zip(self.games, self.scored, strict=True)
        ]


def score(files: Mapping[str, bytes], train: Sequence[Game], test: Sequence[Game], *, keep: bool = False) -> Outcome:
    """Score rows with what a bundle would hold.

    Args:
        files: What `tasador.models.learning.learn` made.
        train: The rows that it learned from.
        test: Rows of known price, none of them among the first.
        keep: Keep the boosters, which take memory.
    """
    heads = Heads(files)
    return Outcome(test, heads.score(test), price_points_of(files), train, heads if keep else None)


def calibrate(
    newest: Outcome, pool: Sequence[Outcome], learned: Sequence[Game], points_usd: Sequence[float]
) -> Calibration:
    """Calibrate a fit on what earlier fits said of newer rows than they knew.

    Args:
        newest: The outcome that scores are turned into probabilities by.
        pool: The outcomes that intervals are found on: each row with the price points of its own fit.
        learned: The rows that the fit to be calibrated learned from.
        points_usd: Its price points.
    """
    paid = newest.paid()
    shape = ladder.calibrate(paid.points_usd, *_arrays(paid))
    held = [one.paid() for one in pool]
    distributions = [found for one in held for found in one.distributions(shape)]
    prices = np.concatenate([_arrays(one)[2] for one in held])
    groups = [group for one in held for group in one.groups()]
    intervals = conformal.calibrate(conformal.scores(distributions, prices), groups)
    known = [game for game in learned if game.price_usd]
    return Calibration(
        PricePoints(tuple(points_usd), shape.sharpness, shape.pull),
        intervals,
        _free(newest),
        Abstention(
            counts=dict(Counter(game.kind for game in known)),
            learned_from=min(game.release_date for game in known),
            learned_until=newest_release(game.release_date for game in known),
        ),
    )


def _free(newest: Outcome) -> FreeCalibration:
    is_free = newest.is_free
    # NOTE: where a period has no free game there is nothing to mend by; the booster's own probabilities stay.
    if is_free.all() or not is_free.any():
        return FreeCalibration()
    return free_or_paid.calibrate(np.array([one.free for one in newest.scored]), is_free)


def _arrays(outcome: Outcome) -> tuple[Array, Array, Array]:
    scored = outcome.scored
    return (
        np.array([one.ladder for one in scored]),
        np.array([one.estimate_usd for one in scored]),
        np.array([game.price_usd for game in outcome.games], dtype=np.float64),
    )
