from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tasador.errors import TasadorError
from tasador.features.game import Game, from_row
from tasador.models.population import priced_rows
from tasador.models.price_folds import PriceFolds
from tasador.models.splits import Split
from tests.models.light import TINY


@pytest.fixture(scope="module")
def entries(games: pl.DataFrame) -> list[Game]:
    rows = priced_rows(games)[:500].sort("release_date")
    return [from_row(row) for row in rows.iter_rows(named=True)]


def origin(start: int, end: int) -> Split:
    return Split("origin", "", np.arange(start), np.arange(start, end), np.zeros(end - start, np.bool_))


SPLITS = (origin(300, 350), origin(350, 420))


def scores(entries: list[Game]) -> list[float]:
    folds = PriceFolds(entries, SPLITS, TINY)
    return [folds({"num_leaves": 5}, number) for number in range(len(folds))]


def test_rows_after_a_split_are_in_no_fold(entries: list[Game]) -> None:
    newest = [
        dataclasses.replace(game, price_usd=(game.price_usd or 0) * 9 + 1, developer="Other") if at >= 420 else game
        for at, game in enumerate(entries)
    ]
    found = scores(entries)
    assert len(found) == 2
    assert found == scores(newest)
    assert found[1] != scores([dataclasses.replace(game, price_usd=3.0) for game in entries])[1]


def test_parameters_make_a_difference_and_the_same_give_the_same(entries: list[Game]) -> None:
    folds = PriceFolds(entries, SPLITS, TINY)
    few, many = (folds({"num_iterations": n, "learning_rate": 0.3}, 0) for n in (1, 40))
    assert many < few
    assert folds({"num_iterations": 1, "learning_rate": 0.3}, 0) == few


def test_without_a_split_there_is_nothing_to_search_on(entries: list[Game]) -> None:
    with pytest.raises(TasadorError, match="too few games to search parameters"):
        PriceFolds(entries, (), TINY)


def test_a_fold_knows_no_price_of_its_test_period(entries: list[Game]) -> None:
    paid = [dataclasses.replace(game, developer="One", publisher="One") for game in entries if game.price_usd][:302]
    between, asked = 300, 301
    paid[between] = dataclasses.replace(paid[between], release_date=paid[asked].release_date - timedelta(days=1))
    dear = [dataclasses.replace(game, price_usd=199.0) if at == between else game for at, game in enumerate(paid)]

    def score(games: list[Game], n_train: int) -> float:
        split = Split("origin", "", np.arange(n_train), np.array([asked]), np.zeros(1, np.bool_))
        return PriceFolds(games, (split,), TINY)({"num_iterations": 40, "feature_fraction": 1.0}, 0)

    assert score(paid, between) == score(dear, between)
    assert score(paid, asked) != score(dear, asked)
