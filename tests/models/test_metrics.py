from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.models.metrics import measure


def test_the_root_is_taken_once() -> None:
    assert measure(np.array([1.0, 1.0]), np.array([4.0, 1.0])).rmse_usd == pytest.approx((9 / 2) ** 0.5)


def test_figures_without_the_dear_rows_stand_beside_those_with_them() -> None:
    errors = measure(np.array([10.0, 500.0]), np.array([12.0, 12.0]))
    assert errors.rmse_up_to_100_usd == pytest.approx(2.0)
    assert errors.rmse_usd > 300


def test_there_is_no_figure_where_all_rows_are_dear() -> None:
    errors = measure(np.array([500.0]), np.array([12.0]))
    assert errors.rmse_up_to_100_usd is None
    assert errors.mae_up_to_100_usd is None


def test_shares_are_of_the_true_price() -> None:
    errors = measure(np.array([10.0, 10.0, 10.0]), np.array([12.0, 8.0, 15.0]))
    assert errors.within_20_percent == pytest.approx(2 / 3)
    assert errors.mdape == pytest.approx(0.2)


def test_shares_are_told_at_three_distances_and_exact_to_the_cent() -> None:
    errors = measure(np.array([10.0, 10.0, 10.0, 10.0]), np.array([10.004, 11.0, 14.0, 16.0]))
    shares = (errors.within_10_percent, errors.within_20_percent, errors.within_50_percent, errors.exact)
    assert shares == (0.5, 0.5, 0.75, 0.25)


def test_the_mean_absolute_error_stands_without_the_dear_rows_too() -> None:
    errors = measure(np.array([10.0, 500.0]), np.array([12.0, 12.0]))
    assert (errors.mae_usd, errors.mae_up_to_100_usd) == (245.0, 2.0)


prices = st.lists(st.floats(0.01, 1000), min_size=1, max_size=30)


@given(prices)
def test_a_perfect_prediction_has_no_error(values: list[float]) -> None:
    errors = measure(np.array(values), np.array(values))
    assert (errors.rmse_usd, errors.mae_usd, errors.rmsle, errors.within_20_percent) == (0, 0, 0, 1)


@given(prices, st.floats(0, 1000))
def test_absolute_error_never_exceeds_the_root_of_the_squared_one(values: list[float], constant: float) -> None:
    errors = measure(np.array(values), np.full(len(values), constant))
    assert errors.mae_usd <= errors.rmse_usd * (1 + 1e-9)
