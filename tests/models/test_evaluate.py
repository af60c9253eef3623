from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest

from tasador.features import classic
from tasador.features.game import from_row
from tasador.models import accuracy_scopes, bagging, splits
from tasador.models.bagging import BaggingParameters
from tasador.models.classic_prices import price_table
from tasador.models.evaluate import Evaluation, evaluate
from tasador.models.learning import learn
from tasador.models.outcome import score
from tasador.models.population import priced_rows, training_rows
from tasador.registry import bundle, held_out
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.ingest.records import games as make_games
from tests.ingest.records import line
from tests.models.light import LIGHT, TINY

SPLITS = ["out_of_time", "unseen_developers", "random"]


@pytest.fixture(scope="module")
def evaluation(games: pl.DataFrame) -> Evaluation:
    """A light candidate's, with one worker."""
    return evaluate(priced_rows(games), LIGHT, workers=1)


def test_training_rows_have_a_listed_price_above_zero_and_genres() -> None:
    some = make_games(
        line(id="1"),
        line(id="2", price="Free"),
        line(id="3", genres=None),
        line(id="4", price=0.0),
        line(id="5", price=None),
    )
    assert training_rows(some)["app_id"].to_list() == [1]
    assert priced_rows(some)["app_id"].to_list() == [1, 2, 4]


def test_any_number_of_workers_and_any_run_give_the_same_figures(
    evaluation: Evaluation, ran: tuple[Workspace, Ran]
) -> None:
    there = ran[1].trained.metrics
    assert json.dumps(evaluation.metrics) == json.dumps(
        {name: there[name] for name in ("accuracy", "price_points", "free")}
    )
    stored = bundles.load(ran[0], ran[1].trained.version).files[bundle.HELD_OUT]
    assert pl.read_parquet(stored).equals(evaluation.held_out)


def test_the_model_beats_the_constant_on_every_split(evaluation: Evaluation) -> None:
    found = evaluation.metrics["accuracy"]["splits"]
    assert list(found) == SPLITS
    for name, split in found.items():
        candidates = split["scopes"]["all"]["candidates"]
        assert candidates["model"]["errors"]["mae_usd"] < candidates["constant_median"]["errors"]["mae_usd"], name
        assert {one["errors"]["n"] for one in candidates.values()} == {split["n_test"]}


def test_held_out_rows_are_the_paid_test_rows_of_their_splits(evaluation: Evaluation) -> None:
    for split in evaluation.protocol.all:
        tested = evaluation.rows[split.test].filter(pl.col("price_usd") > 0)
        told = evaluation.held_out.filter(pl.col("split") == split.name)
        assert told["app_id"].to_list() == tested["app_id"].to_list(), split.name
        assert told["price_usd"].to_list() == tested["price_usd"].to_list()


def test_held_out_predictions_are_what_the_gate_reads_and_all_are_prices(evaluation: Evaluation) -> None:
    frame = evaluation.held_out
    for name in SPLITS:
        assert held_out.of_split(frame, name).height > 100
    assert set(accuracy_scopes.CANDIDATES.values()) <= set(frame.columns)
    amounts = frame.select("predicted_usd", "suggested_usd", pl.selectors.starts_with("lower_", "upper_"))
    assert amounts.select(pl.all().is_finite().all() & (pl.all() > 0).all()).row(0) == (True,) * amounts.width
    for inner, outer in ((50, 80), (80, 90), (90, 95)):
        assert (frame[f"lower_{outer}"] <= frame[f"lower_{inner}"]).all()
        assert (frame[f"upper_{inner}"] <= frame[f"upper_{outer}"]).all()


def test_figures_come_out_again_from_the_held_out_predictions(evaluation: Evaluation) -> None:
    frame = evaluation.held_out.filter(pl.col("split") == "out_of_time")
    games_alone = frame.filter(pl.col("kind") == "game", ~pl.col("near_twin"))
    for scope, rows in (("all", frame), ("game", games_alone)):
        figures = evaluation.metrics["accuracy"]["splits"]["out_of_time"]["scopes"][scope]
        assert figures["n"] == rows.height
        for name, column in accuracy_scopes.CANDIDATES.items():
            off = rows[column] - rows["price_usd"]
            errors = figures["candidates"][name]["errors"]
            assert errors["mae_usd"] == pytest.approx(float(off.abs().mean()))  # type: ignore[arg-type]
            assert errors["rmse_usd"] == pytest.approx(float((off**2).mean()) ** 0.5)  # type: ignore[arg-type]
        inside = rows["price_usd"].is_between(rows["lower_80"], rows["upper_80"]).mean()
        assert figures["coverage"]["80"]["covered"] == pytest.approx(inside)


def test_the_random_split_is_the_course_projects_and_its_bagging_is_beside(evaluation: Evaluation) -> None:
    paid = training_rows(evaluation.rows)
    split = splits.random(paid)
    frame = evaluation.held_out.filter(pl.col("split") == "random")
    assert frame["app_id"].to_list() == paid["app_id"][split.test].to_list()
    labels = classic.genre_labels(paid)
    inputs, prices = classic.build(paid, labels).to_numpy(), paid["price_usd"].to_numpy()
    model = bagging.fit(BaggingParameters(), inputs[split.train], prices[split.train])
    assert np.allclose(frame["bagging"].to_numpy(), model.predict(inputs[split.test]), rtol=1e-12)


