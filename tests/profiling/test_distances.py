from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.profiling.distances import chance, kolmogorov_smirnov, total_variation, value_shares

NUMBERS = st.lists(st.floats(-100, 100), min_size=1, max_size=30)
WORDS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=30)


@given(NUMBERS, NUMBERS)
def test_distance_of_numbers_is_no_less_than_any_difference_of_shares(first: list[float], second: list[float]) -> None:
    found = kolmogorov_smirnov(pl.Series(first), pl.Series(second))
    up_to = [[sum(value <= step for value in values) / len(values) for values in (first, second)] for step in first]
    assert found >= max(abs(one - other) for one, other in up_to) - 1e-12
    assert found == pytest.approx(kolmogorov_smirnov(pl.Series(second), pl.Series(first)))
    assert found <= 1


def test_distance_of_numbers_is_the_largest_between_the_shares_up_to_a_value() -> None:
    assert kolmogorov_smirnov(pl.Series([1, 2, 3, 4]), pl.Series([3, 4, 5, 6])) == 0.5
    assert kolmogorov_smirnov(pl.Series([1, 1, 2]), pl.Series([1, 2, 2])) == pytest.approx(1 / 3)
    assert kolmogorov_smirnov(pl.Series([1.0]), pl.Series([2.0])) == 1
    assert kolmogorov_smirnov(pl.Series([1, 2, 2]), pl.Series([2, 1, 2])) == 0


@given(WORDS, WORDS)
def test_distance_of_categories_is_within_0_and_1_and_the_same_from_either_side(
    first: list[str], second: list[str]
) -> None:
    one, other = pl.Series(first), pl.Series(second)
    distance = total_variation(value_shares(one, other))
    assert 0 <= distance <= 1
    assert distance == pytest.approx(total_variation(value_shares(other, one)))
    assert total_variation(value_shares(one, one)) == 0


def test_labels_count_once_a_row() -> None:
    first, second = pl.Series([["a", "a"], ["b"], []]), pl.Series([["a"], ["a", "b"]])
    shares = value_shares(first, second)
    assert shares.rows() == [("a", pytest.approx(1 / 3), 1.0), ("b", pytest.approx(1 / 3), 0.5)]


def test_two_samples_of_one_population_stay_below_chance_about_as_often_as_it_says() -> None:
    below = 0
    for seed in range(200):
        values = pl.int_range(400, eager=True).shuffle(seed=seed).cast(pl.Float64)
        below += kolmogorov_smirnov(values[:150], values[150:]) <= chance("kolmogorov_smirnov", [], 150, 250)
    assert 0.9 < below / 200 <= 1.0


def test_chance_shrinks_with_rows() -> None:
    for measure in ("kolmogorov_smirnov", "largest_share", "total_variation"):
        assert chance(measure, [0.3], 10_000, 10_000) < chance(measure, [0.3], 100, 100) < 1
