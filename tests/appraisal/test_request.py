from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal import fields
from tasador.appraisal.fields import RequestError
from tasador.appraisal.request import FIELDS, Request, UnknownLabel, read, read_row
from tasador.appraisal.vocabulary import Vocabulary
from tasador.contracts import games as contract
from tasador.contracts.vocabulary import KINDS
from tasador.features.game import Game, from_row
from tasador.features.labels import Labels
from tests.ingest.records import Catalogue

TODAY = date(2018, 2, 1)
VOCABULARY = Vocabulary({"genres": ["Action", "Indie", "RPG"], "specs": ["Single-player", "Co-op"]})
FULL: dict[str, Any] = {
    "name": "Some Game",
    "kind": "dlc",
    "genres": ["Action", "Indie"],
    "specs": ["Single-player"],
    "tags": ["Anything"],
    "developer": "A Studio",
    "publisher": "A Publisher",
    "release_date": "2017-11-30",
    "early_access": True,
    "base_app_id": 440,
    "app_id": 441,
    "required_age": 18,
    "platforms": ["windows", "linux"],
    "languages": ["English", "Spanish"],
}


def answered(fields: object, vocabulary: Vocabulary = VOCABULARY) -> Request:
    found = read(fields, vocabulary, today=TODAY)
    assert isinstance(found, Request), found
    return found


def refused(fields: object) -> dict[str, RequestError]:
    found = read(fields, VOCABULARY, today=TODAY)
    assert not isinstance(found, Request)
    return {error.pointer: error for error in found}


def test_all_fields_reach_the_game() -> None:
    found = answered(FULL)
    assert found.game == Game(
        name="Some Game",
        release_date=date(2017, 11, 30),
        kind="dlc",
        genres=("Action", "Indie"),
        specs=("Single-player",),
        tags=("Anything",),
        developer="A Studio",
        publisher="A Publisher",
        early_access=True,
        base_app_id=440,
        app_id=441,
        required_age=18,
        platforms=("windows", "linux"),
        languages=("English", "Spanish"),
    )
    assert found.given.used == FIELDS
    assert (found.given.defaulted, found.given.absent, found.given.unknown) == ((), (), ())


def test_what_is_assumed_and_what_is_absent_is_told() -> None:
    found = answered({"name": "Some Game", "developer": None, "publisher": "  "})
    assert found.game == Game("Some Game", TODAY)
    assert found.given.used == ("name",)
    assert found.given.defaulted == (("kind", "game"), ("release_date", TODAY), ("early_access", False))
    assert found.given.absent == tuple(field for field in FIELDS if field not in {"name", *dict(found.given.defaulted)})
    assert found.given.to_dict()["defaulted"] == {"kind": "game", "release_date": "2018-02-01", "early_access": False}


def test_fields_that_the_model_does_not_read_are_told() -> None:
    found = answered({"name": "A", "tags": ["Indie"]}, Vocabulary({}, fields=["name", "genres"]))
    assert found.given.used == ("name",)
    assert found.given.ignored == ("tags",)
    assert found.game.tags == ("Indie",)


def test_an_unknown_label_is_no_error_and_labels_get_their_spelling_once() -> None:
    found = answered({"name": "A", "genres": ["indie", "INDIE", "Indy", "rpg"]})
    assert found.game.genres == ("Indie", "Indy", "RPG")
    assert found.given.unknown == (UnknownLabel("genres", "Indy", ("Indie",)),)


def test_an_unknown_label_stays_in_the_game_and_is_told_once() -> None:
    found = answered({"name": "A", "genres": ["Indy", " Indy "]})
    assert found.game.genres == ("Indy",)
    assert found.given.used == ("name", "genres")
    assert len(found.given.unknown) == 1


def test_suggestions_end_before_a_hostile_request_does() -> None:
    found = answered({"name": "A", "genres": [f"Acton{number}" for number in range(100)]})
    assert len(found.given.unknown) == len(found.game.genres) == 100
    assert sum(bool(one.suggestions) for one in found.given.unknown) == 10


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = refused(
        {
            "kind": "gaem",
            "genres": "Action",
            "specs": [1, "Co-op", ""],
            "release_date": "2017-02-30",
            "early_access": 1,
            "app_id": 1.5,
            "develper": "A",
            "price_usd": 9.99,
        }
    )
    assert found.keys() == {
        *("/name", "/kind", "/genres", "/specs/0", "/specs/2", "/release_date", "/early_access", "/app_id"),
        *("/develper", "/price_usd"),
    }
    assert found["/kind"].do == "Did you mean game?"
    assert found["/develper"].do == "Did you mean developer?"
    assert "it is the answer" in found["/price_usd"].do
    assert str(found["/release_date"]) == (
        "/release_date: the date cannot be read; got 2017-02-30; expected a day that exists, such as 2017-11-30. "
        "Write it as year, month and day: YYYY-MM-DD."
    )
    assert found["/name"].to_dict() == {
        "pointer": "/name",
        "what": "the name is missing",
        "got": "nothing",
        "expected": "the game's name in the store",
        "do": "Give it.",
    }


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", 5, "not a text"),
        ("name", "x" * 301, "the text is too long"),
        ("name", "line\nend", "a control character, or bytes that are no UTF-8"),
        ("name", "\ud800", "a control character, or bytes that are no UTF-8"),
        ("developer", ["A"], "not a text"),
        ("kind", 3, "there is no such kind"),
        ("kind", [], "there is no such kind"),
        ("genres", {"Action": 1}, "not a list"),
        ("genres", ["x"] * 101, "too many labels"),
        ("release_date", 20171130, "the date cannot be read"),
        ("release_date", "20171130", "the date cannot be read"),
        ("release_date", "30/11/2017", "the date cannot be read"),
        ("release_date", "1066-10-14", "no release date of a PC game"),
        ("release_date", date(2050, 1, 1), "no release date of a PC game"),
        ("early_access", "true", "neither true nor false"),
        ("app_id", True, "not such a number"),
        ("app_id", 0, "not such a number"),
        ("app_id", 2**32, "not such a number"),
        ("app_id", math.inf, "not such a number"),
        ("required_age", -1, "not such a number"),
    ],
)
def test_a_value_that_a_field_cannot_have(field: str, value: Any, what: str) -> None:
    found = refused({"name": "A", field: value})
    assert [(pointer, error.what) for pointer, error in found.items()] == [(f"/{field}", what)]


