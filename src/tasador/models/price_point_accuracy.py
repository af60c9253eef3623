"""Whether the probabilities of price points come true: of every price point, not only of the suggested ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.models.metrics import HALF_A_CENT
from tasador.models.reliability import calibration_error, reliability
from tasador.models.trials import Trial

__all__ = ["measure"]

#: Most price points of a game are less probable than this: they are one bin, or they would be nearly all of them.
_LIKELY: Final = 0.01


def measure(trials: Sequence[Trial]) -> dict[str, Any]:
    """Measure by split: each price point of each paid game is one prediction; a price that is none makes none true.

    Entries of other kinds and near twins are left out.
    """
    found: dict[str, Any] = {}
    for trial in trials:
        probabilities, came_true = _events(trial)
        if not len(probabilities):
            continue
        likely = probabilities >= _LIKELY
        parts = [(~likely, 1), (likely, 10)]
        bins = [
            one for held, n_bins in parts for one in reliability(probabilities[held], came_true[held], n_bins=n_bins)
        ]
        found[trial.split.name] = {
            "n": len(probabilities),
            "calibration_error": calibration_error(bins),
            "reliability": [one.to_dict() for one in bins],
        }
    return found


def _events(trial: Trial) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Give the probability of each price point of each game, and whether it was the price."""
    held = [
        bool(game.price_usd) and game.kind == "game" and not twin
        for game, twin in zip(trial.outcome.games, trial.split.near_twin, strict=True)
    ]
    outcome = trial.outcome.only(held)
    said = outcome.distributions(trial.calibration.points)
    probabilities = np.array([one.probabilities for one in said])
    points = np.array([one.prices_usd for one in said])
    prices = np.array([game.price_usd for game in outcome.games], dtype=np.float64)
    return probabilities.ravel(), (np.abs(points - prices[:, None]) < HALF_A_CENT).ravel()
