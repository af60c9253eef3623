"""Whether stated probabilities come true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.price_points import Distribution
from tasador.models.reliability import ReliabilityBin, calibration_error, price_point_events, reliability

PROBABILITIES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200)


@given(PROBABILITIES)
def test_bins_hold_every_prediction_once_and_rise(pairs: list[tuple[float, bool]]) -> None:
    probabilities, came_true = np.array([p for p, _ in pairs]), np.array([t for _, t in pairs])
    bins = reliability(probabilities, came_true)
    assert sum(found.n for found in bins) == len(pairs)
    assert [found.predicted for found in bins] == sorted(found.predicted for found in bins)
    assert sum(found.n * found.observed for found in bins) == pytest.approx(came_true.sum())


def test_no_predictions_make_no_bins() -> None:
    assert reliability(np.array([]), np.array([], dtype=bool)) == []


def test_the_calibration_error_weighs_bins_by_their_number() -> None:
    assert calibration_error([ReliabilityBin(30, 0.2, 0.3), ReliabilityBin(10, 0.8, 0.6)]) == pytest.approx(0.125)


def test_each_price_point_of_each_game_is_one_prediction() -> None:
    found = [Distribution((4.99, 9.99), (0.7, 0.3)), Distribution((4.99, 9.99), (0.4, 0.6))]
    probabilities, came_true = price_point_events(found, np.array([4.99, 7.5]))
    assert probabilities.tolist() == [0.7, 0.3, 0.4, 0.6]
    assert came_true.tolist() == [True, False, False, False]
