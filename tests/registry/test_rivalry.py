from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.registry.gate import Champion, decide
from tasador.registry.held_out import errors_usd
from tasador.registry.rivalry import MARGINS, MIN_PAIRS, compare, pair
from tests.registry.predictions import World, challenger, frame

NAME = "not_worse_than_the_champion"


def predictions(error: float, n: int = 2_000, seed: int = 1, first: int = 0) -> pl.DataFrame:
    prices = np.exp(np.random.default_rng(0).normal(2, 0.8, n))
    noise = np.random.default_rng(seed).normal(0, error, n)
    return frame(prices, prices * np.exp(noise), app_ids=range(first, first + n))


def verdicts(new: pl.DataFrame, old: pl.DataFrame) -> dict[str, tuple[bool, str]]:
    found = compare(new, Champion("old", old))
    return {
        check.name.removeprefix(f"{NAME}_"): (check.passed, check.says)
        for check in found.checks
        if check.name.startswith(NAME)
    }


def test_the_same_predictions_are_no_worse_of_games_nor_of_other_kinds() -> None:
    found = verdicts(predictions(0.5), predictions(0.5))
    assert list(found) == ["game", "other"]
    for n, (passed, says) in zip(("1,334", "666"), found.values(), strict=True):
        assert passed
        assert f"difference +0.00 (+0.00 to +0.00) over {n} rows" in says
        assert says.endswith("no worse")


def test_a_better_model_is_told_to_be_better_beyond_chance() -> None:
    for passed, says in verdicts(predictions(0.4), predictions(0.6, seed=2)).values():
        assert passed
        assert says.endswith("better beyond chance")


def test_a_worse_model_is_held() -> None:
    for passed, says in verdicts(predictions(0.7), predictions(0.5, seed=2)).values():
        assert not passed
        assert says.endswith("worse beyond chance")


@pytest.mark.parametrize(("worse", "better"), [("game", "other"), ("other", "game")])
def test_what_is_worse_of_one_kind_is_not_made_up_for_by_another(worse: str, better: str) -> None:
    old = predictions(0.5)
    factor = pl.when((pl.col("kind") == "game") == (worse == "game")).then(1.2).otherwise(0.3)
    new = old.with_columns(predicted_usd=pl.col("price_usd") + (pl.col("predicted_usd") - pl.col("price_usd")) * factor)
    found = verdicts(new, old)
    assert (found[worse][0], found[better][0]) == (False, True)
    assert errors_usd(new).mean() < errors_usd(old).mean()


def test_near_twins_do_not_make_a_worse_model_better() -> None:
    old = predictions(0.5).with_columns(near_twin=pl.col("app_id") % 2 == 0)
    factor = pl.when("near_twin").then(0.1).otherwise(1.2)
    new = old.with_columns(predicted_usd=pl.col("price_usd") + (pl.col("predicted_usd") - pl.col("price_usd")) * factor)
    assert not any(passed for passed, _ in verdicts(new, old).values())


def test_few_rows_of_a_kind_are_compared_with_all() -> None:
    assert list(verdicts(predictions(0.5, n=600), predictions(0.5, n=600))) == ["game", "all"]


def test_a_model_that_cannot_be_told_to_be_no_worse_is_held() -> None:
    found = verdicts(predictions(0.5, n=150), predictions(0.5, n=150, seed=5))
    assert list(found) == ["all"]
    assert not found["all"][0]
    assert "not shown to be no worse" in found["all"][1]


@pytest.mark.parametrize("kind", ["game", "other"])
def test_an_error_within_the_margin_passes(kind: str) -> None:
    old = predictions(0.5)
    for factor, passes in ((1 + MARGINS[kind] / 2, True), (1 + MARGINS[kind] * 3, False)):
        wider = pl.col("price_usd") + (pl.col("predicted_usd") - pl.col("price_usd")) * factor
        assert verdicts(old.with_columns(predicted_usd=wider), old)[kind][0] is passes


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
    assert not any(check.name.startswith(NAME) for check in decision.checks)


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
