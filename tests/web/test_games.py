"""`/v1/games`: the catalogue's games are found, looked up and appraised, and the description is right."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from starlette.types import Receive, Scope, Send

from tasador.appraisal.appraiser import Appraiser
from tasador.features.title import studios
from tasador.storage import bundles
from tasador.storage.catalogue import SORTS, Catalogue, make
from tasador.storage.workspace import Workspace
from tasador.web import problems
from tasador.web.game_schema import GameAppraised, GameList, GameRecord
from tasador.web.games import create_router
from tasador.workflows.run import Ran

PATH = "/v1/games"

Row = dict[str, Any]


@dataclass
class Served:
    games: Catalogue
    appraiser: Appraiser
    snapshot: str


class Serving:
    """Says what is served, as the server's front does."""

    def __init__(self, served: Served) -> None:
        self.api = FastAPI()
        problems.install(self.api)
        self.api.include_router(create_router())
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["served"] = self._served
        await self.api(scope, receive, send)


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> list[Row]:
    return games.to_dicts()


@pytest.fixture(scope="module")
def served(ran: tuple[Workspace, Ran], rows: list[Row]) -> Served:
    found = bundles.load(ran[0], ran[1].trained.version)
    snapshot = found.manifest["snapshot"]
    return Served(
        Catalogue(make(rows, studios)), Appraiser(found.files, version=found.version, snapshot=snapshot), snapshot
    )


@pytest.fixture(scope="module")
def serving(served: Served) -> Serving:
    return Serving(served)


@pytest.fixture(scope="module")
def client(serving: Serving) -> Iterator[TestClient]:
    with TestClient(serving, raise_server_exceptions=False) as found:
        yield found


def search(client: TestClient, **params: Any) -> dict[str, Any]:
    answer = client.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    GameList.model_validate_json(answer.content, strict=True)
    found: dict[str, Any] = answer.json()
    assert ("link" in answer.headers) == (found["next_cursor"] is not None)
    return found


def refused(client: TestClient, path: str, status: int, problem: str, /, **params: Any) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"urn:tasador:problem:{problem}"
    assert found["instance"] == path
    return found


# looking up


def test_every_record_is_as_described(served: Served, rows: list[Row]) -> None:
    for game in rows:
        record = served.games.record(game["app_id"])
        assert record is not None
        assert GameRecord.model_validate_json(record, strict=True).app_id == game["app_id"]


def test_a_game_is_looked_up_by_its_app_id(client: TestClient, served: Served, rows: list[Row]) -> None:
    answer = client.get(f"{PATH}/{rows[0]['app_id']}")
    assert answer.status_code == 200
    assert answer.content == served.games.record(rows[0]["app_id"])


@pytest.mark.parametrize("after", ["", "/appraisal"])
def test_a_game_that_is_not_there_is_404(client: TestClient, after: str) -> None:
    found = refused(client, f"{PATH}/3{after}", 404, "unknown-game")
    assert "no entry of the number 3" in found["detail"]


