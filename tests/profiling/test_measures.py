from __future__ import annotations

import math
import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.profiling.measures import correlation_ratio, cramers_v, spearman


def seeded(seed: int) -> random.Random:
    return random.Random(seed)


def pairs(x: list[object], y: list[object]) -> pl.DataFrame:
    return pl.DataFrame({"x": x, "y": y}, strict=False)


def test_spearman_uses_average_ranks_of_ties() -> None:
    # Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: covariance 4.5 over the root of 4.5 times 5.
    n, value = spearman(pairs([1, 2, 2, 3], [10, 30, 20, 40]))
    assert n == 4
    assert value == pytest.approx(4.5 / math.sqrt(4.5 * 5))


@pytest.mark.parametrize(("power", "expected"), [(3, 1.0), (-1, -1.0)])
def test_spearman_of_a_monotone_relation_is_one(power: int, expected: float) -> None:
    x = [1.0, 2.0, 5.0, 7.0]
    assert spearman(pairs([*x], [value**power for value in x]))[1] == pytest.approx(expected)


def test_spearman_leaves_out_missing_values() -> None:
    assert spearman(pairs([1, None, 3, 4], [1, 2, 3, None]))[0] == 2


def test_cramers_v_equals_the_value_by_hand() -> None:
    # The table 30, 10 / 10, 30: chi squared 20, phi squared 0.25, less 1/79, over 2 - 1/79 - 1.
    x = ["a"] * 40 + ["b"] * 40
    y = ["p"] * 30 + ["q"] * 10 + ["p"] * 10 + ["q"] * 30
    n, value = cramers_v(pairs([*x], [*y]))
    assert n == 80
    assert value == pytest.approx(math.sqrt((0.25 - 1 / 79) / (1 - 1 / 79)))


def test_cramers_v_of_perfect_association_is_one() -> None:
    x = ["a", "b", "c"] * 20
    assert cramers_v(pairs([*x], [letter.upper() for letter in x]))[1] == pytest.approx(1)


def test_cramers_v_of_independent_columns_is_about_zero() -> None:
    draw = seeded(7)
    x, y = ([draw.choice("abcd") for _ in range(4000)] for _ in range(2))
    value = cramers_v(pairs([*x], [*y]))[1]
    assert value is not None
    assert value < 0.05


def test_cramers_v_is_not_fooled_by_many_levels() -> None:
    draw = seeded(7)
    many = [str(draw.randrange(700)) for _ in range(2000)]
    value = cramers_v(pairs([*many], [draw.choice("ab") for _ in range(2000)]))[1]
    assert value is not None
    assert value < 0.25


def test_cramers_v_of_names_that_never_repeat_is_not_defined() -> None:
    names = [str(number) for number in range(50)]
    assert cramers_v(pairs([*names], [*names])) == (50, None)


def test_correlation_ratio_equals_the_value_by_hand() -> None:
    # Groups 1, 3 and 5, 7 around 4: 16 of 20 lies between them; adjusted 1 - 0.2 * 3 / 2.
    ratio = correlation_ratio(pairs(["a", "a", "b", "b"], [1.0, 3.0, 5.0, 7.0]))
    assert ratio["share"] == pytest.approx(0.8)
    assert ratio["eta"] == pytest.approx(math.sqrt(0.8))
    assert ratio["share_adjusted"] == pytest.approx(0.7)
    assert (ratio["n"], ratio["groups"]) == (4, 2)


def test_correlation_ratio_of_groups_that_fix_the_number_is_one() -> None:
    assert correlation_ratio(pairs(["a", "a", "b", "b"], [1.0, 1.0, 2.0, 2.0]))["eta"] == pytest.approx(1)


def test_adjusted_share_of_meaningless_groups_is_about_zero() -> None:
    draw = seeded(3)
    ratio = correlation_ratio(
        pairs([str(draw.randrange(500)) for _ in range(2000)], [draw.random() for _ in range(2000)])
    )
    assert ratio["share"] is not None
    assert ratio["share_adjusted"] is not None
    assert ratio["share"] > 0.2
    assert abs(ratio["share_adjusted"]) < 0.05


@pytest.mark.parametrize("x", [[], ["a"], ["a", "a", "a"]])
def test_one_level_has_no_association(x: list[object]) -> None:
    y = [float(place) for place in range(len(x))]
    frame = pl.DataFrame({"x": x, "y": y}, schema={"x": pl.String, "y": pl.Float64})
    assert cramers_v(frame)[1] is None
    assert correlation_ratio(frame)["eta"] is None


def test_constant_number_has_no_association() -> None:
    assert spearman(pairs([1, 2, 3], [5, 5, 5])) == (3, None)
    assert correlation_ratio(pairs(["a", "b", "a"], [0.1, 0.1, 0.1]))["eta"] is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pqr")), max_size=30))
def test_cramers_v_is_symmetric_and_within_bounds(cells: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(cells, schema={"x": pl.String, "y": pl.String}, orient="row")
    n, value = cramers_v(frame)
    assert n == len(cells)
    other = cramers_v(frame.select(x="y", y="x"))[1]
    assert (value is None) == (other is None)
    if value is not None and other is not None:
        assert 0 <= value <= 1
        # The root of a rounding error is up to 1.5e-8.
        assert value == pytest.approx(other, abs=1e-7)
