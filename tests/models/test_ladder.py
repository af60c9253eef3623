"""The classifier of price points, and how its scores become probabilities."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from tasador.appraisal.booster import Booster
from tasador.appraisal.price_points import PricePoints
from tasador.errors import TasadorError
from tasador.models.ladder import LadderParameters, calibrate, fit, price_points

POINTS = (0.99, 4.99, 9.99, 19.99)
SMALL = LadderParameters(num_iterations=10, num_leaves=7, feature_fraction=1.0)


def _catalogue(n: int, seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Inputs, and prices that go with the first of them."""
    draws = np.random.default_rng(seed)
    inputs = draws.normal(size=(n, 3))
    inputs[draws.random(n) < 0.1, 1] = np.nan
    rungs = np.clip(np.round(inputs[:, 0] + draws.normal(scale=0.5, size=n) + 1.5), 0, 3).astype(int)
    return inputs, np.array(POINTS)[rungs]


def test_price_points_are_the_prices_that_enough_games_have() -> None:
    prices = np.array([9.99] * 20 + [4.99] * 25 + [7.77] * 19 + [1234.5])
    assert price_points(prices) == (4.99, 9.99)


def test_a_catalogue_without_common_prices_is_refused() -> None:
    with pytest.raises(TasadorError, match="too few games have the same price"):
        price_points(np.arange(1.0, 100.0))


def test_scores_of_the_served_booster_find_the_price_more_often_than_the_commonest_price() -> None:
    inputs, prices = _catalogue(2_000, seed=1)
    booster = Booster(fit(inputs[:1_500], prices[:1_500], POINTS, SMALL, num_threads=1))
    assert (booster.n_inputs, booster.n_outputs) == (3, len(POINTS))
    points = PricePoints(POINTS)
    suggested = [points.distribution(s, 5.0).suggested_usd for s in booster.predict(inputs[1_500:].tolist())]
    commonest = max((prices[1_500:] == point).mean() for point in POINTS)
    assert (np.array(suggested) == prices[1_500:]).mean() > commonest + 0.1


def test_the_same_games_and_seed_give_the_same_model_on_any_number_of_threads() -> None:
    inputs, prices = _catalogue(500, seed=2)
    one = fit(inputs, prices, POINTS, SMALL, num_threads=1)
    two = fit(inputs, prices, POINTS, SMALL, num_threads=2)
    trees = [text.split(b"\nparameters:")[0] for text in (one, two)]
    assert trees[0] == trees[1]


def test_calibration_finds_the_sharpness_and_the_pull_that_made_the_prices() -> None:
    draws = np.random.default_rng(3)
    scores, estimates = draws.normal(scale=2, size=(20_000, 4)), np.exp(draws.normal(1.6, 1, size=20_000))
    truth = PricePoints(POINTS, 0.7, 0.9)
    shares = np.array(
        [truth.distribution(s, e).probabilities for s, e in zip(scores.tolist(), estimates.tolist(), strict=True)]
    )
    rungs = (shares.cumsum(axis=1) < draws.random(20_000)[:, None]).sum(axis=1)
    found = calibrate(POINTS, scores, estimates, np.array(POINTS)[np.minimum(rungs, 3)])
    assert found.prices_usd == POINTS
    assert math.isclose(found.sharpness, 0.7, abs_tol=0.03)
    assert math.isclose(found.pull, 0.9, abs_tol=0.05)
