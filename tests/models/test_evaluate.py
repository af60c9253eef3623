from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.features import classic
from tasador.models import card
from tasador.models.bagging import BaggingParameters, fit
from tasador.models.evaluate import Evaluation, evaluate, price_table, training_rows
from tests.ingest.records import games as make_games
from tests.ingest.records import line


@pytest.fixture(scope="module")
def evaluation(games: pl.DataFrame) -> Evaluation:
    """The model on the synthetic catalogue."""
    return evaluate(training_rows(games), BaggingParameters())


def test_training_rows_have_a_listed_price_above_zero_and_genres() -> None:
    some = make_games(
        line(id="1"),
        line(id="2", price="Free"),
        line(id="3", genres=None),
        line(id="4", price=0.0),
        line(id="5", price=None),
    )
    assert training_rows(some)["app_id"].to_list() == [1]


def test_the_model_beats_the_constant_on_every_split(evaluation: Evaluation) -> None:
    assert [split.name for split in evaluation.splits] == ["out_of_time", "unseen_developers", "random"]
    for split in evaluation.splits:
        assert split.errors["bagging"].rmse_usd < split.errors["constant_mean"].rmse_usd, split.name
        assert {errors.n for errors in split.errors.values()} == {split.n_test}


def test_group_errors_are_over_held_out_rows_only() -> None:
    lines = [line(id=str(i), genres=["Action"] if i % 2 else ["Action", "RPG"], price=i / 1.0) for i in range(1, 41)]
    lines += [line(id="99", genres=["Indie"], early_access=True, price=7.0)]
    some = training_rows(make_games(*lines))
    labels = classic.genre_labels(some)
    inputs, prices = classic.build(some, labels).to_numpy(), some["price_usd"].to_numpy()
    model = fit(BaggingParameters(), inputs, prices)
    held_out = np.array([0, 3, 5])
    groups = {(group.genre, group.early_access): group for group in price_table(some, labels, model, held_out)}
    assert groups.keys() == {("action", False), ("indie", True), ("rpg", False)}
    action = groups["action", False]
    assert (action.n_catalogue, action.n_held_out) == (40, 3)
    predicted = model.predict(inputs)
    assert action.mean_predicted_usd == pytest.approx(predicted[:40].mean())
    assert action.rmse_usd == pytest.approx(np.sqrt(np.square(predicted - prices)[held_out].mean()))
    assert (groups["rpg", False].n_catalogue, groups["rpg", False].n_held_out) == (20, 2)
    assert (groups["indie", True].n_held_out, groups["indie", True].rmse_usd) == (0, None)


def test_the_card_shows_the_measured_figures(evaluation: Evaluation) -> None:
    metrics = {"splits": [split.to_dict() for split in evaluation.splits], "search": [{}] * 81}
    facts = {"snapshot": "abc", "n_rows": 1234, "parameters": BaggingParameters().to_dict()}
    text = card.render("bagging-1", facts, metrics)
    for split in evaluation.splits:
        assert f"{split.errors['bagging'].rmse_usd:.2f}" in text
        assert f"{split.n_test:,} to test" in text
    assert "1,234 rows" in text
    assert "best of 81 combinations" in text
