from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from tasador.models import splits
from tasador.models.accuracy import Accuracy, assess
from tasador.models.accuracy_groups import reliability
from tasador.models.coverage import coverages
from tasador.models.metrics import measure
from tasador.models.population import training_rows
from tests.models.held_out import predictions


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> pl.DataFrame:
    return training_rows(games)


def windows(rows: pl.DataFrame) -> list[splits.Split]:
    """Walk through the newest period in three windows: it has too few rows for months."""
    period = splits.out_of_time(rows)
    order = period.test[np.argsort(rows["release_date"].to_numpy()[period.test], kind="stable")]
    found: list[splits.Split] = []
    for part in np.array_split(order, 3):
        earlier = np.concatenate([period.train, *(window.test for window in found)])
        found.append(splits.Split("walking_forward", "By month.", earlier, part, np.isin(part, order[::9])))
    return found


@pytest.fixture(scope="module")
def made(rows: pl.DataFrame) -> list[splits.Split]:
    return [
        splits.random(rows),
        *splits.rolling_origins(rows),
        *windows(rows),
        splits.unseen_developers(rows),
    ]


@pytest.fixture(scope="module")
def held_out(rows: pl.DataFrame, made: list[splits.Split]) -> pl.DataFrame:
    return predictions(rows, made)


@pytest.fixture(scope="module")
def found(held_out: pl.DataFrame, rows: pl.DataFrame, made: list[splits.Split]) -> Accuracy:
    return assess(held_out, rows, made)


def test_the_headline_comes_first_and_what_flatters_last(found: Accuracy) -> None:
    assert list(found.splits) == ["out_of_time", "walking_forward", "unseen_developers", "random"]


def test_it_is_json(found: Accuracy) -> None:
    read = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert read == found.to_dict()


def test_figures_are_those_of_the_scopes_rows(found: Accuracy, held_out: pl.DataFrame) -> None:
    games = held_out.filter(pl.col("split") == "out_of_time", pl.col("kind") == "game", ~pl.col("near_twin"))
    scope = found.splits["out_of_time"].scopes["game"]
    assert scope.n == games.height
    for name, column in (("model", "predicted_usd"), ("bagging", "bagging"), ("suggested", "suggested_usd")):
        assert scope.candidates[name].errors == measure(games["price_usd"].to_numpy(), games[column].to_numpy())
    assert scope.candidates.keys() == {"model", "suggested", "constant_median", "bagging"}


def test_near_twins_are_apart_but_on_the_split_that_flatters(found: Accuracy) -> None:
    honest, flattering = found.splits["out_of_time"], found.splits["random"]
    kinds = ("game", "dlc", "soundtrack", "software")
    for split, apart in ((honest, honest.n_near_twins), (flattering, 0)):
        counted = sum(split.scopes[kind].n for kind in kinds if kind in split.scopes)
        assert counted == split.n_test - apart
        assert split.scopes["all"].n == split.n_test
    assert honest.scopes["near_twins"].n + honest.scopes["all_without_twins"].n == honest.n_test
    assert flattering.n_near_twins > 0


def test_answered_and_abstained_make_up_the_games(found: Accuracy) -> None:
    scopes = found.splits["out_of_time"].scopes
    assert scopes["game_answered"].n + scopes["game_abstained"].n == scopes["game"].n


def test_the_rows_of_windows_are_one_split(found: Accuracy, made: list[splits.Split]) -> None:
    walked = [split for split in made if split.name == "walking_forward"]
    assert len(walked) == 3
    assert found.splits["walking_forward"].n_test == sum(len(window.test) for window in walked)
    assert found.splits["walking_forward"].n_train == len(walked[0].train)
    assert found.splits["walking_forward"].says == walked[0].says


def test_main_scopes_have_intervals_round_the_estimate(found: Accuracy) -> None:
    for split in found.splits.values():
        for scope in ("game", "all"):
            candidate = split.scopes[scope].candidates["model"]
            errors = candidate.errors.to_dict()
            for name, interval in candidate.intervals.items():
                assert interval.estimate == pytest.approx(errors[name])
                assert interval.low <= interval.estimate <= interval.high
    assert not found.splits["out_of_time"].scopes["all_without_twins"].candidates["model"].intervals


