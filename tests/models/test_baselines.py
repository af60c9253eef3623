from __future__ import annotations

import numpy as np

from tasador.models import baselines

PRICES = np.array([1.0, 2.0, 3.0, 10.0])


def test_constants_are_the_mean_and_the_median_of_training() -> None:
    assert baselines.constant_mean(PRICES, 2).tolist() == [4.0, 4.0]
    assert baselines.constant_median(PRICES, 1).tolist() == [2.5]


def test_a_games_genres_are_averaged_and_a_game_without_a_known_one_gets_the_median_of_all() -> None:
    train = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]], dtype=np.float32)
    test = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]], dtype=np.float32)
    assert baselines.genre_median(train, PRICES, test).tolist() == [1.5, 4.0, 2.5, 2.5]
