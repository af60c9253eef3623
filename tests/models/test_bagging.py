from __future__ import annotations

import numpy as np

from tasador.models import bagging

RNG = np.random.default_rng(0)
INPUTS = RNG.integers(0, 2, (200, 6)).astype(np.float32)
PRICES = 5 + 10 * INPUTS[:, 0].astype(np.float64) + RNG.random(200)


def test_the_same_seed_gives_the_same_model() -> None:
    small = bagging.BaggingParameters(n_estimators=5, max_depth=3)
    one, two = (bagging.fit(small, INPUTS, PRICES).predict(INPUTS) for _ in range(2))
    assert np.array_equal(one, two)


def test_it_learns_what_there_is_to_learn() -> None:
    predicted = bagging.fit(bagging.BaggingParameters(), INPUTS[:150], PRICES[:150]).predict(INPUTS[150:])
    constant = PRICES[:150].mean()
    assert np.square(predicted - PRICES[150:]).mean() < 0.2 * np.square(constant - PRICES[150:]).mean()
