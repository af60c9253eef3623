from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.monitoring.realised import Realised, realised, wilson

LEVELS = {50: 0.674, 80: 1.282, 95: 1.960}


def appraised(
    n: int, *, seed: int, spread: float = 0.5, shift: float = 0.0, families: int | None = None
) -> pl.DataFrame:
    """Make appraisals whose intervals are right for a spread of 0.5 in logarithms."""
    rng = np.random.default_rng(seed)
    predicted = np.exp(rng.normal(2, 0.7, n))
    price = predicted * np.exp(rng.normal(shift, spread, n))
    ends = {
        f"{name}_{level}": predicted * np.exp(sign * deviations * 0.5)
        for level, deviations in LEVELS.items()
        for name, sign in (("lower", -1), ("upper", 1))
    }
    kinds = ["game", "game", "dlc"] * (n // 3)
    return pl.DataFrame(
        {"kind": kinds, "model_version": "a", "price_usd": price, "predicted_usd": predicted, **ends}
    ).with_row_index("family")


def of(found: tuple[Realised, ...], measure: str, level: int | None = None) -> Realised:
    return next(one for one in found if (one.kind, one.measure, one.level) == ("all", measure, level))


def test_what_comes_as_promised_is_silent() -> None:
    promised = appraised(3_000, seed=0)
    raised = [one for seed in range(1, 41) for one in realised("new", appraised(300, seed=seed), promised) if one.alert]
    assert raised == []


def test_intervals_hold_the_promised_figure_about_as_often_as_they_say() -> None:
    promised = appraised(3_000, seed=0)
    held = 0
    for seed in range(1, 41):
        one = of(realised("new", appraised(300, seed=seed), promised), "coverage", 80)
        held += one.low <= 0.8 <= one.high
    assert held >= 33


def test_a_larger_error_is_heard() -> None:
    found = realised("new", appraised(600, seed=2, spread=0.9), appraised(3_000, seed=0))
    assert of(found, "mdape").alert
    assert "was promised" in of(found, "mdape").to_alert().says


def test_intervals_that_hold_too_little_are_heard() -> None:
    found = realised("new", appraised(600, seed=3, shift=0.6), appraised(3_000, seed=0))
    assert of(found, "coverage", 80).alert
    assert of(found, "coverage", 80).high < of(found, "coverage", 80).threshold < 0.8


def test_few_prices_are_told_and_not_judged() -> None:
    found = realised("new", appraised(60, seed=3, shift=3.0), appraised(3_000, seed=0))
    assert found
    assert not any(one.alert or one.is_enough for one in found)
    assert realised("new", appraised(60, seed=3).clear(), appraised(3_000, seed=0)) == ()


def test_kinds_are_told_apart() -> None:
    found = realised("new", appraised(300, seed=4), appraised(3_000, seed=0))
    assert {(one.kind, one.n) for one in found} == {("all", 300), ("game", 200), ("other", 100)}


def test_an_answer_is_held_against_what_its_own_version_promised() -> None:
    good, bad = appraised(3_000, seed=0), appraised(3_000, seed=5, spread=0.9).with_columns(model_version=pl.lit("b"))
    rows = pl.concat([appraised(300, seed=6), appraised(600, seed=7).with_columns(model_version=pl.lit("b"))])
    rows = rows.with_columns(family=pl.int_range(pl.len()))
    alone = [of(realised("asked", rows, one), "mdape").promised for one in (good, bad)]
    both = of(realised("asked", rows, pl.concat([good, bad])), "mdape")
    assert both.n == 900
    assert both.promised == pytest.approx(alone[0] / 3 + alone[1] * 2 / 3)
    assert of(realised("asked", rows, good), "mdape").n == 300


def test_entries_of_one_studio_make_the_interval_wider() -> None:
    held = np.repeat([True, False, True, True, True], 40)
    alone = wilson(held, np.arange(200), 0.8)
    together = wilson(held, np.arange(200) // 40, 0.8)
    assert together[0] < alone[0] < 0.8 < alone[1] < together[1]
