"""Stated probabilities come true as often as they say."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from tasador.appraisal.price_points import PricePoints
from tasador.models import free_or_paid, ladder
from tasador.models.reliability import ReliabilityBin, calibration_error, reliability
from tests.statistical.releases import LADDER, Releases, releases

ALARM = 1e-4


def _events(points: PricePoints, test: Releases) -> tuple[np.ndarray, np.ndarray]:
    """Take each price point of each game as one prediction."""
    pairs = zip(test.scores.tolist(), test.estimates_usd.tolist(), strict=True)
    made = [points.distribution(scores, estimate) for scores, estimate in pairs]
    came_true = np.array(LADDER) == test.prices_usd[:, None]
    return np.array([one.probabilities for one in made]).ravel(), came_true.ravel()


def test_probabilities_of_price_points_are_calibrated_and_were_not_before() -> None:
    past, test = releases(8_000, seed=3), releases(6_000, seed=4)
    points = ladder.calibrate(LADDER, past.scores, past.estimates_usd, past.prices_usd)
    after = calibration_error(reliability(*_events(points, test)))
    before = calibration_error(reliability(*_events(PricePoints(LADDER), test)))
    assert after < 0.01
    assert before > 3 * after


def _free(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw games of which a booster that is too sure of itself says how probable it is that they are free."""
    draws = np.random.default_rng(seed)
    scores = draws.normal(-3, 2, size=n)
    return scores, draws.random(n) < 1 / (1 + np.exp(-(0.85 * scores + 0.2)))


def _of_being_free(n: int) -> tuple[list[ReliabilityBin], list[ReliabilityBin]]:
    """Calibrate on `n` games, and see how often others come true: by the curve, and by the booster alone."""
    curve = free_or_paid.calibrate(*_free(n, seed=5))
    scores, is_free = _free(10_000, seed=6)
    calibrated = np.array([curve.probability(score) for score in scores.tolist()])
    return reliability(calibrated, is_free), reliability(1 / (1 + np.exp(-scores)), is_free)


def test_probabilities_of_being_free_pass_a_chi_square_test_and_did_not_before() -> None:
    for bins, passes in zip(_of_being_free(40_000), (True, False), strict=True):
        statistic = sum(
            found.n * (found.observed - found.predicted) ** 2 / (found.predicted * (1 - found.predicted))
            for found in bins
        )
        assert (statistic < chi2.ppf(1 - ALARM, len(bins))) == passes


def test_a_half_years_games_mend_the_probabilities_of_being_free_as_far_as_caution_lets_them() -> None:
    after, before = map(calibration_error, _of_being_free(4_000))
    assert after < 0.03
    assert after < 0.7 * before