def test_a_label_that_is_none_is_pointed_at() -> None:
    found = refused({"name": "A", "tags": ["Indie", "x" * 101, "a\tb", None]})
    assert found.keys() == {"/tags/1", "/tags/2", "/tags/3"}


def test_a_field_with_a_slash_in_its_name_is_pointed_at_by_rfc_6901() -> None:
    assert "/a~1b~0c" in refused({"name": "A", "a/b~c": 1})


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_request_that_is_no_object(value: object) -> None:
    assert [error.what for error in refused(value).values()] == ["not an object"]


def test_a_row_of_texts_says_the_same_as_the_object() -> None:
    row = {
        **FULL,
        "genres": "Action; indie;;",
        "specs": '["Single-player"]',
        "tags": " Anything ",
        "early_access": "Yes",
        "base_app_id": "440",
        "app_id": "441.0",
        "required_age": "18",
        "platforms": "windows;linux",
        "languages": '["English", "Spanish"]',
        "price_usd": "9.99",
        "my own column": "kept",
    }
    found = read_row(row, VOCABULARY, today=TODAY)
    assert isinstance(found, Request)
    assert found.game == answered(FULL).game
    assert found.game.price_usd is None


def test_a_row_with_types_says_the_same_as_the_object() -> None:
    row = {**FULL, "release_date": datetime(2017, 11, 30, 12, tzinfo=UTC), "app_id": 441.0, "required_age": 18.0}
    found = read_row(row, VOCABULARY, today=TODAY)
    assert isinstance(found, Request)
    assert found.game == answered(FULL).game


def test_empty_cells_and_nan_are_absent() -> None:
    row: dict[str, Any] = dict.fromkeys(FIELDS, "") | {"name": "A", "app_id": math.nan, "genres": " ; "}
    found = read_row(row, VOCABULARY, today=TODAY)
    assert isinstance(found, Request)
    assert found.game == Game("A", TODAY)


@pytest.mark.parametrize(
    ("field", "value"),
    [("early_access", "maybe"), ("app_id", "many"), ("app_id", "1.5"), ("genres", "[1"), ("genres", "[" * 5000)],
)
def test_a_cell_that_cannot_be_read(field: str, value: str) -> None:
    found = read_row({"name": "A", field: value}, VOCABULARY, today=TODAY)
    assert isinstance(found, tuple)
    assert [error.pointer for error in found] == [f"/{field}"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*FIELDS, "price_usd", "other"])


@given(st.dictionaries(NAMES, JSON))
def test_any_json_is_answered_or_refused_and_left_as_it_was(fields: dict[str, Any]) -> None:
    before = repr(fields)
    for found in (read(fields, VOCABULARY, today=TODAY), read_row(fields, VOCABULARY, today=TODAY)):
        if isinstance(found, Request):
            told = {*found.given.used, *found.given.ignored, *found.given.absent, *dict(found.given.defaulted)}
            assert told == set(FIELDS)
            assert found.game.kind in KINDS
        else:
            assert found
            assert all(error.pointer.startswith("/") for error in found)
    assert repr(fields) == before


@given(st.dictionaries(NAMES, JSON))
def test_what_is_read_is_read_the_same_again(fields: dict[str, Any]) -> None:
    found = read(fields, VOCABULARY, today=TODAY)
    if isinstance(found, Request):
        values = {field: getattr(found.game, field) for field in FIELDS}
        again = answered({field: list(value) if isinstance(value, tuple) else value for field, value in values.items()})
        assert again.game == found.game


def test_the_years_are_the_catalogues() -> None:
    assert (fields.FIRST_YEAR, fields.LAST_YEAR) == (contract.FIRST_YEAR, contract.LAST_YEAR)


@pytest.mark.real_data
def test_every_game_of_the_real_catalogue_is_a_request_for_the_game_that_is_learned_from(
    real_catalogue: Catalogue,
) -> None:
    rows = list(real_catalogue.parts.games.iter_rows(named=True))
    games = [from_row(row) for row in rows]
    labels = Labels.fit(games)
    vocabulary = Vocabulary({"genres": labels.genres, "specs": labels.specs})
    unknown = 0
    for row, game in zip(rows, games, strict=True):
        found = read_row(row, vocabulary, today=TODAY)
        assert isinstance(found, Request), found
        known: dict[str, Any] = {field: getattr(game, field) for field in FIELDS}
        assert found.game == Game(**known)
        unknown += len(found.given.unknown)
    assert unknown
