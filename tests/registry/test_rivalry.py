from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.registry.gate import Champion, decide
from tasador.registry.rivalry import MARGIN, MIN_PAIRS, compare, pair
from tests.registry.predictions import World, challenger, frame

NAME = "not_worse_than_the_champion"


def predictions(error: float, n: int = 2_000, seed: int = 1, first: int = 0) -> pl.DataFrame:
    prices = np.exp(np.random.default_rng(0).normal(2, 0.8, n))
    noise = np.random.default_rng(seed).normal(0, error, n)
    return frame(prices, prices * np.exp(noise), app_ids=range(first, first + n))


def verdict(new: pl.DataFrame, old: pl.DataFrame) -> tuple[bool, str]:
    found = compare(new, Champion("old", old))
    check = next(check for check in found.checks if check.name == NAME)
    return check.passed, check.says


def test_the_same_predictions_are_no_worse() -> None:
    passed, says = verdict(predictions(0.5), predictions(0.5))
    assert passed
    assert "difference +0.00 (+0.00 to +0.00) over 2,000 rows" in says
    assert says.endswith("no worse")


def test_a_better_model_is_told_to_be_better_beyond_chance() -> None:
    passed, says = verdict(predictions(0.4), predictions(0.6, seed=2))
    assert passed
    assert says.endswith("better beyond chance")


def test_a_worse_model_is_held() -> None:
    passed, says = verdict(predictions(0.6), predictions(0.5, seed=2))
    assert not passed
    assert says.endswith("worse beyond chance")


def test_a_model_that_cannot_be_told_to_be_no_worse_is_held() -> None:
    passed, says = verdict(predictions(0.5, n=150), predictions(0.5, n=150, seed=5))
    assert not passed
    assert "not shown to be no worse" in says


def test_an_error_within_the_margin_passes() -> None:
    old = predictions(0.5)
    for factor, passes in ((1 + MARGIN / 2, True), (1 + MARGIN * 3, False)):
        wider = pl.col("price_usd") + (pl.col("predicted_usd") - pl.col("price_usd")) * factor
        assert verdict(old.with_columns(predicted_usd=wider), old)[0] is passes


def test_only_games_at_the_same_price_are_paired() -> None:
    old = predictions(0.5)
    repriced = old.with_columns(price_usd=pl.when(pl.col("app_id") < 500).then(0.99).otherwise("price_usd"))
    pairs = pair(old, Champion("old", repriced))
    assert pairs["app_id"].min() == 500
    assert pairs.height == 1_500


def test_another_catalogue_is_not_compared_and_a_note_says_so() -> None:
    world = World(0)
    other = Champion("old", world.held_out().with_columns(pl.col("app_id") + 1_000_000))
    decision = decide(challenger(world.held_out()), other)
    assert decision.promote
    assert decision.champion == "old"
    assert "Not compared with the champion old: 0 rows" in decision.notes[0]
    assert NAME not in [check.name for check in decision.checks]


def test_the_same_games_at_other_prices_are_held() -> None:
    old = predictions(0.5)
    found = compare(old, Champion("old", old.with_columns(pl.col("price_usd") * 2)))
    assert [check.passed for check in found.checks] == [False]
    assert "2,000 games" in found.checks[0].says


def test_games_newer_than_the_champion_are_paired_by_its_answers() -> None:
    new = predictions(0.5)
    answers = new.select("app_id", predicted_usd=pl.col("price_usd") * 3)
    passed = compare(new, Champion("old", None, answers)).checks[0]
    assert passed.passed
    held = compare(
        new.with_columns(predicted_usd=pl.col("price_usd") * 3),
        Champion("old", None, new.select("app_id", predicted_usd=pl.col("price_usd") * 1.5)),
    )
    assert not held.checks[0].passed


def test_a_champion_without_held_out_predictions_is_not_compared() -> None:
    found = compare(predictions(0.5), Champion("old", None))
    assert found.checks == ()
    assert f"{MIN_PAIRS} are needed" in found.notes[0]


def test_a_good_model_is_not_held_for_a_poor_champion() -> None:
    """From 20 to 12 is a large gain, and no more than an honest model has over the constant."""
    world = World(0)
    decision = decide(challenger(world.held_out()), Champion("old", world.held_out(shuffled=True)))
    assert decision.promote, decision.failed


@pytest.mark.parametrize("column", ["predicted_usd", "champion_usd"])
def test_rows_without_a_prediction_are_not_paired(column: str) -> None:
    rows = predictions(0.5)
    gaps = rows.with_columns(predicted_usd=pl.when(pl.col("app_id") < 10).then(None).otherwise("predicted_usd"))
    new, old = (gaps, rows) if column == "predicted_usd" else (rows, gaps)
    assert pair(new, Champion("old", old)).height == 1_990
