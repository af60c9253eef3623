"""Calibration of intervals: quantiles of scores, by group, with the pooled ones below a stated number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.intervals import ALL, LEVELS
from tasador.appraisal.price_points import Distribution
from tasador.errors import TasadorError
from tasador.models.conformal import LEAST_ROWS, SHARED_WEIGHT, calibrate, scores


def test_the_pooled_thresholds_are_the_quantiles_with_one_game_more_above_all() -> None:
    found = np.arange(1, 100) / 100
    assert calibrate(found, ["game"] * 99).thresholds[ALL] == pytest.approx((0.5, 0.8, 0.9, 0.95))


def test_a_group_has_its_own_thresholds_from_the_stated_number_of_games_on() -> None:
    found = np.linspace(0, 1, 599)
    intervals = calibrate(found, ["a"] * 300 + ["b"] * 299)
    assert intervals.thresholds.keys() == {ALL, "a"}
    assert intervals.counts == {ALL: 599, "a": 300, "b": 299}


def test_a_harder_group_needs_more_and_all_games_together_pull_it_towards_theirs() -> None:
    easy, hard = np.linspace(0, 0.5, 1_000), np.linspace(0, 1, 1_000)
    found, groups = np.concatenate([easy, hard]), ["easy"] * 1_000 + ["hard"] * 1_000
    thresholds = calibrate(found, groups).thresholds
    for place, level in enumerate(LEVELS):
        assert np.quantile(easy, level) <= thresholds["easy"][place] < thresholds[ALL][place]
        assert thresholds[ALL][place] < thresholds["hard"][place] <= np.quantile(hard, level) + 1e-3


@pytest.mark.parametrize("n", [LEAST_ROWS, 1_000, 5_000])
def test_a_group_has_the_stated_share_of_the_say(n: int) -> None:
    # In the group every score is 0, elsewhere 1: the threshold is 1 where the others' part of the weight reaches it.
    found, groups = np.repeat([0.0, 1.0], [n, 10 * n]), ["own"] * n + ["others"] * 10 * n
    say = n / (n + SHARED_WEIGHT)
    below = say + (1 - say) / 11
    assert calibrate(found, groups).thresholds["own"] == tuple(float(below < level) for level in LEVELS)


@given(st.integers(20, 1_200), st.integers(0, 2**32), st.integers(1, 3))
def test_thresholds_rise_with_the_level_and_do_not_depend_on_the_order(n: int, seed: int, digits: int) -> None:
    draws = np.random.default_rng(seed)
    # Rounded, so that some are equal.
    found, groups, order = draws.random(n).round(digits), draws.choice(["a", "b"], n), draws.permutation(n)
    intervals = calibrate(found, groups.tolist())
    again = calibrate(found[order], groups[order].tolist())
    assert again.thresholds == intervals.thresholds
    for thresholds in intervals.thresholds.values():
        assert list(thresholds) == sorted(thresholds)


def test_too_few_games_are_refused() -> None:
    with pytest.raises(TasadorError, match="cannot be calibrated"):
        calibrate(np.zeros(19), ["game"] * 19)


def test_scores_are_those_of_the_games_own_distributions() -> None:
    one, other = Distribution((5.0, 10.0), (0.7, 0.3)), Distribution((5.0, 10.0), (0.2, 0.8))
    assert scores([one, other], np.array([5.0, 5.0])) == pytest.approx([0.7, 1.0])
