"""A model version that answers: all that it says of a game fits together."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.appraiser import SHOWN_LEVELS, Appraiser
from tasador.appraisal.heads import INPUTS, Heads
from tasador.appraisal.request import Given, Request, RequestRefusedError
from tasador.errors import BundleError
from tasador.features.game import Game, from_row
from tasador.models.population import priced_rows

NOTHING = Given(used=(), defaulted=(), absent=(), ignored=(), unknown=())
TODAY = date(2017, 5, 1)


@pytest.fixture(scope="module")
def appraiser(files: Mapping[str, bytes]) -> Appraiser:
    return Appraiser(files, version="v", snapshot="s")


@pytest.fixture(scope="module")
def entries(games: pl.DataFrame) -> list[Game]:
    """Catalogue entries of all kinds and days, and one of a developer nobody knows."""
    rows = priced_rows(games).sort("release_date", "app_id")
    known = [from_row(row) for row in rows[:: rows.height // 400].iter_rows(named=True)]
    return [*known, Game("A New Game", date(2018, 1, 1)), Game("?", date(1999, 1, 1), developer="Nobody")]


@pytest.fixture(scope="module")
def answers(appraiser: Appraiser, entries: list[Game]) -> list[Appraisal]:
    return [appraiser.answer(Request(game, NOTHING)) for game in entries]


def test_a_game_is_scored_alone_as_among_others(appraiser: Appraiser, entries: list[Game]) -> None:
    heads = appraiser.heads
    together = heads.score(entries)
    # as text, since no unknown input equals another
    assert [repr(heads.score([game])[0]) for game in entries] == list(map(repr, together))
    assert list(map(repr, heads.score(entries[::-1]))) == list(map(repr, together[::-1]))
    assert {one.developer_known for one in together} == {True, False}
    assert heads.score([]) == []


def test_a_table_is_answered_as_single_requests_are_but_for_the_factors(
    appraiser: Appraiser, entries: list[Game], answers: list[Appraisal]
) -> None:
    for one, other in zip(answers, appraiser.appraise_many([Request(game, NOTHING) for game in entries]), strict=True):
        single, many = one.to_dict(), other.to_dict()
        assert many.pop("base") is None
        assert many.pop("contributions") == []
        del single["base"], single["contributions"]
        assert single == many


def test_without_comparables_only_the_second_opinion_is_missing(
    appraiser: Appraiser, entries: list[Game], answers: list[Appraisal]
) -> None:
    requests = [Request(game, NOTHING) for game in entries[::20]]
    lean = list(appraiser.appraise_many(requests, explained=True, compared=False))
    for whole, other in zip(answers[::20], lean, strict=True):
        assert other.second_opinion_usd is None
        assert other == replace(whole, comparables=(), second_opinion_usd=None, confidence=other.confidence)


def test_the_base_times_the_factors_is_the_estimate_to_the_cent(answers: list[Appraisal]) -> None:
    for one in answers:
        if one.abstained:
            continue
        assert one.base_usd is not None
        assert one.estimate_usd is not None
        product = math.prod((Fraction(part.factor) for part in one.contributions), start=Fraction(one.base_usd))
        assert round(float(product), 2) == one.estimate_usd
        assert len({part.group for part in one.contributions}) == len(one.contributions) > 5


def test_intervals_are_nested_hold_the_estimate_and_stay_on_the_ladder(
    appraiser: Appraiser, answers: list[Appraisal]
) -> None:
    lowest = appraiser.calibration.points.prices_usd[0]
    answered = [one for one in answers if not one.abstained]
    assert len(answered) > len(answers) / 2
    for one in answered:
        assert one.estimate_usd is not None
        assert tuple(interval.level for interval in one.intervals) == SHOWN_LEVELS
        lowers, uppers = zip(*((interval.lower_usd, interval.upper_usd) for interval in one.intervals), strict=True)
        assert list(lowers) == sorted(lowers, reverse=True)
        assert list(uppers) == sorted(uppers)
        assert lowest <= lowers[0] <= one.estimate_usd <= uppers[0]


def test_price_points_are_on_the_ladder_and_the_suggested_one_is_the_most_probable(
    appraiser: Appraiser, answers: list[Appraisal]
) -> None:
    for one in answers:
        assert 0 < one.p_free < 1
        if one.suggested is None:
            assert one.abstained
            continue
        chances = [point.probability for point in one.price_points]
        assert {point.price_usd for point in one.price_points} <= set(appraiser.calibration.points.prices_usd)
        assert one.suggested.probability == pytest.approx(max(chances))
        assert sum(chances) <= 1 + 1e-9


def test_an_abstention_has_its_reason_and_no_price(answers: list[Appraisal]) -> None:
    silent = [one for one in answers if one.abstained]
    assert silent
    for one in silent:
        assert one.abstention
        told = one.to_dict()
        assert [told[name] for name in ("estimate", "suggested", "confidence", "base")] == [None] * 4
        assert one.is_wide is ([reason.code for reason in one.abstention] == ["wide_interval"])
        assert bool(told["intervals"]) is bool(told["price_points"]) is one.is_wide


def test_comparables_were_released_before_the_day_of_the_answer(answers: list[Appraisal]) -> None:
    assert any(one.comparables for one in answers)
    for one in answers:
        assert all(alike.release_date < one.as_of for alike in one.comparables)


def test_the_games_own_price_is_no_input(appraiser: Appraiser, entries: list[Game]) -> None:
    other = [replace(game, price_usd=123.45) for game in entries]
    assert appraiser.estimates(other) == appraiser.estimates(entries)


def test_a_request_is_read_from_fields_and_all_that_is_wrong_is_told(appraiser: Appraiser) -> None:
    found = appraiser.appraise(name="A Quiet Farm", genres=["indie", "Simulation"], today=TODAY)
    assert found.game.genres == ("Indie", "Simulation")
    assert found.as_of == TODAY
    assert (found.model_version, found.snapshot) == ("v", "s")
    assert found.contributions or found.abstained
    with pytest.raises(RequestRefusedError) as raised:
        appraiser.appraise(genre=["Indie"], kind="game")
    assert [error.pointer for error in raised.value.errors] == ["/genre", "/name"]


def test_boosters_of_other_inputs_are_refused(files: Mapping[str, bytes]) -> None:
    inputs = json.loads(files[INPUTS])
    inputs["labels"]["genres"] = inputs["labels"]["genres"][:-1]
    with pytest.raises(BundleError):
        Heads({**files, INPUTS: json.dumps(inputs).encode()})


def test_the_vocabulary_is_what_the_inputs_read(appraiser: Appraiser) -> None:
    assert appraiser.vocabulary.knows("genres")
    assert appraiser.vocabulary.fields is not None
    assert {"name", "genres", "release_date", "developer"} <= set(appraiser.vocabulary.fields)
    assert not {"price_usd", "tags", "sentiment"} & set(appraiser.vocabulary.fields)
