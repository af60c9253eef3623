from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.models.ratio_study import study

#: The example of the Standard on Ratio Studies, table 1-4: appraised value and sale price of each parcel.
PARCELS = np.array(
    [
        (87_200, 138_720),
        (38_240, 59_700),
        (96_320, 146_400),
        (68_610, 99_000),
        (32_960, 47_400),
        (50_560, 70_500),
        (61_360, 78_000),
        (47_360, 60_000),
        (56_580, 69_000),
        (47_040, 55_500),
        (136_000, 154_500),
        (98_000, 109_500),
        (56_000, 60_000),
        (159_100, 168_000),
        (128_000, 124_500),
        (132_000, 127_500),
        (160_000, 150_000),
    ],
    dtype=np.float64,
)


def test_the_figures_of_the_standards_own_example_come_out() -> None:
    found = study(PARCELS[:, 1], PARCELS[:, 0])
    assert found.n == 17
    assert found.cod == pytest.approx(14.5, abs=0.05)
    assert found.prd == pytest.approx(0.98, abs=0.005)
    assert found.prb == pytest.approx(0.135, abs=0.0005)
    assert found.prb_low is not None
    assert found.prb_high is not None
    assert found.prb_low < 0.135 < found.prb_high


def test_figures_of_three_rows_by_hand() -> None:
    found = study(np.array([10.0, 10.0, 20.0]), np.array([10.0, 5.0, 30.0]))
    assert found.median_ratio == 1.0
    assert found.cod == pytest.approx(100 * (0 + 0.5 + 0.5) / 3)
    assert found.prd == pytest.approx(1.0 / (45 / 40))


def test_dear_entries_predicted_low_show_in_both_measures_of_it() -> None:
    prices = np.array([1.0, 5, 10, 20, 60])
    found = study(prices, 3 * prices**0.5)
    assert found.prd > 1.03
    assert found.prb is not None
    assert found.prb < -0.05


def test_there_is_no_slope_over_one_value() -> None:
    found = study(np.array([5.0, 5.0, 5.0]), np.array([5.0, 5.0, 5.0]))
    assert (found.prb, found.prb_low, found.prb_high) == (None, None, None)


@given(st.lists(st.floats(0.5, 500), min_size=4, max_size=30, unique=True), st.floats(0.1, 10))
def test_a_wrong_level_alone_is_no_dispersion_and_no_bias(prices: list[float], level: float) -> None:
    sold = np.array(prices)
    found = study(sold, level * sold)
    assert found.median_ratio == pytest.approx(level)
    assert found.cod == pytest.approx(0, abs=1e-9)
    assert found.prd == pytest.approx(1)