@pytest.mark.parametrize("after", ["", "/appraisal"])
@pytest.mark.parametrize("app_id", ["0", "-1", "x", "1.5", str(2**32), str(2**63), str(2**64), "9" * 5_000, "%00"])
def test_what_is_no_app_id_is_422(client: TestClient, app_id: str, after: str) -> None:
    answer = client.get(f"{PATH}/{app_id}{after}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "path.app_id"


# searching


def test_without_a_question_the_newest_come_first(client: TestClient, rows: list[Row]) -> None:
    found = search(client, count="true")
    assert len(found["items"]) == 20
    assert found["n_total"] == len(rows)
    assert found["items"][0]["release_date"] == max(game["release_date"] for game in rows).isoformat()
    assert search(client)["n_total"] is None


def test_a_name_is_searched_whatever_its_case_and_the_most_alike_comes_first(
    client: TestClient, rows: list[Row]
) -> None:
    name = max((game["name"] for game in rows if game["name"].isascii()), key=len)
    assert search(client, q=name.swapcase())["items"][0]["name"] == name
    typed = f"{name[:5]}{name[6:]}"
    assert name in [game["name"] for game in search(client, q=typed)["items"]]


def test_all_filters_must_hold(client: TestClient, rows: list[Row]) -> None:
    found = search(
        client,
        kind="game",
        genre=["action", "INDIE"],
        spec="single player",
        year_min=2015,
        year_max=2016,
        price_min="4.99",
        price_max="9.99",
        free="false",
        early_access="false",
        sort="-price",
        limit=100,
        count="true",
    )
    expected = [
        game["app_id"]
        for game in rows
        if game["kind"] == "game"
        and {"Action", "Indie"} <= set(game["genres"] or ())
        and "Single-player" in (game["specs"] or ())
        and 2015 <= game["release_year"] <= 2016
        and game["price_usd"] is not None
        and 4.99 <= game["price_usd"] <= 9.99
        and not game["early_access"]
    ]
    assert expected
    assert sorted(game["app_id"] for game in found["items"]) == sorted(expected)
    assert found["n_total"] == len(expected)


def test_games_are_found_by_developer(client: TestClient, rows: list[Row]) -> None:
    name = next(game["developer"] for game in rows if game["developer"] and "," not in game["developer"])
    found = search(client, developer=name.upper(), count="true")
    assert found["n_total"] >= 1
    assert all(name in game["developer"] for game in found["items"])


@pytest.mark.parametrize(
    ("params", "limit"), [({}, 100), ({"sort": "price", "kind": "dlc"}, 7), ({"q": "the", "sort": "name"}, 9)]
)
def test_the_link_header_leads_through_all_games_once(
    client: TestClient, params: dict[str, str], limit: int, rows: list[Row]
) -> None:
    n_total = search(client, **params, count="true")["n_total"]
    walked: list[int] = []
    url = f"{PATH}?{'&'.join(f'{name}={value}' for name, value in params.items())}&limit={limit}"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        walked += [game["app_id"] for game in answer.json()["items"]]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        url = link[1] if link else ""
    assert len(walked) == n_total == len(set(walked))
    if not params:
        assert sorted(walked) == sorted(game["app_id"] for game in rows)


def test_the_link_repeats_what_was_asked(client: TestClient) -> None:
    asked = f"{PATH}?genre=Action&genre=Indie&q={quote('the é')}&limit=1&sort=name"
    assert client.get(asked).status_code == 200
    link = client.get(f"{PATH}?genre=Action&genre=Indie&limit=1&sort=name").headers["link"]
    assert link.startswith(f"<{PATH}?genre=Action&genre=Indie&limit=1&sort=name&cursor=")
    again = client.get(link[1 : link.index(">")]).headers["link"]
    assert again.count("cursor=") == 1


def test_the_next_page_may_be_longer(client: TestClient) -> None:
    first = search(client, limit=2)
    both = search(client, limit=7)
    rest = search(client, limit=5, count="true", cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == both["items"]


# cursors


@pytest.mark.parametrize("changed", [{"sort": "name"}, {"genre": "Action"}, {"q": "the"}, {"free": "true"}])
def test_a_cursor_of_another_query_is_422(client: TestClient, changed: dict[str, str]) -> None:
    cursor = search(client)["next_cursor"]
    refused(client, PATH, 422, "cursor-of-another-query", cursor=cursor, **changed)


def test_a_cursor_of_another_snapshot_is_410(client: TestClient, served: Served) -> None:
    cursor = search(client)["next_cursor"]
    later = Serving(Served(served.games, served.appraiser, "another"))
    with TestClient(later, raise_server_exceptions=False) as other:
        found = refused(other, PATH, 410, "cursor-expired", cursor=cursor)
    assert "Begin anew" in found["detail"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=st.binary(min_size=16, max_size=16))
def test_what_only_looks_like_a_cursor_is_410(client: TestClient, came: bytes) -> None:
    refused(client, PATH, 410, "cursor-expired", cursor=base64.urlsafe_b64encode(came).rstrip(b"=").decode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=st.text(max_size=30) | st.text("AZaz09-_=", min_size=20, max_size=24))
def test_any_other_cursor_is_refused(client: TestClient, came: str) -> None:
    assert client.get(PATH, params={"cursor": came}).status_code in {410, 422}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**32 - 1))
