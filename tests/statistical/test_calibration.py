"""Stated probabilities come true as often as they say."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from tasador.appraisal.price_points import PricePoints
from tasador.models import free_or_paid, ladder
from tasador.models.reliability import calibration_error, price_point_events, reliability
from tests.statistical.releases import LADDER, Releases, releases

ALARM = 1e-4


def _events(points: PricePoints, test: Releases) -> tuple[np.ndarray, np.ndarray]:
    pairs = zip(test.scores.tolist(), test.estimates_usd.tolist(), strict=True)
    made = [points.distribution(scores, estimate) for scores, estimate in pairs]
    return price_point_events(made, test.prices_usd)


def test_probabilities_of_price_points_are_calibrated_and_were_not_before() -> None:
    past, test = releases(8_000, seed=3), releases(6_000, seed=4)
    points = ladder.calibrate(LADDER, past.scores, past.estimates_usd, past.prices_usd)
    after = calibration_error(reliability(*_events(points, test)))
    before = calibration_error(reliability(*_events(PricePoints(LADDER), test)))
    assert after < 0.01
    assert before > 3 * after


def test_probabilities_of_being_free_pass_a_chi_square_test_and_did_not_before() -> None:
    draws = np.random.default_rng(5)
    scores = draws.normal(-3, 2, size=30_000)
    is_free = draws.random(30_000) < 1 / (1 + np.exp(-(0.6 * scores + 0.5)))
    past, test = slice(0, 20_000), slice(20_000, None)
    curve = free_or_paid.calibrate(scores[past], is_free[past], caution=0)
    calibrated = np.array([curve.probability(score) for score in scores[test].tolist()])
    for probabilities, passes in ((calibrated, True), (1 / (1 + np.exp(-scores[test])), False)):
        bins = reliability(probabilities, is_free[test])
        statistic = sum(
            found.n * (found.observed - found.predicted) ** 2 / (found.predicted * (1 - found.predicted))
            for found in bins
        )
        assert (statistic < chi2.ppf(1 - ALARM, len(bins))) == passes
