"""Whether stated probabilities come true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.models.reliability import ReliabilityBin, calibration_error, reliability

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