def test_a_cursor_to_any_place_is_answered(client: TestClient, place: int) -> None:
    cursor = base64.urlsafe_b64decode(search(client)["next_cursor"] + "==")
    forged = base64.urlsafe_b64encode(cursor[:12] + place.to_bytes(4, "big")).rstrip(b"=").decode()
    search(client, cursor=forged)


# refusals


def test_unknown_labels_are_told_all_at_once_with_the_nearest(client: TestClient) -> None:
    found = refused(
        client, PATH, 422, "invalid-query", genre=["Acton", "Indie"], spec="singleplayr", tag="Pixl Graphics"
    )
    told = {error["parameter"]: error for error in found["errors"]}
    assert set(told) == {"query.genre", "query.spec", "query.tag"}
    assert told["query.genre"]["got"] == "Acton"
    assert told["query.genre"]["suggestions"][0] == "Action"
    assert told["query.spec"]["suggestions"][0] == "Single-player"
    assert told["query.tag"]["suggestions"][0] == "Pixel Graphics"


def test_an_unknown_developer_is_told_with_the_nearest(client: TestClient, rows: list[Row]) -> None:
    names = (studio for game in rows for studio in studios(game["developer"]))
    name = next(name for name in names if len(name) > 9 and name.isascii() and name.replace(" ", "").isalpha())
    found = refused(client, PATH, 422, "invalid-query", developer=f"{name[:4]}{name[5:]}")
    assert name in found["errors"][0]["suggestions"]
    refused(client, PATH, 422, "invalid-query", developer="Inc.")


