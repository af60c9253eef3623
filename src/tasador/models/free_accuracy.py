"""How well free and paid games are told apart, and whether the stated probabilities come true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.metrics import brier_score_loss, roc_auc_score

from tasador.appraisal.booster import Booster
from tasador.appraisal.free import without_giveaways
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.inputs import Inputs
from tasador.models import free_or_paid
from tasador.models.learning import input_matrix, look_ups
from tasador.models.parameters import Parameters
from tasador.models.reliability import calibration_error, reliability

__all__ = ["measure", "scores_without_giveaways"]

#: With fewer free entries the order of a kind's is chance.
_LEAST_FREE: Final = 20


def scores_without_giveaways(train: Sequence[Game], test: Sequence[Game], parameters: Parameters) -> list[float]:
    """Fit and score without the labels that nearly say that a game is free: see `tasador.appraisal.free.GIVEAWAYS`.

    Args:
        train: Rows of known price to learn from.
        test: Rows to score, none of them among the first.
        parameters: The candidate's.
    """
    stripped = [without_giveaways(game) for game in train]
    paid = [game for game in stripped if game.price_usd]
    inputs, history = Inputs.fit(paid, parameters.variant), History.of(paid)
    rows = input_matrix(stripped, inputs, look_ups(stripped, history, parameters))
    is_free = np.array([not game.price_usd for game in stripped], dtype=np.bool_)
    booster = Booster(free_or_paid.fit(rows, is_free, parameters.free))
    return [one[0] for one in booster.predict([inputs.row(without_giveaways(game), history) for game in test])]


def measure(rows: pl.DataFrame, without: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Measure by split; a split whose test rows are all free or all paid is left out.

    The area under the ROC curve is the share of pairs of a free and a paid game in which the free one was called the
    more probable to be free. The Brier score is the mean squared difference of probability and outcome.

    Args:
        rows: `split`, `kind`, `is_free`, `p_free`.
        without: By split, the scores of the same rows that were made without the giveaways.
    """
    found: dict[str, Any] = {}
    for (name,), part in rows.group_by("split", maintain_order=True):
        is_free, p_free = part["is_free"].to_numpy(), part["p_free"].to_numpy()
        if is_free.all() or not is_free.any():
            continue
        bins = reliability(p_free, is_free)
        kinds = part["kind"].to_numpy()
        found[str(name)] = {
            "n": part.height,
            "share_free": float(is_free.mean()),
            "auc": float(roc_auc_score(is_free, p_free)),
            "auc_games": _of_games(is_free, p_free, kinds),
            "auc_without_giveaways": float(roc_auc_score(is_free, np.array(without[str(name)]))),
            "brier": float(brier_score_loss(is_free, p_free)),
            "calibration_error": calibration_error(bins),
            "reliability": [one.to_dict() for one in bins],
        }
    return found


def _of_games(
    is_free: npt.NDArray[np.bool_], p_free: npt.NDArray[np.float64], kinds: npt.NDArray[np.str_]
) -> float | None:
    games = kinds == "game"
    if is_free[games].sum() < _LEAST_FREE:
        return None
    return float(roc_auc_score(is_free[games], p_free[games]))
