from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.registry.coverage import checks
from tasador.registry.held_out import MIN_KIND_ROWS
from tests.registry.predictions import LEVELS, NOISE, frame


def rows(n: int, *, spread: float = NOISE, seed: int = 0, kinds: tuple[str, ...] = ("game", "dlc")) -> pl.DataFrame:
    """Predictions with an error of `spread` in intervals made for `NOISE`."""
    rng = np.random.default_rng(seed)
    predicted = np.exp(rng.normal(2, 0.5, n))
    return frame(predicted * np.exp(rng.normal(0, spread, n)), predicted, kinds=kinds)


def failed(found: pl.DataFrame) -> list[str]:
    return [check.name for check in checks(found) if not check.passed]


def test_right_intervals_pass_over_many_draws() -> None:
    assert sum(bool(failed(rows(1_000, seed=seed))) for seed in range(50)) <= 1


@pytest.mark.parametrize("spread", [NOISE * 1.4, NOISE * 0.4])
def test_intervals_that_hold_too_few_or_too_many_prices_fail(spread: float) -> None:
    assert failed(rows(3_000, spread=spread)) == ["covers_dlc_out_of_time", "covers_game_out_of_time"]


@pytest.mark.parametrize(("level", "narrower"), [(50, 0.6), (80, 0.8), (90, 0.85), (95, 0.85)])
def test_one_level_that_is_not_covered_fails(level: int, narrower: float) -> None:
    bounds = [f"{bound}_{level}" for bound in ("lower", "upper")]
    estimate = pl.col("predicted_usd")
    narrow = {name: estimate * (pl.col(name) / estimate) ** narrower for name in bounds}
    found = rows(3_000, kinds=("game",)).with_columns(**narrow)
    (check,) = [check for check in checks(found) if check.name.startswith("covers")]
    assert not check.passed
    assert all(f"in {one} %" in check.says and f"in {one} %" in check.expected for one in LEVELS)


def test_one_kind_that_is_badly_covered_is_not_hidden_by_the_other() -> None:
    good, bad = rows(3_000, kinds=("game",)), rows(400, spread=NOISE * 2, kinds=("dlc",))
    assert failed(pl.concat([good, bad])) == ["covers_dlc_out_of_time"]


def test_walking_forward_less_is_tolerated_than_of_a_version_that_is_frozen() -> None:
    """At 80 % this covers 77 %, between the two bounds."""
    frozen = rows(20_000, spread=NOISE * 1.07, kinds=("game",))
    walked = frozen.with_columns(split=pl.lit("walking_forward"))
    assert failed(frozen) == []
    assert failed(pl.concat([frozen, walked])) == ["covers_game_walking_forward"]


def test_near_twins_do_not_count() -> None:
    easy = rows(3_000, spread=0.01, kinds=("game",)).with_columns(near_twin=pl.lit(value=True))
    assert failed(pl.concat([rows(3_000, kinds=("game",)), easy])) == []


def test_kinds_with_few_rows_are_checked_together() -> None:
    names = [check.name for check in checks(rows(2 * MIN_KIND_ROWS - 2))]
    assert names == ["intervals_in_order", "covers_all_out_of_time"]
    assert "covers_game_out_of_time" in [check.name for check in checks(rows(2 * MIN_KIND_ROWS))]


@pytest.mark.parametrize(
    "broken",
    [
        {"lower_80": pl.col("upper_95") * 2},
        {"upper_50": pl.col("upper_80") + 1},
        {"lower_95": pl.lit(0.0)},
        {"upper_95": pl.lit(float("inf"))},
    ],
)
def test_bounds_out_of_order_fail(broken: dict[str, pl.Expr]) -> None:
    assert "intervals_in_order" in failed(rows(400).with_columns(**broken))


def test_rows_without_an_interval_do_not_count() -> None:
    found = rows(1_000, kinds=("game",))
    bounds = [name for name in found.columns if name.startswith(("lower", "upper"))]
    last = pl.int_range(pl.len()) >= 800
    some = found.with_columns(pl.when(last).then(None).otherwise(name).alias(name) for name in bounds)
    assert checks(some) == checks(found.head(800))
    none = found.with_columns(pl.lit(None, pl.Float64).alias(name) for name in bounds)
    assert failed(none) == ["intervals_in_order", "covers_all_out_of_time"]