@pytest.mark.parametrize(
    "params",
    [{"price_min": "10", "price_max": "9.99"}, {"year_min": "2017", "year_max": "2016"}, {"sort": "relevance"}],
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
    found = refused(client, PATH, 422, "invalid-request", **{name: value})
    assert found["errors"][0]["parameter"].startswith(f"query.{name}")


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


# appraisals


def appraise(client: TestClient, app_id: int) -> dict[str, Any]:
    answer = client.get(f"{PATH}/{app_id}/appraisal")
    assert answer.status_code == 200, answer.text
    GameAppraised.model_validate_json(answer.content, strict=True)
    found: dict[str, Any] = answer.json()
    return found


def test_a_game_is_appraised_beside_its_price(client: TestClient, served: Served, rows: list[Row]) -> None:
    paid = [game for game in rows if game["price_basis"] == "listed" and game["genres"] and game["kind"] == "game"][:20]
    answered = 0
    for game in paid:
        found = appraise(client, game["app_id"])
        appraisal = found["appraisal"]
        assert found["price"] == f"{game['price_usd']:.2f}"
        assert appraisal["model"]["version"] == served.appraiser.version
        assert appraisal["name"] == found["name"] == game["name"]
        assert game["app_id"] not in [comparable["app_id"] for comparable in appraisal["comparables"]]
        if appraisal["estimate"] is not None and game["price_usd"]:
            answered += 1
            assert found["ratio"] == pytest.approx(float(appraisal["estimate"]) / game["price_usd"], abs=1e-4)
    assert answered > 10


def test_a_game_is_appraised_as_a_request_with_the_same_facts_is(
    client: TestClient, served: Served, rows: list[Row]
) -> None:
    game = next(game for game in rows if game["price_basis"] == "listed" and game["release_precision"] == "day")
    fields = ("name", "kind", "genres", "specs", "tags", "developer", "publisher", "early_access", "base_app_id")
    asked = {field: game[field] for field in fields if game[field] is not None}
    expected = served.appraiser.appraise(**asked, app_id=game["app_id"], release_date=game["release_date"]).to_dict()
    found = appraise(client, game["app_id"])["appraisal"]
    for part in ("estimate", "intervals", "p_free", "contributions", "abstention"):
        assert found[part] == json.loads(json.dumps(expected[part]))
    for part in ("used", "absent", "ignored", "unknown"):
        assert sorted(map(str, found["inputs"][part])) == sorted(map(str, expected["inputs"][part]))
    assert found["inputs"]["defaulted"] == {}


def test_a_free_game_has_no_ratio(client: TestClient, rows: list[Row]) -> None:
    game = next(game for game in rows if game["price_usd"] == 0 and game["kind"] == "game")
    found = appraise(client, game["app_id"])
    assert found["price"] == "0.00"
    assert found["ratio"] is None


def test_an_answer_says_whether_the_model_may_have_seen_the_game(served: Served, rows: list[Row]) -> None:
    until = served.appraiser.calibration.abstention.learned_until
    seen = max((game for game in rows if game["release_date"] <= until), key=lambda game: game["release_date"])
    new = {**seen, "app_id": 10**9, "release_date": until + timedelta(days=1)}
    pounds = {**seen, "app_id": 10**9 + 1, "currency": "GBP", "price_usd": None, "list_price": 7.19}
    games = Catalogue(make([seen, new, pounds], studios))
    with TestClient(Serving(Served(games, served.appraiser, "s"))) as client:
        known = appraise(client, seen["app_id"])
        unseen = appraise(client, new["app_id"])
        foreign = appraise(client, pounds["app_id"])
    assert known["seen_in_training"] is True
    assert "most likely from this one too" in known["note"]
    assert unseen["seen_in_training"] is False
    assert "has not seen this price" in unseen["note"]
    assert (foreign["price"], foreign["currency"], foreign["ratio"]) == ("7.19", "GBP", None)


# the description


def test_the_description_has_an_example_of_every_status_and_they_are_right(serving: Serving) -> None:
    document = serving.api.openapi()
    assert document["openapi"].startswith("3.1")
    expected = {
        PATH: {"200", "410", "422", "503"},
        f"{PATH}/{{app_id}}": {"200", "404", "422", "503"},
        f"{PATH}/{{app_id}}/appraisal": {"200", "404", "422", "503"},
    }
    assert set(document["paths"]) == set(expected)
    for path, statuses in expected.items():
        responses = document["paths"][path]["get"]["responses"]
        assert set(responses) == statuses
        for status, response in responses.items():
            ((media_type, content),) = response["content"].items()
            assert media_type == ("application/json" if status == "200" else "application/problem+json")
            schema = {**content["schema"], "components": document["components"]}
            if status != "200":
                Draft202012Validator(schema).validate(content["example"])
                assert content["example"]["status"] == int(status)


def test_the_examples_of_what_is_found_are_as_described(serving: Serving) -> None:
    nothing = {name: None for name, field in GameRecord.model_fields.items() if field.is_required()}
    paths = serving.api.openapi()["paths"]

    def example(path: str) -> dict[str, Any]:
        found: dict[str, Any] = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["example"]
        return found

    # NOTE: the examples leave nulls out.
    GameRecord.model_validate({**nothing, **example(f"{PATH}/{{app_id}}")}, strict=True)
    listed = example(PATH)
    GameList.model_validate({**listed, "items": [{**nothing, **game} for game in listed["items"]]}, strict=True)
    GameAppraised.model_validate(example(f"{PATH}/{{app_id}}/appraisal"), strict=True)


def test_no_parameter_is_described_as_null_or_nameless(serving: Serving) -> None:
    parameters = serving.api.openapi()["paths"][PATH]["get"]["parameters"]
    assert {one["name"] for one in parameters} >= {
        "q",
        "genre",
        "spec",
        "tag",
        "kind",
        "sort",
        "limit",
        "cursor",
        "count",
    }
    for one in parameters:
        assert one["description"]
        assert "null" not in json.dumps(one["schema"])


def test_a_date_of_the_catalogue_is_a_date(client: TestClient, rows: list[Row]) -> None:
    found = client.get(f"{PATH}/{rows[0]['app_id']}").json()
    assert date.fromisoformat(found["release_date"]) == rows[0]["release_date"]


def test_what_is_wrong_is_told_up_to_twenty(client: TestClient) -> None:
    unknown = client.get(PATH, params={f"x{number}": "1" for number in range(100)}).json()
    assert (len(unknown["errors"]), unknown["n_errors"]) == (20, 100)
    labels = {name: [f"none {number}" for number in range(10)] for name in ("genre", "spec", "tag")}
    found = refused(client, PATH, 422, "invalid-query", **labels)
    assert (len(found["errors"]), found["n_errors"]) == (20, 30)
