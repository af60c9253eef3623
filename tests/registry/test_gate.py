from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from tasador.registry.gate import MAX_ABSTAINED, MAX_SIZE_BYTES, MIN_TEST_ROWS, Champion, decide
from tasador.registry.held_out import errors_usd, rmsle
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
        "beats_comparables_25_unseen_developers", "not_too_good_out_of_time",
        "covers_game_out_of_time", "covers_dlc_out_of_time",
        "intervals_in_order", "asked_as_a_request_asks", "no_leak_found", "reads_back", "size", "latency",
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
    assert "game: mean error 7.82 USD, that of the constant 8.02: difference -0.20 (-0.24 to -0.16)" in check.says
    assert not check.passed


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("leak", [0.1, 0.3])
def test_a_model_that_saw_the_price_is_held(seed: int, leak: float) -> None:
    """There is no champion to hold it against. The larger noise leaves half of an honest model's error."""
    world = World(seed)
    honest, leaking = (world.held_out(leak=noise) for noise in (None, leak))
    assert rmsle(leaking) < 0.55 * rmsle(honest)
    assert decide(challenger(leaking), None).failed == ("not_too_good_out_of_time", "not_too_good_unseen_developers")


def leaked_to_the_linear_model(rows: pl.DataFrame) -> pl.DataFrame:
    """Let the linear model err a little more than the model, as one that has seen the same."""
    return rows.with_columns(hedonic=pl.col("price_usd") * (pl.col("predicted_usd") / pl.col("price_usd")) ** 1.05)


def test_a_leak_that_the_linear_model_has_too_is_held() -> None:
    both = leaked_to_the_linear_model(World(0).held_out(leak=0.1))
    assert set(decide(challenger(both), None).failed) == {"not_too_good_out_of_time", "not_too_good_unseen_developers"}


def test_without_a_linear_model_nothing_tells_what_is_too_good(honest: pl.DataFrame) -> None:
    failed = decide(challenger(honest.drop("hedonic")), None).failed
    assert failed == ("not_too_good_out_of_time", "not_too_good_unseen_developers")


def test_near_twins_do_not_make_a_model_good(honest: pl.DataFrame) -> None:
    """Every other row is one: of them it knows the price, of the others less than the constant."""
    twin = pl.col("app_id") % 2 == 0
    flattered = honest.with_columns(
        near_twin=twin, predicted_usd=pl.when(twin).then("price_usd").otherwise(pl.col("constant_median") * 1.2)
    )
    assert errors_usd(flattered).mean() < 0.9 * errors_usd(flattered, "constant_median").mean()
    decision = decide(challenger(flattered), None)
    assert {"beats_constant_median_out_of_time", "beats_constant_median_unseen_developers"} <= set(decision.failed)
    check = next(check for check in decision.checks if check.name == "enough_test_rows_out_of_time")
    assert check.says == "600 test rows"


def test_a_model_that_is_bad_at_games_does_not_pass_for_its_other_kinds(honest: pl.DataFrame) -> None:
    bad = honest.with_columns(
        predicted_usd=pl.when(pl.col("kind") == "game").then("constant_median").otherwise("predicted_usd")
    )
    assert errors_usd(bad).mean() < 0.95 * errors_usd(bad, "constant_median").mean()
    assert "beats_constant_median_out_of_time" in decide(challenger(bad), None).failed


@pytest.mark.parametrize("seed", range(5))
def test_a_model_that_saw_the_price_dimly_is_held_beside_an_honest_champion(seed: int) -> None:
    world = World(seed)
    champion = Champion("old", world.held_out())
    both = leaked_to_the_linear_model(world.held_out(leak=0.5))
    assert decide(challenger(both), None).promote
    assert decide(challenger(both), champion).failed == ("no_leap_over_the_champion",)


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"leaks": ("a tag is known later",)}, "no_leak_found"),
        ({"leaks": None}, "no_leak_found"),
        ({"later": ("tags: Indie",)}, "asked_as_a_request_asks"),
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


@pytest.mark.parametrize("kind", ["game", "other"])
@pytest.mark.parametrize(("more", "promoted"), [(-0.1, True), (0.1, False)])
def test_a_model_that_answers_only_what_is_easy_is_held(
    honest: pl.DataFrame, kind: str, more: float, promoted: bool
) -> None:
    of_kind = (pl.col("kind") == "game") == (kind == "game")
    place = pl.int_range(pl.len()).over("split", "kind") / pl.len().over("split", "kind")
    left = of_kind & (place < MAX_ABSTAINED[kind] + more)
    numbers = [name for name in honest.columns if name.startswith(("predicted", "lower", "upper"))]
    rows = honest.with_columns(
        left.alias("abstained"), *(pl.when(left).then(None).otherwise(name).alias(name) for name in numbers)
    )
    assert decide(challenger(rows), None).promote is promoted
