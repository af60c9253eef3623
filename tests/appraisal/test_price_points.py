"""Price points: probabilities from scores and the estimate, and the one to suggest."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.price_points import Distribution, PricePoints
from tests.appraisal.distributions import distributions, prices

POINTS = (0.99, 4.99, 9.99, 19.99)


def test_without_pull_and_at_sharpness_one_the_classifiers_own_probabilities_come_out() -> None:
    shares = (0.1, 0.2, 0.3, 0.4)
    found = PricePoints(POINTS).distribution([math.log(share) + 7 for share in shares], 1.0)
    assert found.probabilities == pytest.approx(shares)


def test_sharpness_zero_with_pull_leaves_a_law_round_the_estimate() -> None:
    found = PricePoints(POINTS, sharpness=0.0, pull=1.0).distribution([9.0, 0.0, 0.0, 0.0], 9.99)
    assert found.suggested_usd == 9.99
    assert found.probabilities[1] / found.probabilities[2] == pytest.approx(4.99 / 9.99)


@given(st.lists(st.floats(-700, 700), min_size=4, max_size=4), prices(), st.floats(0, 3), st.floats(0, 3))
def test_probabilities_add_up_to_one_whatever_the_scores(
    scores: list[float], estimate: float, sharpness: float, pull: float
) -> None:
    found = PricePoints(POINTS, sharpness, pull).distribution(scores, estimate)
    assert math.fsum(found.probabilities) == pytest.approx(1)
    assert min(found.probabilities) >= 0


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4), st.floats(0.01, 3))
def test_a_higher_estimate_never_makes_dearer_price_points_less_probable(scores: list[float], pull: float) -> None:
    points = PricePoints(POINTS, 1.0, pull)
    low, high = points.distribution(scores, 2.0), points.distribution(scores, 12.0)
    assert sum(high.probabilities[2:]) >= sum(low.probabilities[2:]) - 1e-12


def test_of_equally_probable_price_points_the_lowest_is_suggested() -> None:
    assert Distribution(POINTS, (0.3, 0.1, 0.3, 0.3)).suggested_usd == 0.99


@given(distributions(), st.integers(1, 5))
def test_the_likeliest_price_points_are_in_order_and_hold_the_suggested_one(found: Distribution, n: int) -> None:
    likeliest = found.likeliest(n)
    assert len(likeliest) == min(n, len(found.prices_usd))
    assert [price for price, _ in likeliest] == sorted(price for price, _ in likeliest)
    assert (found.suggested_usd, found.suggested_probability) in likeliest
    left_out = [
        share
        for price, share in zip(found.prices_usd, found.probabilities, strict=True)
        if (price, share) not in likeliest
    ]
    assert max(left_out, default=0) <= min(share for _, share in likeliest)


@given(distributions(), prices())
def test_the_nearest_price_point_is_nearest_in_ratio(found: Distribution, price: float) -> None:
    nearest = PricePoints(found.prices_usd).nearest(price)
    ratios = [max(price / point, point / price) for point in found.prices_usd]
    assert ratios[nearest] == pytest.approx(min(ratios), rel=1e-9)


def test_price_points_survive_json() -> None:
    points = PricePoints(POINTS, 0.83, 0.41)
    assert PricePoints.from_dict(json.loads(json.dumps(points.to_dict()))) == points
