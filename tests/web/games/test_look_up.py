"""`/v1/games/{app_id}`: a game is looked up."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient

from tasador.web.game_schema import GameRecord
from tests.web.games.serving import PATH, Row, Served, refused


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
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["in"], error["do"]) == ("app_id", "path", "Mend the address.")


def test_a_date_of_the_catalogue_is_a_date(client: TestClient, rows: list[Row]) -> None:
    found = client.get(f"{PATH}/{rows[0]['app_id']}").json()
    assert date.fromisoformat(found["release_date"]) == rows[0]["release_date"]
