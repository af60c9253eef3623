"""`/v1/games/{app_id}/appraisal`: what the model says of a game beside its price."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tasador.features.title import studios
from tasador.storage.catalogue import Catalogue, make
from tasador.web.game_schema import GameAppraised
from tests.web.games.serving import PATH, Row, Served, Serving


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
