"""Free or paid: fit and calibration."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tasador.appraisal.booster import Booster
from tasador.errors import TasadorError
from tasador.models.free_or_paid import FreeParameters, calibrate, fit


def test_the_served_booster_ranks_free_games_first() -> None:
    draws = np.random.default_rng(1)
    inputs = draws.normal(size=(2_000, 4))
    is_free = draws.random(2_000) < 1 / (1 + np.exp(3 - 2 * inputs[:, 0]))
    model = fit(inputs[:1_500], is_free[:1_500], FreeParameters(num_iterations=40), num_threads=1)
    found = Booster(model).predict(inputs[1_500:].tolist())
    assert roc_auc_score(is_free[1_500:], np.ravel(found)) > 0.8


def test_calibration_of_many_games_finds_the_curve_that_made_them_free() -> None:
    draws = np.random.default_rng(2)
    scores = draws.normal(-3, 2, size=400_000)
    is_free = draws.random(400_000) < 1 / (1 + np.exp(-(0.6 * scores + 0.5)))
    curve = calibrate(scores, is_free)
    assert curve.slope == pytest.approx(0.6, abs=0.03)
    assert curve.intercept == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_games_that_are_all_alike_are_refused(share: float) -> None:
    is_free = np.full(50, share, dtype=bool)
    with pytest.raises(TasadorError, match="cannot be told apart"):
        calibrate(np.zeros(50), is_free)
    with pytest.raises(TasadorError, match="cannot be told apart"):
        fit(np.zeros((50, 1)), is_free, FreeParameters())


def test_the_fewer_games_the_more_the_curve_leaves_the_scores_as_they_are() -> None:
    draws = np.random.default_rng(3)
    scores = draws.normal(-3, 2, size=40_000)
    is_free = draws.random(40_000) < 1 / (1 + np.exp(-(0.6 * scores + 0.5)))
    few, many = calibrate(scores[:1_000], is_free[:1_000]), calibrate(scores, is_free)
    assert many.slope < few.slope < 1
    assert 0 < few.intercept < many.intercept
