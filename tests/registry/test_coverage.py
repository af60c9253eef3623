from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.registry.coverage import MIN_KIND_ROWS, checks, realised
from tests.registry.predictions import NOISE, frame


def rows(n: int, *, spread: float = NOISE, seed: int = 0, kinds: tuple[str, ...] = ("game", "dlc")) -> pl.DataFrame:
    """Predictions with an error of `spread` in intervals made for `NOISE`."""
    rng = np.random.default_rng(seed)
    predicted = np.exp(rng.normal(2, 0.5, n))
    return frame(predicted * np.exp(rng.normal(0, spread, n)), predicted, kinds=kinds)


def failed(found: pl.DataFrame) -> list[str]:
    return [check.name for check in checks(found) if not check.passed]


def test_right_intervals_pass_over_many_draws() -> None:
    assert sum(bool(failed(rows(1_000, seed=seed))) for seed in range(50)) <= 1


@pytest.mark.parametrize("spread", [NOISE * 1.4, NOISE * 0.5])
def test_intervals_that_hold_too_few_or_too_many_prices_fail(spread: float) -> None:
    assert failed(rows(3_000, spread=spread)) == ["covers_80_dlc", "covers_90_dlc", "covers_80_game", "covers_90_game"]


def test_one_kind_that_is_badly_covered_is_not_hidden_by_the_other() -> None:
    good, bad = rows(3_000, kinds=("game",)), rows(400, spread=NOISE * 2, kinds=("dlc",))
    assert failed(pl.concat([good, bad])) == ["covers_80_dlc", "covers_90_dlc"]


def test_kinds_with_few_rows_are_checked_together() -> None:
    names = [check.name for check in checks(rows(2 * MIN_KIND_ROWS - 2))]
    assert names == ["intervals_in_order", "covers_80_all", "covers_90_all"]
    assert "covers_80_game" in [check.name for check in checks(rows(2 * MIN_KIND_ROWS))]


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
    found = rows(1_000)
    bounds = [name for name in found.columns if name.startswith(("lower", "upper"))]
    last = pl.int_range(pl.len()) >= 800
    some = found.with_columns(pl.when(last).then(None).otherwise(name).alias(name) for name in bounds)
    assert realised(some, 80) == realised(found.head(800), 80)
    none = found.with_columns(pl.lit(None, pl.Float64).alias(name) for name in bounds)
    assert realised(none, 80) is None
    assert failed(none) == ["intervals_in_order", "covers_80_all", "covers_90_all"]