def test_free_games_are_told_from_paid_ones_on_rows_that_were_held_out(evaluation: Evaluation) -> None:
    for name in ("out_of_time", "unseen_developers"):
        figures = evaluation.metrics["free"][name]
        split = next(split for split in evaluation.protocol.all if split.name == name)
        is_free = evaluation.rows["price_usd"][split.test] == 0
        assert (figures["n"], figures["share_free"]) == (len(split.test), is_free.mean())
        assert 0 < figures["brier"] < 0.25
        assert sum(one["n"] for one in figures["reliability"]) == figures["n"]


def test_every_price_point_of_every_game_is_held_against_the_price(evaluation: Evaluation) -> None:
    rows = evaluation.held_out.filter(pl.col("kind") == "game", ~pl.col("near_twin"))
    for name in ("out_of_time", "unseen_developers"):
        figures, games = evaluation.metrics["price_points"][name], rows.filter(pl.col("split") == name)
        bins = figures["reliability"]
        assert sum(one["n"] for one in bins) == figures["n"]
        assert figures["n"] % games.height == 0
        # the probabilities of a game add up to 1
        assert sum(one["n"] * one["predicted"] for one in bins) == pytest.approx(games.height)
        assert bins[0]["predicted"] < 0.01 <= bins[1]["predicted"] < bins[-1]["predicted"]
    bins = evaluation.metrics["price_points"]["out_of_time"]["reliability"]
    prices = rows.filter(pl.col("split") == "out_of_time")["price_usd"].to_list()
    at_points = sum(any(abs(price - point) < 0.005 for point in evaluation.headline.points_usd) for price in prices)
    assert sum(one["n"] * one["observed"] for one in bins) == pytest.approx(at_points)


def test_the_model_is_asked_without_the_app_id_too(evaluation: Evaluation) -> None:
    frame = evaluation.held_out.filter(pl.col("split").is_in(["out_of_time", "unseen_developers"]))
    assert not frame["without_app_id"].equals(frame["predicted_usd"].alias("without_app_id"))
    scope = evaluation.metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["all"]
    rows = frame.filter(pl.col("split") == "out_of_time")
    inside = rows["price_usd"].is_between(rows["without_app_id_lower_80"], rows["without_app_id_upper_80"])
    assert scope["coverage_without_app_id"]["80"]["covered"] == pytest.approx(inside.mean())
    assert evaluation.metrics["accuracy"]["splits"]["random"]["scopes"]["all"]["coverage_without_app_id"] == {}


def test_a_fit_is_blind_to_the_prices_of_the_rows_it_is_tried_on(games: pl.DataFrame) -> None:
    rows = priced_rows(games)
    split = splits.unseen_developers(rows)
    dear = rows.with_columns(price_usd=pl.col("price_usd") * 7 + 1)
    train, test, others = (
        [from_row(row) for row in some.iter_rows(named=True)]
        for some in (rows[split.train], rows[split.test], dear[split.test])
    )
    assert [game.price_usd for game in test] != [game.price_usd for game in others]
    files = learn(train, TINY)
    # as text, since no unknown input equals another
    assert repr(score(files, train, test).scored) == repr(score(files, train, others).scored)


def test_group_errors_are_over_held_out_rows_only() -> None:
    lines = [line(id=str(i), genres=["Action"] if i % 2 else ["Action", "RPG"], price=i / 1.0) for i in range(1, 41)]
    lines += [line(id="99", genres=["Indie"], early_access=True, price=7.0)]
    some = training_rows(make_games(*lines))
    prices = some["price_usd"].to_numpy()
    predicted = np.linspace(5.0, 25.0, some.height)
    numbers = [0, 3, 5]
    held = pl.DataFrame(
        {"app_id": some["app_id"][numbers], "price_usd": prices[numbers], "predicted_usd": predicted[numbers] + 1}
    )
    groups = {(group.genre, group.early_access): group for group in price_table(some, predicted.tolist(), held)}
    assert groups.keys() == {("action", False), ("indie", True), ("rpg", False)}
    action = groups["action", False]
    assert (action.n_catalogue, action.n_held_out) == (40, 3)
    assert action.mean_predicted_usd == pytest.approx(predicted[:40].mean())
    assert action.rmse_usd == pytest.approx(np.sqrt(np.square(predicted + 1 - prices)[numbers].mean()))
    assert (groups["rpg", False].n_catalogue, groups["rpg", False].n_held_out) == (20, 2)
    assert (groups["indie", True].n_held_out, groups["indie", True].rmse_usd) == (0, None)


def test_metrics_are_what_json_can_hold(evaluation: Evaluation) -> None:
    def same(value: Any) -> Any:
        return json.loads(json.dumps(value, allow_nan=False))

    assert same(evaluation.metrics) == evaluation.metrics
