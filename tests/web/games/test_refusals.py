"""What cannot be asked of the catalogue is told, all of it at once."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasador.features.title import studios
from tasador.storage.catalogue import SORTS, Catalogue, make
from tasador.web.game_schema import GameList
from tests.web.games.serving import PATH, Row, Served, Serving, refused


def test_unknown_labels_are_told_all_at_once_with_the_nearest(client: TestClient) -> None:
    found = refused(
        client, PATH, 422, "invalid-query", genre=["Acton", "Indie"], spec="singleplayr", tag="Pixl Graphics"
    )
    told = {error["parameter"]: error for error in found["errors"]}
    assert set(told) == {"genre", "spec", "tag"}
    assert told["genre"]["got"] == "Acton"
    assert told["genre"]["do"] == "Did you mean Action?"
    assert told["spec"]["suggestions"][0] == "Single-player"
    assert told["tag"]["suggestions"][0] == "Pixel Graphics"


def test_an_unknown_developer_is_told_with_the_nearest(client: TestClient, rows: list[Row]) -> None:
    names = (studio for game in rows for studio in studios(game["developer"]))
    name = next(name for name in names if len(name) > 9 and name.isascii() and name.replace(" ", "").isalpha())
    found = refused(client, PATH, 422, "invalid-query", developer=f"{name[:4]}{name[5:]}")
    assert name in found["errors"][0]["suggestions"]
    refused(client, PATH, 422, "invalid-query", developer="Inc.")


@pytest.mark.parametrize(
    "params",
    [
        {"price_min": "10", "price_max": "9.99"},
        {"year_min": "2017", "year_max": "2016"},
        {"sort": "relevance"},
        {"q": "…!"},
    ],
)
def test_what_no_game_can_be_is_refused(client: TestClient, params: dict[str, str]) -> None:
    assert len(refused(client, PATH, 422, "invalid-query", **params)["errors"]) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gener", "Action"), ("q", ""), ("q", "x" * 101), ("genre", ""), ("genre", "x" * 101), ("kind", "gme"),
        ("sort", "app_id; DROP TABLE games"), ("sort", ""), ("limit", "0"), ("limit", "101"), ("limit", "x"),
        ("price_min", "-1"), ("price_min", "1.999"), ("price_min", "NaN"), ("price_min", "1e9"), ("price_max", "١"),
        ("year_min", "0"), ("year_max", "10000"), ("free", "1"), ("early_access", ""), ("count", "maybe"),
        ("cursor", ""), ("developer", ""),
    ],
)  # fmt: skip
def test_what_is_no_such_value_is_422(client: TestClient, name: str, value: str) -> None:
    (error,) = refused(client, PATH, 422, "invalid-request", **{name: value})["errors"]
    assert (error["parameter"], error["in"]) == (name, "query")
    assert error["got"] == value[:200]
    assert error["detail"].endswith(".")
    assert "Input" not in str(error), "these are words of a library"
    assert error["do"].endswith((".", "?"))


@pytest.mark.parametrize(
    ("params", "expected", "do"),
    [
        ({"kind": "gme"}, "one of game, dlc", "Did you mean game?"),
        ({"gener": "Action"}, "one of q, kind, genre", "Did you mean genre?"),
        ({"limit": "101"}, "100 or less", "Mend it, or leave it out."),
        ({"limit": "many"}, "a whole number", "Mend it, or leave it out."),
        ({"price_min": "9,99"}, "an amount of 0 or more with at most two decimals", "Mend it, or leave it out."),
        ({"price_min": "-5"}, "an amount of 0 or more with at most two decimals", "Mend it, or leave it out."),
        ({"free": "1"}, "true or false", "Mend it, or leave it out."),
        ({"q": "x" * 101}, "a text of at most 100 characters", "Shorten it."),
        ({"tag": ["Action"] * 11}, "at most 10 of them", "Leave some of them out."),
        ({"limit": ["5", "6"]}, "one value", "Leave all but one out."),
    ],
)
def test_it_is_told_what_was_expected_and_what_to_do(
    client: TestClient, params: dict[str, Any], expected: str, do: str
) -> None:
    (error,) = refused(client, PATH, 422, "invalid-request", **params)["errors"]
    assert error["expected"].startswith(expected)
    assert error["do"] == do


def test_labels_have_a_bound(client: TestClient) -> None:
    assert client.get(PATH, params={"tag": ["Action"] * 10}).status_code == 200
    assert client.get(PATH, params={"tag": ["Action"] * 11}).status_code == 422


def test_a_search_that_takes_too_long_is_503(served: Served, rows: list[Row]) -> None:
    slow = Catalogue(make(rows[:10], studios), query_seconds=0.01)
    with TestClient(Serving(Served(slow, served.appraiser, "s")), raise_server_exceptions=False) as client:
        path = f"{PATH}/{rows[0]['app_id']}"
        with slow._reader.turn():
            for asked in (PATH, path, f"{path}/appraisal"):
                refused(client, asked, 503, "service-unavailable")
                assert client.get(asked).headers["retry-after"] == "1"
        assert client.get(path).status_code == 200


params = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text(max_size=110),
        "kind": st.sampled_from(["game", "dlc", "x"]),
        "genre": st.lists(st.sampled_from(["Action", "indie", "Acton"]) | st.text(max_size=5), max_size=3),
        "tag": st.lists(st.text(max_size=105), max_size=3),
        "developer": st.text(max_size=30),
        "year_min": st.integers(-1, 10_001) | st.text(max_size=4),
        "price_max": st.decimals(allow_nan=True).map(str) | st.text("0123456789.", max_size=9),
        "free": st.sampled_from(["true", "False", "no"]),
        "sort": st.sampled_from([*SORTS, "relevance", "size"]),
        "limit": st.integers(-1, 200),
        "count": st.booleans().map(str),
        "cursor": st.text(max_size=25),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=params)
def test_whatever_is_asked_is_answered_or_refused(client: TestClient, asked: dict[str, Any]) -> None:
    answer = client.get(PATH, params=asked)
    assert answer.status_code in {200, 410, 422}
    if answer.status_code == 200:
        GameList.model_validate_json(answer.content, strict=True)
    else:
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_wrong_is_told_up_to_twenty(client: TestClient) -> None:
    unknown = client.get(PATH, params={f"x{number}": "1" for number in range(100)}).json()
    assert (len(unknown["errors"]), unknown["n_errors"]) == (20, 100)
    labels = {name: [f"none {number}" for number in range(10)] for name in ("genre", "spec", "tag")}
    found = refused(client, PATH, 422, "invalid-query", **labels)
    assert (len(found["errors"]), found["n_errors"]) == (20, 30)
