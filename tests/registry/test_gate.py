from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from tasador.registry.gate import MAX_ABSTAINED, MAX_SIZE_BYTES, MIN_TEST_ROWS, Champion, decide
from tests.registry.predictions import World, challenger


@pytest.fixture(scope="module")
def honest() -> pl.DataFrame:
    """Held-out predictions of a model with nothing wrong."""
    return World(0).held_out()


def test_an_honest_model_is_promoted_and_every_check_is_listed(honest: pl.DataFrame) -> None:
    decision = decide(challenger(honest), None)
    assert decision.promote, decision.failed
    names = [check.name for check in decision.checks]
    assert len(set(names)) == len(names)
    assert {
        "enough_test_rows_out_of_time", "answers_unseen_developers", "beats_constant_median_out_of_time",
        "beats_comparables_25_unseen_developers", "not_too_good_out_of_time", "covers_80_game", "covers_90_dlc",
        "intervals_in_order", "no_leak_found", "reads_back", "size", "latency",
    } <= set(names)  # fmt: skip
    assert all(check.says and check.expected for check in decision.checks)
    assert decision.to_dict()["promote"] is True


def test_honest_models_are_hardly_ever_held() -> None:
    held = [decide(challenger(World(seed).held_out()), None).failed for seed in range(100, 112)]
    assert sum(map(bool, held)) <= 1, held


@pytest.mark.parametrize("seed", range(10))
def test_a_model_of_shuffled_prices_is_held(seed: int) -> None:
    decision = decide(challenger(World(seed).held_out(shuffled=True)), None)
    assert not decision.promote
    assert "beats_constant_median_out_of_time" in decision.failed


def test_beating_the_constant_by_luck_is_not_enough() -> None:
    """This one errs less than the constant beyond the chance of drawing test rows, and has learned nothing."""
    decision = decide(challenger(World(1).held_out(shuffled=True)), None)
    check = next(check for check in decision.checks if check.name == "beats_constant_median_out_of_time")
    assert "difference -0.20 (-0.23 to -0.17)" in check.says
    assert not check.passed


@pytest.mark.parametrize("seed", range(5))
def test_a_model_that_saw_the_price_is_held(seed: int) -> None:
    decision = decide(challenger(World(seed).held_out(leak=0.1)), None)
    assert {"not_too_good_out_of_time", "not_too_good_unseen_developers"} <= set(decision.failed)


@pytest.mark.parametrize("seed", range(5))
def test_a_model_that_saw_the_price_dimly_is_held_beside_an_honest_champion(seed: int) -> None:
    world = World(seed)
    champion = Champion("old", world.held_out())
    decision = decide(challenger(world.held_out(leak=0.5)), champion)
    assert decision.failed == ("no_leap_over_the_champion",)


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"leaks": ("a tag is known later",)}, "no_leak_found"),
        ({"leaks": None}, "no_leak_found"),
        ({"read_back": ("game 10: 3.0 instead of 4.0",)}, "reads_back"),
        ({"read_back": None}, "reads_back"),
        ({"size_bytes": MAX_SIZE_BYTES + 1}, "size"),
        ({"latency_ms": 50.1}, "latency"),
        ({"latency_ms": None}, "latency"),
    ],
)
def test_what_is_seen_of_the_bundle_holds_it(honest: pl.DataFrame, changes: dict[str, Any], failed: str) -> None:
    assert decide(challenger(honest, **changes), None).failed == (failed,)


def test_too_few_rows_are_told(honest: pl.DataFrame) -> None:
    few = pl.concat([part.head(MIN_TEST_ROWS - 1) for part in honest.partition_by("split")])
    assert {"enough_test_rows_out_of_time", "enough_test_rows_unseen_developers"} <= set(
        decide(challenger(few), None).failed
    )


@pytest.mark.parametrize("gone", ["out_of_time", "unseen_developers"])
def test_a_version_that_was_not_measured_on_a_split_is_held_not_crashed(honest: pl.DataFrame, gone: str) -> None:
    decision = decide(challenger(honest.filter(pl.col("split") != gone)), None)
    assert f"enough_test_rows_{gone}" in decision.failed
    assert f"beats_constant_median_{gone}" in decision.failed


def test_a_baseline_that_was_not_measured_holds(honest: pl.DataFrame) -> None:
    assert set(decide(challenger(honest.drop("comparables_25")), None).failed) == {
        "beats_comparables_25_out_of_time",
        "beats_comparables_25_unseen_developers",
    }


@pytest.mark.parametrize("column", ["bagging", "hedonic"])
def test_a_fitted_baseline_must_err_more_on_average(honest: pl.DataFrame, column: str) -> None:
    nudged = honest.with_columns(
        (pl.col("price_usd") + (pl.col("predicted_usd") - pl.col("price_usd")) * 1.001).alias(column)
    )
    assert decide(challenger(nudged), None).promote
    same = honest.with_columns(pl.col("predicted_usd").alias(column))
    assert f"beats_{column}_out_of_time" in decide(challenger(same), None).failed


def test_a_plain_baseline_must_be_beaten_beyond_chance() -> None:
    rows = World(3, n=150).held_out()
    factor = pl.Series(np.random.default_rng(0).normal(1.03, 0.5, rows.height))
    level = pl.col("price_usd") + (pl.col("predicted_usd") - pl.col("price_usd")) * factor
    decision = decide(challenger(rows.with_columns(comparables_25=level)), None)
    check = next(check for check in decision.checks if check.name == "beats_comparables_25_out_of_time")
    assert "difference -" in check.says
    assert not check.passed


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf"), None])
def test_an_answer_that_is_no_price_holds(honest: pl.DataFrame, wrong: float | None) -> None:
    first = pl.int_range(pl.len()) == 0
    broken = honest.with_columns(
        predicted_usd=pl.when(first).then(pl.lit(wrong, pl.Float64)).otherwise("predicted_usd")
    )
    assert "answers_out_of_time" in decide(challenger(broken), None).failed


@pytest.mark.parametrize(("share", "promoted"), [(MAX_ABSTAINED - 0.1, True), (MAX_ABSTAINED + 0.1, False)])
def test_a_model_that_answers_only_what_is_easy_is_held(honest: pl.DataFrame, share: float, promoted: bool) -> None:
    left = pl.int_range(pl.len()).over("split") < pl.len().over("split") * share
    numbers = [name for name in honest.columns if name.startswith(("predicted", "lower", "upper"))]
    rows = honest.with_columns(
        left.alias("abstained"), *(pl.when(left).then(None).otherwise(name).alias(name) for name in numbers)
    )
    assert decide(challenger(rows), None).promote is promoted