def test_right_intervals_hold_what_they_promise(found: Accuracy) -> None:
    for coverage in found.splits["random"].scopes["all"].coverage:
        share = coverage.level / 100
        reach = 4 * np.sqrt(share * (1 - share) / coverage.n)
        assert abs(coverage.covered - share) < reach
        assert coverage.covered + coverage.below + coverage.above == pytest.approx(1)


@pytest.mark.parametrize("name", ["price_band", "year", "developer", "crossed"])
def test_groups_are_of_one_kind_and_with_the_small_ones_make_up_all(
    found: Accuracy, held_out: pl.DataFrame, name: str
) -> None:
    breakdown = found.breakdowns[name]
    rows = held_out.filter(pl.col("split") == "out_of_time", ~pl.col("near_twin")).height
    assert (
        sum(group.errors.n for group in breakdown.groups) + (breakdown.small.errors.n if breakdown.small else 0) == rows
    )
    for group in breakdown.groups:
        assert group.errors.n >= 30
        assert "kind" in group.keys
        assert group.baseline_mdape.keys() == {"suggested", "constant_median", "bagging"}


def test_price_bands_end_with_their_upper_price(held_out: pl.DataFrame, rows: pl.DataFrame) -> None:
    one = held_out.filter(pl.col("split") == "out_of_time", pl.col("kind") == "game").head(40)
    priced = one.with_columns(near_twin=False, price_usd=pl.lit(5.0))
    breakdown = assess(priced, rows).breakdowns["price_band"]
    assert [group.keys["price_band"] for group in breakdown.groups] == ["1 to 5"]
    dear = assess(priced.with_columns(price_usd=pl.lit(100.01)), rows).breakdowns["price_band"]
    assert [group.keys["price_band"] for group in dear.groups] == ["above 100"]


def test_rows_from_elsewhere_have_no_training_rows_and_may_lack_parts(
    held_out: pl.DataFrame, rows: pl.DataFrame
) -> None:
    bare = held_out.select(
        "app_id",
        "kind",
        "release_year",
        "developer_known",
        "near_twin",
        "price_usd",
        "predicted_usd",
        split=pl.lit("new"),
    )
    found = assess(bare.unique("app_id", maintain_order=True), rows)
    split = found.splits["new"]
    assert (split.n_train, split.says) == (None, "")
    assert split.scopes["game"].candidates.keys() == {"model"}
    assert split.scopes["game"].coverage == ()
    assert found.reliability == ()
    assert found.breakdowns["price_band"].groups == ()


def test_a_candidate_with_nulls_is_left_out(held_out: pl.DataFrame, rows: pl.DataFrame) -> None:
    some = held_out.with_columns(bagging=pl.when(pl.col("split") == "random").then("bagging"))
    found = assess(some, rows)
    assert "bagging" in found.splits["random"].scopes["game"].candidates
    assert "bagging" not in found.splits["out_of_time"].scopes["game"].candidates


def test_the_order_of_rows_does_not_matter(held_out: pl.DataFrame, rows: pl.DataFrame, found: Accuracy) -> None:
    shuffled = assess(held_out.sample(fraction=1, shuffle=True, seed=1), rows)
    one, two = (each.splits["out_of_time"].scopes["game"].candidates["model"].errors for each in (found, shuffled))
    assert one.to_dict() == pytest.approx(two.to_dict())


def test_probabilities_are_held_against_how_often_they_came_true() -> None:
    lines = reliability(
        pl.DataFrame(
            {
                "price_usd": [4.99, 4.99, 9.99, 9.99],
                "suggested_usd": [4.99, 9.99, 9.99, 9.99],
                "p_suggested": [0.15, 0.19, 0.85, 0.9],
            }
        )
    )
    assert [(line.n, line.hit) for line in lines] == [(2, 0.5), (2, 1.0)]
    assert [line.probability for line in lines] == pytest.approx([0.17, 0.875])


def test_ends_of_an_interval_belong_to_it() -> None:
    (found,) = coverages(
        pl.DataFrame({"price_usd": [1.0, 4.0, 5.0, 0.5], "lower_80": [1.0] * 4, "upper_80": [4.0] * 4})
    )
    assert (found.covered, found.below, found.above, found.median_ratio) == (0.5, 0.25, 0.25, 4.0)
