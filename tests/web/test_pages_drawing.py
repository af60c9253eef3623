"""Where things stand in the drawings."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.appraisal import Interval, PricePoint
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.explanation import Contribution
from tasador.appraisal.price_points import Distribution
from tasador.web.pages.drawing import HEIGHT, ladder, waterfall
from tests.appraisal.answers import abstained, full

PRICES = tuple(float(f"{whole}.99") for whole in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 19, 24, 29, 39, 49, 59, 99))

amounts = st.floats(0.5, 300)
six_prices = st.lists(st.sampled_from(PRICES), min_size=6, max_size=6)
distributions = st.lists(st.integers(0, 100), min_size=len(PRICES), max_size=len(PRICES)).filter(any)


@given(distributions, six_prices, amounts, amounts)
def test_everything_is_within_the_drawing(
    weights: list[int], ends: list[float], estimate: float, opinion: float
) -> None:
    law = Distribution(PRICES, tuple(weight / sum(weights) for weight in weights))
    low3, low2, low1, high1, high2, high3 = sorted(ends)
    drawn = ladder(
        dataclasses.replace(
            full(),
            distribution=law,
            suggested=PricePoint(law.suggested_usd, law.suggested_probability),
            intervals=(Interval(0.5, low1, high1), Interval(0.8, low2, high2), Interval(0.95, low3, high3)),
            estimate_usd=estimate,
            second_opinion_usd=opinion,
        )
    )
    assert drawn is not None
    assert [rung.price_usd for rung in drawn.rungs if rung.is_suggested] == [law.suggested_usd]
    assert sum(rung.probability for rung in drawn.rungs) + drawn.beyond == pytest.approx(1)
    for rung in drawn.rungs:
        assert 0 <= rung.left < rung.at < rung.left + rung.width <= 100
        assert 0 < rung.height <= HEIGHT
    for band in drawn.bands:
        assert -0.01 <= band.left < band.left + band.width <= 100.01
    assert drawn.estimate is not None
    assert 0 <= drawn.estimate <= 100
    assert drawn.second_opinion is not None
    assert 0 <= drawn.second_opinion <= 100
    for near, shown in ((7.5, ("always", "wide")), (17.0, ("always",))):
        places = [rung.at for rung in drawn.rungs if rung.labelled in shown]
        assert all(after - before > near - 1e-9 for before, after in pairwise(places))


@given(st.lists(st.floats(0.2, 5), max_size=12), st.floats(0.5, 100))
def test_a_waterfall_goes_step_by_step_from_the_base(factors: list[float], base: float) -> None:
    contributions = tuple(Contribution("genres", factor, 0.0, (), "") for factor in factors)
    steps = waterfall(dataclasses.replace(full(), base_usd=base, contributions=contributions))
    assert len(steps) == len(factors)
    before = base
    for step in steps:
        assert step.after_usd == pytest.approx(before * step.contribution.factor)
        assert step.left >= 0
        assert step.left + step.width <= 101
        before = step.after_usd


def test_a_range_without_a_price_is_drawn_without_an_estimate() -> None:
    law = Distribution(PRICES, tuple(1 / len(PRICES) for _ in PRICES))
    drawn = ladder(dataclasses.replace(full(), distribution=law, estimate_usd=None, suggested=None))
    assert drawn is not None
    assert drawn.estimate is None
    assert len(drawn.bands) == 3
    assert not any(rung.is_suggested for rung in drawn.rungs)


def test_without_a_range_nothing_is_drawn() -> None:
    assert ladder(abstained()) is None
    assert waterfall(abstained()) == ()


def test_the_suggested_price_and_the_deciding_interval_are_labelled(appraiser: Appraiser) -> None:
    found = appraiser.appraise(name="Cave Colony", genres=["Indie"], release_date=date(2017, 3, 1))
    drawn = ladder(found)
    assert drawn is not None
    assert [rung.labelled for rung in drawn.rungs if rung.is_suggested] == ["always"]
