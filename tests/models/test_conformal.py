"""Calibration of intervals: quantiles of scores, by group, with the pooled ones below a stated number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.intervals import ALL, LEVELS
from tasador.appraisal.price_points import Distribution
from tasador.errors import TasadorError
from tasador.models.conformal import calibrate, scores, widest_ratio


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
    alone, shared = calibrate(found, groups, shared=0), calibrate(found, groups)
    for level in range(len(LEVELS)):
        assert shared.thresholds["easy"][level] < shared.thresholds[ALL][level] < shared.thresholds["hard"][level]
        assert alone.thresholds["easy"][level] <= shared.thresholds["easy"][level]
        assert alone.thresholds["hard"][level] >= shared.thresholds["hard"][level]


@given(st.lists(st.floats(0, 1), min_size=20, max_size=80), st.randoms(use_true_random=False))
def test_thresholds_rise_with_the_level_and_do_not_depend_on_the_order(found: list[float], draw: st.DataObject) -> None:
    groups = ["a" if number % 3 else "b" for number in range(len(found))]
    pairs = list(zip(found, groups, strict=True))
    intervals = calibrate(np.array(found), groups, least=10)
    draw.shuffle(pairs)  # type: ignore[attr-defined]
    again = calibrate(np.array([one for one, _ in pairs]), [group for _, group in pairs], least=10)
    assert again.thresholds == intervals.thresholds
    for thresholds in intervals.thresholds.values():
        assert list(thresholds) == sorted(thresholds)


def test_too_few_games_are_refused() -> None:
    with pytest.raises(TasadorError, match="cannot be calibrated"):
        calibrate(np.zeros(19), ["game"] * 19)


def test_scores_are_those_of_the_games_own_distributions() -> None:
    one, other = Distribution((5.0, 10.0), (0.7, 0.3)), Distribution((5.0, 10.0), (0.2, 0.8))
    assert scores([one, other], np.array([5.0, 5.0])) == pytest.approx([0.7, 1.0])


@given(st.lists(st.floats(1, 100), min_size=1, max_size=200))
def test_at_least_nine_of_ten_intervals_are_narrow_enough(ratios: list[float]) -> None:
    widest = widest_ratio(np.array(ratios))
    assert np.mean(np.array(ratios) <= widest) >= 0.9
