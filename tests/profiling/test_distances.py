from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.profiling.distances import (
    chance_of_labels,
    chance_of_numbers,
    chance_of_values,
    kolmogorov_smirnov,
    total_variation,
    value_shares,
)

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


def splits(values: pl.Series, n_first: int) -> list[tuple[pl.Series, pl.Series]]:
    """Split values in two at random, many times over."""
    mixed = (values.shuffle(seed=seed) for seed in range(400))
    return [(one[:n_first], one[n_first:]) for one in mixed]


#: What 5 % come to in 400 cases, and three standard deviations more.
MOST = 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize(("n", "n_first"), [(400, 150), (2_000, 1_000)])
def test_numbers_of_one_population_exceed_chance_in_5_of_100_cases_at_most(n: int, n_first: int) -> None:
    numbers = pl.int_range(n, eager=True).cast(pl.Float64)
    limit = chance_of_numbers(n_first, n - n_first)
    beyond = sum(kolmogorov_smirnov(*pair) > limit for pair in splits(numbers, n_first))
    assert 0 < beyond <= MOST


@pytest.mark.parametrize("values", ["ab", "aaaaaaaaab", "aaaabbbccddefghi"])
def test_categories_of_one_population_exceed_chance_in_5_of_100_cases_at_most(values: str) -> None:
    column = pl.Series(list(values) * (1_600 // len(values)))
    found = [(value_shares(*pair), [len(side) for side in pair]) for pair in splits(column, 600)]
    beyond = sum(total_variation(shares) > chance_of_values(shares, *sizes) for shares, sizes in found[::2])
    assert 0 < beyond <= 200 * 0.05 + 3 * (200 * 0.05 * 0.95) ** 0.5


def test_the_most_different_of_many_labels_exceeds_chance_in_5_of_100_cases_at_most() -> None:
    draws = np.random.default_rng(1)
    has = draws.random((1_000, 60)) < draws.uniform(0.01, 0.5, 60)
    column = pl.Series([[f"label {place}" for place in row.nonzero()[0]] for row in has], dtype=pl.List(pl.String))
    found = [(value_shares(*pair), [len(side) for side in pair]) for pair in splits(column, 400)[::4]]
    largest = [float((shares["first"] - shares["second"]).abs().max()) for shares, _ in found]  # type: ignore[arg-type]
    beyond = sum(one > chance_of_labels(shares, *sizes) for one, (shares, sizes) in zip(largest, found, strict=True))
    assert beyond <= 100 * 0.05 + 3 * (100 * 0.05 * 0.95) ** 0.5
    assert max(largest) > 0.8 * chance_of_labels(found[0][0], *found[0][1]), "the limit is not out of reach"


def test_chance_is_the_same_each_time_and_shrinks_with_rows() -> None:
    shares = pl.DataFrame({"value": ["a", "b"], "first": [0.3, 0.7], "second": [0.35, 0.65]})
    assert chance_of_values(shares, 100, 200) == chance_of_values(shares, 100, 200)
    assert chance_of_numbers(10_000, 10_000) < chance_of_numbers(100, 100) < 1
    for chance in (chance_of_values, chance_of_labels):
        assert 0 < chance(shares, 10_000, 10_000) < chance(shares, 100, 100) < 1


def test_labels_that_no_row_has_are_not_apart() -> None:
    none = pl.Series([[], []], dtype=pl.List(pl.String))
    assert chance_of_labels(value_shares(none, none), 2, 2) == 0
