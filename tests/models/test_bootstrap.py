from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.models.bootstrap import Bootstrap, error_intervals, paired_difference
from tasador.models.metrics import measure

RNG = np.random.default_rng(0)


def test_the_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = RNG.normal(10, 2, 2_000)
    found = Bootstrap(np.arange(2_000)).mean(values)
    error = values.std() / np.sqrt(2_000)
    assert found.estimate == values.mean()
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_rows_of_a_family_are_drawn_together_so_that_alike_rows_widen_the_interval() -> None:
    values = np.repeat(RNG.normal(size=100), 20)
    alone, together = Bootstrap(np.arange(2_000)).mean(values), Bootstrap(np.repeat(np.arange(100), 20)).mean(values)
    assert together.high - together.low > 3 * (alone.high - alone.low)


def test_intervals_hold_the_truth_about_as_often_as_they_promise() -> None:
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        groups = rng.integers(0, 80, 400)
        values = rng.exponential(size=80)[groups] + rng.exponential(size=400)
        found = Bootstrap(groups, resamples=300, seed=seed).mean(values)
        held += found.low <= 2 <= found.high
    assert 175 <= held <= 199


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 5)), min_size=1, max_size=25))
def test_medians_are_those_of_the_rows_drawn(rows: list[tuple[float, int]]) -> None:
    values, groups = (np.array(column) for column in zip(*rows, strict=True))
    bootstrap = Bootstrap(groups, resamples=20)
    families, numbers = np.unique(groups, return_inverse=True)
    times = bootstrap._times[:, numbers].astype(int)
    drawn = [np.median(np.repeat(values, each)) for each in times]
    found = bootstrap.median(values.astype(np.float64))
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(drawn, (2.5, 97.5))))
    assert len(families) == bootstrap._times.shape[1]


def test_estimates_are_the_measures_themselves_and_lie_within() -> None:
    prices = np.exp(RNG.normal(2, 1.2, 500))
    predicted = prices * np.exp(RNG.normal(0, 0.5, 500))
    errors = measure(prices, predicted).to_dict()
    found = error_intervals(prices, predicted, Bootstrap(RNG.integers(0, 200, 500)))
    assert found.keys() == {"mae_usd", "mdape", "rmsle", "within_20_percent", "rmse_up_to_100_usd"}
    for name, interval in found.items():
        assert interval.estimate == pytest.approx(errors[name])
        assert interval.low < interval.estimate < interval.high


def test_there_is_no_interval_where_all_rows_are_dear() -> None:
    assert "rmse_up_to_100_usd" not in error_intervals(np.full(5, 500.0), np.full(5, 20.0), Bootstrap(np.arange(5)))


def test_a_paired_difference_sees_what_two_intervals_cannot() -> None:
    hard = RNG.exponential(5, 1_000)
    better, worse = hard, hard + RNG.normal(0.1, 0.3, 1_000)
    difference = paired_difference(better, worse, np.arange(1_000))
    assert difference.high < 0
    one, two = (Bootstrap(np.arange(1_000)).mean(losses) for losses in (better, worse))
    assert one.high > two.low
    same = paired_difference(hard, hard, np.arange(1_000))
    assert (same.low, same.estimate, same.high) == (0, 0, 0)


def test_the_same_seed_gives_the_same_interval_and_another_another() -> None:
    values, groups = RNG.normal(size=300), RNG.integers(0, 50, 300)
    one, same, other = (Bootstrap(groups, seed=seed).mean(values) for seed in (1, 1, 2))
    assert one == same != other


def test_a_thousand_resamples_of_five_thousand_rows_take_about_a_second() -> None:
    prices = np.exp(RNG.normal(2, 1, 5_000))
    start = time.process_time()
    error_intervals(prices, prices * 1.2, Bootstrap(RNG.integers(0, 2_500, 5_000)))
    assert time.process_time() - start < 3
