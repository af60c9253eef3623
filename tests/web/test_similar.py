"""`/v1/games/{app_id}/similar` and `/v1/recommendations`: found, filtered, told why; refusals name what is wrong."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasador.storage.workspace import Workspace
from tasador.web import answers, recommendations
from tasador.web.similar_schema import MOST_NAMED, MOST_OWNED, RecommendationList, SimilarList
from tasador.workflows.run import Ran
from tests.web.asgi import Client, scope
from tests.web.test_light import HEAVY

RECOMMENDATIONS = "/v1/recommendations"

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> list[Row]:
    """Games of the catalogue that others are like."""
    return games.filter(pl.col("kind") == "game", pl.col("genres").is_not_null()).head(40).to_dicts()


def similar(client: TestClient, app_id: int, **params: Any) -> list[Row]:
    answer = client.get(f"/v1/games/{app_id}/similar", params=params)
    assert answer.status_code == 200, answer.text
    SimilarList.model_validate_json(answer.content, strict=True)
    found: list[Row] = answer.json()["items"]
    return found


def recommend(client: TestClient, **body: Any) -> Row:
    answer = client.post(RECOMMENDATIONS, json=body)
    assert answer.status_code == 200, answer.text
    RecommendationList.model_validate_json(answer.content, strict=True)
    found: Row = answer.json()
    return found


def refused(client: TestClient, problem: str, body: object) -> Row:
    answer = client.post(RECOMMENDATIONS, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: Row = answer.json()
    assert found["type"] == f"urn:tasador:problem:{problem}"
    return found


# similar games


def test_a_game_has_likes_of_its_kind_the_most_alike_first(client: TestClient, rows: list[Row]) -> None:
    for game in rows:
        found = similar(client, game["app_id"])
        assert len(found) == 10
        assert game["app_id"] not in [one["app_id"] for one in found]
        assert {one["kind"] for one in found} == {"game"}
        similarities = [one["similarity"] for one in found]
        assert similarities == sorted(similarities, reverse=True)
        assert all(one["shared"] and one["reason"].startswith("They share ") for one in found)


def test_an_answer_is_the_same_whether_it_was_found_beforehand_or_is_searched_for(
    client: TestClient, rows: list[Row]
) -> None:
    for game in rows[:10]:
        assert similar(client, game["app_id"], limit=20) == similar(client, game["app_id"], limit=21)[:20]
        assert similar(client, game["app_id"], kind="game") == similar(client, game["app_id"], year_min=1)


def test_what_is_asked_holds(client: TestClient, rows: list[Row]) -> None:
    app_id = rows[0]["app_id"]
    found = similar(client, app_id, limit=50, price_min="4.99", price_max="9.99", year_min=2015, year_max=2016)
    assert found
    assert all(4.99 <= float(one["price"]) <= 9.99 and 2015 <= one["release_year"] <= 2016 for one in found)
    assert {one["kind"] for one in similar(client, app_id, kind="dlc")} == {"dlc"}
    by_others = similar(client, app_id, limit=50, other_series="true", other_developer="true")
    said = [shared for one in by_others for shared in one["shared"]]
    assert not [shared for shared in said if shared.startswith(("the series", "the developer"))]
    assert len(similar(client, app_id, diverse="true")) == 10


def test_the_same_question_has_the_same_answer_and_etag(client: TestClient, rows: list[Row]) -> None:
    path = f"/v1/games/{rows[0]['app_id']}/similar?diverse=true"
    first, second = client.get(path), client.get(path)
    assert first.content == second.content
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "params",
    [
        {"price_min": "10", "price_max": "9.99"}, {"year_min": 2017, "year_max": 2016}, {"kind": "x"}, {"limit": 0},
        {"limit": 51}, {"diverse": "1"}, {"series": "true"}, {"price_max": "-1"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(client: TestClient, rows: list[Row], params: Row) -> None:
    answer = client.get(f"/v1/games/{rows[0]['app_id']}/similar", params=params)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_the_likes_of_a_game_that_is_not_there_are_404(client: TestClient) -> None:
    assert client.get("/v1/games/3/similar").json()["type"] == "urn:tasador:problem:unknown-game"


def test_finding_what_the_table_says_imports_no_heavy_library(ran: tuple[Workspace, Ran], rows: list[Row]) -> None:
    code = (
        "import json, sys; from pathlib import Path; from tasador.storage.workspace import Workspace;"
        "from tasador.web import answers; from tasador.similar.asked import Asked;"
        "workspace = Workspace(Path(sys.argv[1])); served = answers.load(workspace, answers.champion(workspace));"
        "record = served.similar.find(sys.argv[2]);"
        "n = len(served.similar.of(record, Asked()));"
        "print(json.dumps([n, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    command = [sys.executable, "-c", code, str(ran[0].root), str(rows[0]["app_id"])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    n, modules = json.loads(done.stdout)
    assert n == 10
    assert not set(HEAVY) & set(modules)


# recommendations


def said(labels: list[str]) -> set[str]:
    """What labels say, however they are spelled: of two spellings the one that tells more is named."""
    return {"".join(filter(str.isalnum, label.casefold())) for label in labels}


def test_what_is_owned_is_not_recommended_and_speaks_for_what_is(client: TestClient, rows: list[Row]) -> None:
    owned = [rows[0]["app_id"], rows[1]["name"], rows[2]["name"].swapcase()]
    found = recommend(client, owned=owned, limit=20)
    assert found["n_owned"] == 3
    assert found["unknown"] == []
    known = {row["app_id"]: row["name"] for row in rows[:3]}
    assert len(found["items"]) == 20
    for one in found["items"]:
        assert one["app_id"] not in known
        assert one["kind"] == "game"
        assert one["because"]
        assert all(known[game["app_id"]] == game["name"] for game in one["because"])
        assert said(one["shared"]) <= set.intersection(*(said(game["shared"]) for game in one["because"]))


def test_each_game_that_speaks_for_a_recommendation_says_what_both_have(client: TestClient, rows: list[Row]) -> None:
    owned = {row["app_id"]: row for row in rows[:30]}
    found = recommend(client, owned=list(owned), limit=30)["items"]
    for one in found:
        for game in one["because"]:
            pair = client.get(f"/v1/games/{one['app_id']}").json(), owned[game["app_id"]]
            for shared in game["shared"]:
                if shared.startswith("the developer "):
                    studio = shared.removeprefix("the developer ").casefold()
                    assert all(studio in (of["developer"] or "").casefold() for of in pair)
                    continue
                if not shared.startswith(("the ", "“")):
                    assert all(
                        shared in [*(of["genres"] or ()), *(of["specs"] or ()), *(of["tags"] or ())] for of in pair
                    )
    assert any(len({game["reason"] for game in one["because"]}) > 1 for one in found)


def test_one_owned_game_has_its_likes_recommended(client: TestClient, rows: list[Row]) -> None:
    for game in rows[:5]:
        liked = recommend(client, owned=[game["app_id"]])["items"]
        alike = similar(client, game["app_id"])
        twins = {(game["name"].casefold(), game["developer"])}
        expected = [one for one in alike if (one["name"].casefold(), game["developer"]) not in twins]
        assert all(one["because"][0]["reason"] == one["reason"] for one in liked)
        assert [{**one, "because": None} for one in liked][: len(expected)] == [
            {**one, "because": None} for one in expected
        ]


def test_what_is_asked_of_recommendations_holds(client: TestClient, rows: list[Row]) -> None:
    owned = [row["app_id"] for row in rows[:5]]
    found = recommend(client, owned=owned, limit=50, kind="dlc", price_max="4.99", year_min=2016, diverse=True)["items"]
    assert found
    assert all(one["kind"] == "dlc" and float(one["price"]) <= 4.99 and one["release_year"] >= 2016 for one in found)


def test_games_that_are_not_there_are_told_with_the_nearest(client: TestClient, rows: list[Row]) -> None:
    name = max((row["name"] for row in rows if row["name"].isascii()), key=len)
    typed = f"{name[:4]}{name[5:]}"
    found = recommend(client, owned=[rows[0]["app_id"], 3, typed])
    assert found["n_owned"] == 1
    assert [one["given"] for one in found["unknown"]] == [3, typed]
    assert any(suggestion.endswith(name) for suggestion in found["unknown"][1]["suggestions"])
    problem = refused(client, "nothing-known", {"owned": [3, typed]})
    assert [error["got"] for error in problem["errors"]] == [3, typed]


def test_a_game_that_is_named_twice_counts_once(client: TestClient, rows: list[Row]) -> None:
    app_id, name = rows[0]["app_id"], rows[0]["name"]
    assert recommend(client, owned=[app_id, app_id, name])["items"] == recommend(client, owned=[app_id])["items"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/owned"), ({"owned": []}, "/owned"), ({"owned": [1.5]}, "/owned/0"), ({"owned": [1, True]}, "/owned/1"),
        ({"owned": [""]}, "/owned/0"), ({"owned": ["x" * 201]}, "/owned/0"), ({"owned": [0]}, "/owned/0"),
        ({"owned": [1], "limit": 51}, "/limit"), ({"owned": [1], "kind": "x"}, "/kind"),
        ({"owned": [1], "a/b": 1}, "/a~1b"), ([], ""), (5, ""),
        ({"owned": [1], "diverse": "yes"}, "/diverse"), ({"owned": [1] * (MOST_OWNED + 1)}, "/owned"),
        ({"owned": ["x"] * (MOST_NAMED + 1)}, "/owned"),
    ],
)  # fmt: skip
def test_a_body_that_is_wrong_is_told_where(client: TestClient, body: object, pointer: str) -> None:
    errors = refused(client, "invalid-request", body)["errors"]
    assert {error["pointer"] for error in errors} == {pointer}


@pytest.mark.parametrize(
    ("body", "expected", "do"),
    [
        ({}, "a list of numbers and names", "Give it."),
        ({"owned": 5}, "a list of numbers and names", "Put it in brackets, also a single one."),
        ({"owned": [None]}, "a number of the store, or a name in quotes", "Mend it."),
        ({"owned": [1], "price_max": 5}, 'a text, such as "9.99"', "Put it in quotes."),
        ({"owned": [1] * (MOST_OWNED + 1)}, f"at most {MOST_OWNED} of them", "Leave some of them out."),
        ({"owned": ["x"] * (MOST_NAMED + 1)}, f"at most {MOST_NAMED} names", "Give the others by their numbers."),
    ],
)
def test_a_body_that_is_wrong_is_told_what_to_do(client: TestClient, body: object, expected: str, do: str) -> None:
    (error,) = refused(client, "invalid-request", body)["errors"]
    assert (error["expected"], error["do"]) == (expected, do)


def test_what_came_is_shown_as_json_has_it(client: TestClient) -> None:
    (error,) = refused(client, "invalid-request", {"owned": {"games": [1, None, True]}})["errors"]
    assert error["got"] == '{"games": [1, null, true]}'


def test_bounds_that_contradict_each_other_are_refused(client: TestClient) -> None:
    refused(client, "invalid-request", {"owned": [1], "year_min": 2017, "year_max": 2016})


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400), (b'{"owned": [1], "owned": [2]}', "application/json", 400),
        (b'{"owned": [1]}', "text/plain", 415), (b"", "application/json", 400),
    ],
)  # fmt: skip
def test_a_body_that_is_no_plain_json_is_refused(client: TestClient, content: bytes, kind: str, status: int) -> None:
    assert client.post(RECOMMENDATIONS, content=content, headers={"Content-Type": kind}).status_code == status


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    owned=st.lists(st.integers() | st.text(max_size=210) | st.sampled_from(["castle", "\ud800", "2048"]), max_size=5),
    limit=st.integers(0, 60),
)
def test_whatever_is_owned_is_answered_or_refused(client: TestClient, owned: list[int | str], limit: int) -> None:
    sent = json.dumps({"owned": owned, "limit": limit})
    answer = client.post(RECOMMENDATIONS, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        RecommendationList.model_validate_json(answer.content, strict=True)


def test_names_that_take_long_together_are_refused_in_time(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, rows: list[Row]
) -> None:
    monkeypatch.setattr(recommendations, "_SECONDS", 0.002)
    names = [f"{'a b c d e ' * 15}{n}" for n in range(MOST_NAMED)]
    answer = client.post(RECOMMENDATIONS, json={"owned": names})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    monkeypatch.undo()
    assert recommend(client, owned=[rows[0]["app_id"]])["n_owned"] == 1


def test_who_hangs_up_leaves_no_names_to_look_up(ran: tuple[Workspace, Ran]) -> None:
    served, api = answers.load(ran[0], answers.champion(ran[0])), FastAPI()
    api.include_router(recommendations.create_router())
    leaving = Client.of(json.dumps({"owned": [f"a b c d {n}" for n in range(MOST_NAMED)]}).encode())
    leaving.hang_up()
    about = scope(RECOMMENDATIONS, [(b"content-type", b"application/json")])
    asked = {**about, "query_string": b"", "state": {"served": served}}
    asyncio.run(api(asked, leaving.messages.get, leaving._hear))
    assert leaving.status == 499
