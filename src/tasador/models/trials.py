"""The fits of the evaluation protocol: each split's, what calibrates it, and the rows that it is tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from tasador.appraisal.calibration import Calibration
from tasador.features.game import Game
from tasador.models.conformal import LEAST_ROWS
from tasador.models.learning import Learn
from tasador.models.outcome import Outcome, calibrate, score
from tasador.models.splits import HONEST, Split

__all__ = ["Protocol", "Trial", "newest_part", "run"]

#: Intervals are calibrated on what was released in so many days before, if that is enough.
_WINDOW: Final = timedelta(days=184)

#: Where no earlier origin calibrates a fit, the newest share of its own training rows does, by a fit on the others.
_NEWEST_SHARE: Final = 0.15

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Protocol:
    """The splits that a candidate goes through, over one table of rows.

    Attributes:
        origins: Rolling origins, oldest first; the last is the headline.
        months: Windows of walking forward, oldest first.
        others: Splits that are not by date.
    """

    origins: Sequence[Split]
    months: Sequence[Split]
    others: Sequence[Split]

    @property
    def all(self) -> tuple[Split, ...]:
        """Every split, those by date first."""
        return (*self.origins, *self.months, *self.others)


@dataclass(frozen=True, slots=True)
class Trial:
    """A split and what came of it."""

    split: Split
    outcome: Outcome
    calibration: Calibration


def newest_part(games: Sequence[Game], rows: Rows) -> tuple[Rows, Rows]:
    """Part training rows by date, to calibrate on the newest: no day is on both sides.

    Returns:
        The older rows and the newer ones.
    """
    days = np.array([games[row].release_date.toordinal() for row in rows])
    cut = np.sort(days)[int(len(days) * (1 - _NEWEST_SHARE))]
    return rows[days < cut], rows[days >= cut]


def run(
    games: Sequence[Game],
    protocol: Protocol,
    learn: Learn,
    *,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda *_: None,
) -> list[Trial]:
    """Fit and try every split.

    A split by date is calibrated on what the fits before it said of the half-year before it, so that no fit calibrates
    itself and nothing of the test period is used; the others on the newest of their own training rows.

    Args:
        games: The rows that splits number.
        learn: Fits on some of them.
        workers: Fits at a time, in threads, as LightGBM lets go of the interpreter; the figures are the same for
            any number.
        told: Told how many fits are done, of how many.
    """
    splits = protocol.all
    alone = (0, *range(len(splits) - len(protocol.others), len(splits)))
    parts = [(split.train, split.test) for split in splits]
    parts += [newest_part(games, splits[at].train) for at in alone]
    by_date = {*range(len(splits) - len(protocol.others)), len(splits)}

    def fit(at: int) -> Outcome:
        rows, held_out = parts[at]
        return score(
            learn(rows, by_date=at in by_date),
            [games[row] for row in rows],
            [games[row] for row in held_out],
            # NOTE: the honest splits' boosters are kept, to be asked more.
            keep=at < len(splits) and splits[at].name in HONEST,
        )

    found = []
    told(0, len(parts))
    with ThreadPoolExecutor(workers) as pool:
        for outcome in pool.map(fit, range(len(parts))):
            found.append(outcome)
            told(len(found), len(parts))
    outcomes, own = found[: len(splits)], dict(zip(alone, found[len(splits) :], strict=True))
    trials = []
    for at, (split, outcome) in enumerate(zip(splits, outcomes, strict=True)):
        newest, pool_of = _calibrators(at, protocol, outcomes, own)
        trials.append(Trial(split, outcome, calibrate(newest, pool_of, outcome.learned, outcome.points_usd)))
    return trials


def _calibrators(
    at: int, protocol: Protocol, outcomes: Sequence[Outcome], own: Mapping[int, Outcome]
) -> tuple[Outcome, list[Outcome]]:
    """Choose what calibrates a split: what it is turned into probabilities by, and where intervals are found."""
    if at in own:
        return own[at], [own[at]]
    last = len(protocol.origins) - 1
    if at <= last:
        return outcomes[at - 1], [outcomes[at - 1]]
    # NOTE: months go on from what was said of the half-year before the headline's period.
    base = outcomes[last - 1] if last else own[0]
    earlier = [base, *outcomes[last + 1 : at]]
    first = min(game.release_date for game in outcomes[at].games)
    recent = [one.only([game.release_date >= first - _WINDOW for game in one.games]) for one in earlier]
    enough = sum(len(one.games) for one in recent) >= LEAST_ROWS
    return base, [one for one in recent if one.games] if enough else earlier
