"""Intervals hold the price as often as they say: in all, and in each group."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from tasador.appraisal.intervals import ALL, LEVELS, Intervals, joining_masses
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


Calibrated = tuple[Intervals, Releases, list[Distribution]]


@pytest.fixture(scope="module", params=[2_000, 8_000])
def calibrated(request: pytest.FixtureRequest) -> Calibrated:
    """Intervals as they are shipped, from so many past games, and games to try them on."""
    past, test = releases(request.param, seed=1), releases(6_000, seed=2)
    found = conformal.scores(_distributions(past, past), past.prices_usd)
    return conformal.calibrate(found, past.groups), test, _distributions(test, past)


def _pooled(intervals: Intervals) -> Intervals:
    return Intervals({ALL: intervals.thresholds[ALL]}, intervals.counts, intervals.least)


@pytest.mark.parametrize("level", LEVELS)
def test_coverage_is_within_binomial_bounds_in_all(calibrated: Calibrated, level: float) -> None:
    intervals, test, made = calibrated
    covered = _covered(intervals, test, made, level)
    # NOTE: the threshold is drawn too, from the past games: its own chance widens the bounds.
    slack = 3 * np.sqrt(level * (1 - level) / intervals.counts[ALL])
    assert _within(covered, level, slack)


@pytest.mark.parametrize("level", LEVELS)
def test_each_group_misses_its_level_by_no_more_than_the_share_that_all_have_in_it(
    calibrated: Calibrated, level: float
) -> None:
    intervals, test, made = calibrated
    covered, pooled = (_covered(one, test, made, level) for one in (intervals, _pooled(intervals)))
    for group in sorted(set(test.groups)):
        held, n = np.array(test.groups) == group, intervals.counts[group]
        shared = conformal.SHARED_WEIGHT / (n + conformal.SHARED_WEIGHT)
        slack = shared * abs(pooled[held].mean() - level) + 3 * np.sqrt(level * (1 - level) / n)
        assert _within(covered[held], level, slack), group


def _within(covered: np.ndarray, level: float, slack: float) -> bool:
    n = len(covered)
    least, most = binom.ppf(ALARM, n, level - slack), binom.ppf(1 - ALARM, n, min(level + slack, 1.0))
    return bool(least <= covered.sum() <= most)


def test_what_the_classifier_says_of_itself_would_not_do(
    calibrated: Calibrated,
) -> None:
    _, test, _ = calibrated
    raw = [PricePoints(LADDER).distribution(scores, 5.0) for scores in test.scores.tolist()]
    believed = Intervals({"all": LEVELS}, {"all": 0}, 0)
    assert _covered(believed, test, raw, 0.9).mean() < 0.86


def test_the_groups_own_thresholds_mend_what_one_for_all_would_miss(calibrated: Calibrated) -> None:
    intervals, test, made = calibrated
    groups, worst = np.array(test.groups), []
    for one in (intervals, _pooled(intervals)):
        covered = _covered(one, test, made, 0.8)
        worst.append(max(abs(covered[groups == group].mean() - 0.8) for group in set(test.groups)))
    least = min(n for group, n in intervals.counts.items() if group != ALL)
    assert worst[1] > 0.06
    # Of what one threshold for all would miss, about the group's share of the say is mended.
    assert worst[0] < worst[1] * (1 - 0.75 * least / (least + conformal.SHARED_WEIGHT))
