"""Intervals hold the price as often as they say: in all, and in each group."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from tasador.appraisal.intervals import LEVELS, Intervals, joining_masses
from tasador.appraisal.price_points import Distribution, PricePoints
from tasador.models import conformal, ladder
from tests.statistical.releases import LADDER, Releases, releases

#: How often one of the checks may fail by chance.
ALARM = 1e-4


def _distributions(found: Releases, calibration: Releases) -> list[Distribution]:
    points = ladder.calibrate(LADDER, calibration.scores, calibration.estimates_usd, calibration.prices_usd)
    pairs = zip(found.scores.tolist(), found.estimates_usd.tolist(), strict=True)
    return [points.distribution(scores, estimate) for scores, estimate in pairs]


def _covered(intervals: Intervals, test: Releases, made: list[Distribution], level: float) -> np.ndarray:
    rows = zip(made, test.groups, test.prices_usd.tolist(), strict=True)
    ends = [(intervals.interval(d, g, level, d.suggested_usd, joining_masses(d)), price) for d, g, price in rows]
    return np.array([lower <= price <= upper for (lower, upper), price in ends])


@pytest.fixture(scope="module")
def calibrated() -> tuple[Intervals, Releases, list[Distribution]]:
    past, test = releases(8_000, seed=1), releases(6_000, seed=2)
    found = conformal.scores(_distributions(past, past), past.prices_usd)
    return conformal.calibrate(found, past.groups, shared=0), test, _distributions(test, past)


@pytest.mark.parametrize("level", LEVELS)
def test_coverage_is_within_binomial_bounds_in_all_and_in_each_group(
    calibrated: tuple[Intervals, Releases, list[Distribution]], level: float
) -> None:
    intervals, test, made = calibrated
    covered = _covered(intervals, test, made, level)
    for group in sorted(set(test.groups)):
        held = np.array(test.groups) == group
        # NOTE: the threshold is drawn too, from 2,000 past games: its own chance widens the bounds.
        slack = 3 * np.sqrt(level * (1 - level) / intervals.counts[group])
        n = int(held.sum())
        least, most = binom.ppf(ALARM, n, level - slack), binom.ppf(1 - ALARM, n, min(level + slack, 1.0))
        assert least <= covered[held].sum() <= most, group


def test_what_the_classifier_says_of_itself_would_not_do(
    calibrated: tuple[Intervals, Releases, list[Distribution]],
) -> None:
    _, test, _ = calibrated
    raw = [PricePoints(LADDER).distribution(scores, 5.0) for scores in test.scores.tolist()]
    believed = Intervals({"all": LEVELS}, {"all": 0}, 0)
    assert _covered(believed, test, raw, 0.9).mean() < 0.86


def test_one_threshold_for_all_would_fail_the_groups(
    calibrated: tuple[Intervals, Releases, list[Distribution]],
) -> None:
    intervals, test, made = calibrated
    pooled = Intervals({"all": intervals.thresholds["all"]}, intervals.counts, intervals.least)
    covered, groups = _covered(pooled, test, made, 0.8), np.array(test.groups)
    shares = [covered[groups == group].mean() for group in set(test.groups)]
    assert max(shares) - min(shares) > 0.05
