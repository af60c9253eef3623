"""The tripwires over a candidate's own evaluation: silent on an honest one, and they see what is put in their way."""

from __future__ import annotations

import dataclasses
from array import array

import numpy as np
import polars as pl
import pytest

from tasador.audit.training import leaks
from tasador.features.definition import Feature
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.inputs import Inputs
from tasador.models.evaluate import Evaluation, evaluate
from tasador.models.population import priced_rows
from tasador.models.splits import Split
from tasador.models.trials import Protocol
from tests.models.light import TINY


@pytest.fixture(scope="module")
def evaluation(games: pl.DataFrame) -> Evaluation:
    return evaluate(priced_rows(games), TINY)


class Leaking(Inputs):
    """Inputs with one more, made from the row's own price."""

    __slots__ = ()

    def row(self, game: Game, history: History, *, days_behind: int = 0) -> array[float]:
        own_price = np.log1p(game.price_usd or 0.0) * 3 + 1
        return Inputs.row(self, game, history, days_behind=days_behind) + array("d", [own_price])


def with_input(evaluation: Evaluation, feature: Feature) -> Evaluation:
    """Give the candidate's boosters inputs with one more."""
    heads = object.__new__(type(evaluation.heads))
    heads.__dict__.update(evaluation.heads.__dict__)
    found = Leaking(evaluation.heads.inputs.variant, evaluation.heads.inputs.labels)
    object.__setattr__(found, "definitions", (*found.definitions, feature))
    heads.inputs = found
    return dataclasses.replace(evaluation, heads=heads)


def test_an_honest_candidate_trips_nothing(evaluation: Evaluation) -> None:
    assert [finding.to_dict() for finding in leaks(evaluation, "launch")] == []


def test_an_input_from_the_price_is_found(evaluation: Evaluation) -> None:
    leaking = with_input(evaluation, Feature("inflated", "float32", "", ("name",), "launch", "title"))
    assert [(one.check, one.subject) for one in leaks(leaking, "launch")] == [("input_from_the_price", "inflated")]


def test_an_input_that_is_known_later_is_found_in_the_launch_variant_alone(evaluation: Evaluation) -> None:
    later = with_input(evaluation, Feature("reviews", "float32", "", ("user_reviews",), "later", "reception"))
    found = {(one.check, one.subject) for one in leaks(later, "launch")}
    assert ("input_known_later", "reviews") in found
    assert "input_known_later" not in {one.check for one in leaks(later, "full")}


def parted(evaluation: Evaluation, split: Split, train: np.ndarray, test: np.ndarray) -> Evaluation:
    """Part the rows of a split in another way."""
    other = Split(split.name, split.says, train, test, np.zeros(len(test), np.bool_))

    def swapped(splits: tuple[Split, ...]) -> tuple[Split, ...]:
        return tuple(other if one is split else one for one in splits)

    old = evaluation.protocol
    new = Protocol(swapped(tuple(old.origins)), swapped(tuple(old.months)), swapped(tuple(old.others)))
    return dataclasses.replace(evaluation, protocol=new)


def test_rows_on_the_wrong_side_are_found(evaluation: Evaluation) -> None:
    headline, grouped = evaluation.protocol.origins[-1], evaluation.protocol.others[0]
    newest = headline.test[-20:]
    mixed = parted(evaluation, headline, np.concatenate([headline.train, newest]), headline.test)
    found = {one.check for one in leaks(mixed, "launch")}
    assert {"same_game_on_both_sides", "training_row_after_the_origin"} <= found
    drawn = np.random.default_rng(0).permutation(len(evaluation.rows))
    random = parted(evaluation, grouped, drawn[200:], drawn[:200])
    assert "group_on_both_sides" in {one.check for one in leaks(random, "launch")}
