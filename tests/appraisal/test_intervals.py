"""Intervals: nested, about the estimate, on the ladder; and the family of sets that they are taken from."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.intervals import ALL, LEVELS, Intervals, group_of, joining_masses, nonconformity
from tasador.appraisal.price_points import Distribution
from tests.appraisal.distributions import distributions, prices

KNOWN = group_of("game", developer_known=True)
THRESHOLDS = st.lists(st.floats(0, 2), min_size=len(LEVELS), max_size=len(LEVELS)).map(sorted)


def _intervals(*thresholds: float) -> Intervals:
    return Intervals({ALL: thresholds}, {ALL: 500}, 300)


@given(distributions())
def test_sets_of_the_family_have_no_gaps_and_the_mass_they_say(found: Distribution) -> None:
    joined = joining_masses(found)
    for mass in set(joined):
        held = [number for number, one in enumerate(joined) if one <= mass]
        assert held == list(range(held[0], held[-1] + 1))
        assert sum(found.probabilities[number] for number in held) == pytest.approx(mass)
    assert max(joined) == pytest.approx(1)
    assert joined[found.prices_usd.index(found.suggested_usd)] == found.suggested_probability


def test_the_family_grows_to_the_side_with_more_probability_for_its_width() -> None:
    # From 10 on: 20 and 5 are equally wide, 20 has more; 40 is reached before 5 since it and 20 are denser together.
    joined = joining_masses(Distribution((5.0, 10.0, 20.0, 40.0), (0.1, 0.4, 0.14, 0.36)))
    assert joined == pytest.approx([1.0, 0.4, 0.9, 0.9])


@given(distributions(), prices(), THRESHOLDS)
def test_intervals_are_nested_and_hold_the_estimate(
    found: Distribution, estimate: float, thresholds: list[float]
) -> None:
    estimate = max(estimate, found.prices_usd[0])
    joined = joining_masses(found)
    made = [_intervals(*thresholds).interval(found, ALL, level, estimate, joined) for level in LEVELS]
    for lower, upper in made:
        assert found.prices_usd[0] <= lower <= estimate <= upper
        assert lower <= found.suggested_usd <= upper
        assert lower in (*found.prices_usd, estimate)
        assert upper in (*found.prices_usd, estimate)
    for narrow, wide in pairwise(made):
        assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@given(distributions(), prices(), st.floats(0, 1))
def test_a_price_is_in_the_interval_just_when_its_score_is_within_the_threshold(
    found: Distribution, price: float, threshold: float
) -> None:
    joined = joining_masses(found)
    # NOTE: at the estimate, so that the interval is not widened by it.
    lower, upper = _intervals(*[threshold] * 4).interval(found, ALL, 0.5, found.suggested_usd, joined)
    score = nonconformity(found.prices_usd, joined, price)
    assert (lower <= price <= upper) == (score <= max(threshold, min(joined)) + 1e-12)


@pytest.mark.parametrize("price", [0.5, 40.01])
def test_a_price_beyond_the_ladder_is_out_of_reach(price: float) -> None:
    found = Distribution((5.0, 10.0, 20.0, 40.0), (0.1, 0.4, 0.2, 0.3))
    assert nonconformity(found.prices_usd, joining_masses(found), price) > 1


def test_a_price_between_two_price_points_needs_both() -> None:
    found = Distribution((5.0, 10.0, 20.0, 40.0), (0.1, 0.5, 0.3, 0.1))
    joined = joining_masses(found)
    assert nonconformity(found.prices_usd, joined, 12.0) == joined[2]
    assert nonconformity(found.prices_usd, joined, 10.0) == joined[1]


def test_a_group_without_its_own_calibration_takes_everybodys() -> None:
    found = Distribution((5.0, 10.0, 20.0, 40.0), (0.1, 0.5, 0.3, 0.1))
    joined = joining_masses(found)
    intervals = Intervals({ALL: (0.5, 0.8, 0.9, 1.0), KNOWN: (0.5, 0.5, 0.5, 0.5)}, {ALL: 900, KNOWN: 400}, 300)
    assert intervals.interval(found, KNOWN, 0.8, 10.0, joined) == (10.0, 10.0)
    assert intervals.interval(found, group_of("dlc", developer_known=True), 0.8, 10.0, joined) == (10.0, 20.0)


def test_intervals_survive_json() -> None:
    intervals = Intervals({ALL: (0.5, 0.8, 0.9, 1.0), KNOWN: (0.4, 0.7, 0.85, 0.99)}, {ALL: 900, KNOWN: 400}, 300)
    assert Intervals.from_dict(json.loads(json.dumps(intervals.to_dict()))) == intervals
