from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from tasador.models import splits
from tasador.models.accuracy import Accuracy, all_kinds, assess
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
    return assess(held_out, made)


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
    assert scope.candidates.keys() == {"model", "without_app_id", "suggested", "constant_median", "bagging"}


def test_near_twins_are_apart_but_on_the_split_that_flatters(found: Accuracy) -> None:
    honest, flattering = found.splits["out_of_time"], found.splits["random"]
    kinds = ("game", "dlc", "soundtrack", "software")
    for split, apart in ((honest, honest.n_near_twins), (flattering, 0)):
        counted = sum(split.scopes[kind].n for kind in kinds if kind in split.scopes)
        assert counted == split.n_test - apart
        assert split.scopes["all"].n == split.n_test
    assert honest.scopes["near_twins"].n + honest.scopes["all_without_twins"].n == honest.n_test
    assert flattering.n_near_twins > 0


def games_of(held_out: pl.DataFrame) -> pl.DataFrame:
    """The rows of the headline."""
    return held_out.filter(pl.col("split") == "out_of_time", pl.col("kind") == "game", ~pl.col("near_twin"))


def test_what_is_answered_and_what_is_withheld_make_up_the_rows(found: Accuracy, held_out: pl.DataFrame) -> None:
    for scope in found.splits["out_of_time"].scopes.values():
        assert scope.answers is not None
        assert scope.answers.n_answered + scope.answers.n_too_wide + scope.answers.n_not_judged == scope.n
    games, answers = games_of(held_out), found.splits["out_of_time"].scopes["game"].answers
    assert answers is not None
    assert 0 < answers.n_not_judged < answers.n_too_wide == games["too_wide"].sum()
    said, withheld = games.filter(~pl.col("abstained")), games.filter("abstained")
    for errors, part in ((answers.answered, said), (answers.withheld, withheld)):
        assert errors == measure(part["price_usd"].to_numpy(), part["predicted_usd"].to_numpy())


def test_intervals_are_measured_with_the_app_id_and_without(found: Accuracy, held_out: pl.DataFrame) -> None:
    games, scope = games_of(held_out), found.splits["out_of_time"].scopes["game"]
    for coverage, start in ((scope.coverage, ""), (scope.coverage_without_app_id, "without_app_id_")):
        ends = [(games[f"{start}lower_{one.level}"], games[f"{start}upper_{one.level}"]) for one in coverage]
        shares = [games["price_usd"].is_between(lower, upper).mean() for lower, upper in ends]
        assert [one.covered for one in coverage] == pytest.approx(shares)
    assert scope.coverage != scope.coverage_without_app_id


def test_the_rows_of_windows_are_one_split(found: Accuracy, made: list[splits.Split]) -> None:
    walked = [split for split in made if split.name == "walking_forward"]
    assert len(walked) == 3
    assert found.splits["walking_forward"].n_test == sum(len(window.test) for window in walked)
    assert found.splits["walking_forward"].n_train == len(walked[0].train)
    assert found.splits["walking_forward"].says == walked[0].says


def test_main_scopes_have_intervals_round_the_estimate(found: Accuracy) -> None:
    for name, split in found.splits.items():
        for scope in ("game", all_kinds(name, split.scopes)):
            candidate = split.scopes[scope].candidates["model"]
            errors = candidate.errors.to_dict()
            for measured, interval in candidate.intervals.items():
                assert interval.estimate == pytest.approx(errors[measured])
                assert interval.low <= interval.estimate <= interval.high
    assert all_kinds("out_of_time", found.splits["out_of_time"].scopes) == "all_without_twins"
    assert not found.splits["out_of_time"].scopes["all"].candidates["model"].intervals


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
        assert group.baseline_mdape.keys() == {"without_app_id", "suggested", "constant_median", "bagging"}
        mdape = group.intervals.get("mdape")
        assert mdape is None or mdape.low <= group.errors.mdape == mdape.estimate <= mdape.high


def test_price_bands_end_with_their_upper_price(held_out: pl.DataFrame, rows: pl.DataFrame) -> None:
    one = held_out.filter(pl.col("split") == "out_of_time", pl.col("kind") == "game").head(40)
    priced = one.with_columns(near_twin=False, price_usd=pl.lit(5.0))
    breakdown = assess(priced).breakdowns["price_band"]
    assert [group.keys["price_band"] for group in breakdown.groups] == ["1 to 5"]
    dear = assess(priced.with_columns(price_usd=pl.lit(100.01))).breakdowns["price_band"]
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
        "family",
        "price_usd",
        "predicted_usd",
        split=pl.lit("new"),
    )
    found = assess(bare.unique("app_id", maintain_order=True))
    split = found.splits["new"]
    assert (split.n_train, split.says) == (None, "")
    assert split.scopes["game"].candidates.keys() == {"model"}
    assert split.scopes["game"].coverage == ()
    assert found.reliability == ()
    assert split.scopes["game"].answers is None
    groups = found.breakdowns["developer"].groups
    assert 0 < sum(group.errors.n for group in groups) <= split.n_test - split.n_near_twins


def test_a_candidate_with_nulls_is_left_out(held_out: pl.DataFrame, rows: pl.DataFrame) -> None:
    some = held_out.with_columns(bagging=pl.when(pl.col("split") == "random").then("bagging"))
    found = assess(some)
    assert "bagging" in found.splits["random"].scopes["game"].candidates
    assert "bagging" not in found.splits["out_of_time"].scopes["game"].candidates


def test_the_order_of_rows_does_not_matter(held_out: pl.DataFrame, rows: pl.DataFrame, found: Accuracy) -> None:
    shuffled = assess(held_out.sample(fraction=1, shuffle=True, seed=1))
    one, two = (each.splits["out_of_time"].scopes["game"].candidates["model"].errors for each in (found, shuffled))
    assert one.to_dict() == pytest.approx(two.to_dict())


def test_probabilities_are_held_against_how_often_they_came_true(found: Accuracy, held_out: pl.DataFrame) -> None:
    games, (line,) = games_of(held_out), found.reliability
    hit = (games["suggested_usd"] - games["price_usd"]).abs() < 0.005
    assert (line.n, line.observed) == (games.height, hit.mean())
    assert line.predicted == pytest.approx(0.3)


def test_ends_of_an_interval_belong_to_it() -> None:
    (found,) = coverages(
        pl.DataFrame({"price_usd": [1.0, 4.0, 5.0, 0.5], "lower_80": [1.0] * 4, "upper_80": [4.0] * 4})
    )
    assert (found.covered, found.below, found.above, found.median_ratio) == (0.5, 0.25, 0.25, 4.0)
