from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tasador.appraisal.appraiser import Appraiser
from tasador.errors import BundleError
from tasador.market import statistics
from tasador.registry import bundle
from tasador.storage.bundles import Bundle
from tasador.web import model
from tasador.web.documents import Documents
from tests.web.routes import OpenApi, asking


@pytest.fixture(scope="module")
def client(documents: Documents) -> TestClient:
    return asking(model.create_router(), documents=documents)


@pytest.fixture(scope="module")
def described(client: TestClient) -> OpenApi:
    return OpenApi(client)


@pytest.fixture(scope="module")
def metrics(champion: Bundle) -> dict[str, Any]:
    found: dict[str, Any] = bundle.read_json(champion, bundle.METRICS)
    return found


def test_the_model_says_what_it_is_and_what_it_is_for(
    client: TestClient, champion: Bundle, appraiser: Appraiser
) -> None:
    found = client.get("/v1/model").json()
    assert (found["version"], found["snapshot"]) == (champion.version, champion.manifest["snapshot"])
    assert found["variant"] == "launch"
    assert date.fromisoformat(found["learned_until"]) == appraiser.calibration.abstention.learned_until
    assert found["intended_use"].startswith("To see how games like one's own are priced")
    assert len(found["not_for"]) >= 3
    assert len(found["limits"]) >= 3
    card = champion.files[bundle.CARD].decode()
    assert all(f"- {line}\n" in card for line in (*found["not_for"], *found["limits"]))


def test_its_main_figures_are_those_of_games_on_the_first_split(client: TestClient, metrics: dict[str, Any]) -> None:
    errors = metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]["errors"]
    found = client.get("/v1/model").json()["accuracy"]
    assert (found["split"], found["kind"], found["n"]) == ("out_of_time", "game", errors["n"])
    assert found["mdape"] == round(errors["mdape"], 6)


@pytest.mark.parametrize(
    ("query", "accept", "markdown"),
    [
        ("", None, False),
        ("", "*/*", False),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("", "text/markdown", True),
        ("", "text/*", True),
        ("", "Text/Markdown ; Q=0.5, application/json;q=0.4", True),
        ("", "text/markdown;q=0.4, application/json;q=0.5", False),
        ("", "text/markdown, application/json", False),
        ("", "text/markdown, */*;q=0.1", True),
        ("", "text/markdown;q=0", False),
        ("", "text/markdown;q=much", False),
        ("", ",;,q=", False),
        ("?format=markdown", "application/json", True),
        ("?format=json", "text/markdown", False),
    ],
)
def test_the_card_is_given_as_it_is_asked_for(
    client: TestClient, documents: Documents, query: str, accept: str | None, markdown: bool
) -> None:
    answer = client.get(f"/v1/model{query}", headers={} if accept is None else {"accept": accept})
    assert answer.status_code == 200
    assert answer.content == (documents.card if markdown else documents.model)
    assert answer.headers["content-type"] == ("text/markdown; charset=utf-8" if markdown else "application/json")
    assert ("vary" in answer.headers) == (not query)


def test_another_format_is_422_with_what_is_valid(client: TestClient) -> None:
    answer = client.get("/v1/model?format=yaml")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["expected"] == "one of json, markdown"


def rounded(value: Any) -> Any:
    return json.loads(json.dumps(value), parse_float=lambda text: round(float(text), 6))


def test_the_accuracy_tables_are_those_of_the_bundle(client: TestClient, metrics: dict[str, Any]) -> None:
    found = client.get("/v1/model/accuracy").json()
    assert (found.pop("headline"), found.pop("model")["version"] != "") == ("out_of_time", True)
    parts = {part: found.pop(part) for part in ("price_points", "free")}
    assert found == rounded(metrics["accuracy"])
    assert parts == rounded({part: metrics[part] for part in parts})


def test_the_coverage_that_was_realised_is_told_by_level_and_group(client: TestClient, metrics: dict[str, Any]) -> None:
    found = client.get("/v1/model/calibration").json()
    assert found["split"] == "out_of_time"
    headline = metrics["accuracy"]["splits"]["out_of_time"]["scopes"]
    groups = {(json.dumps(one["group"]), one["told_app_id"]): one for one in found["intervals"]}
    assert len(groups) == len(found["intervals"])
    for told, part in ((True, "coverage"), (False, "coverage_without_app_id")):
        one = groups['{"scope": "game"}', told]
        assert one["n"] == headline["game"]["n"]
        assert [level["level"] for level in one["levels"]] == [0.5, 0.8, 0.9, 0.95]
        for level, was in zip(one["levels"], headline["game"][part].values(), strict=True):
            assert level["covered"] == round(was["covered"], 6)
    assert {one["by"] for one in found["intervals"]} == {"scope", "developer", "year", "price_band"}
    (group,) = [one for one in found["intervals"] if one["group"] == {"kind": "game", "developer": "unseen"}]
    by_developer = metrics["accuracy"]["breakdowns"]["developer"]["groups"]
    assert group["n"] in {one["n"] for one in by_developer}


def test_it_is_told_whether_probabilities_come_true(client: TestClient, metrics: dict[str, Any]) -> None:
    found = client.get("/v1/model/calibration").json()["probabilities"]
    assert found["suggested_price_point"]["reliability"] == rounded(metrics["accuracy"]["reliability"])
    assert found["price_points"] == rounded(metrics["price_points"]["out_of_time"])
    assert found["free"] == rounded(metrics["free"]["out_of_time"])


@pytest.mark.parametrize("path", ["/v1/model", "/v1/model/accuracy", "/v1/model/calibration"])
def test_every_answer_is_as_described_with_no_key_untold_and_so_is_its_example(
    client: TestClient, described: OpenApi, path: str
) -> None:
    described.check(path, client.get(path).json())
    described.check(path, described.responses(path)["200"]["content"]["application/json"]["example"])


def test_what_is_known_beforehand_is_what_the_routes_answer(client: TestClient, documents: Documents) -> None:
    pages = {path: body for path, body in documents.pages.items() if path.startswith("/v1/model")}
    assert pages.keys() == {"/v1/model?format=json", "/v1/model/accuracy", "/v1/model/calibration"}
    for path, body in pages.items():
        assert client.get(path).content == body


@pytest.mark.parametrize("damage", [b"{}", b"[]", b'{"accuracy": {"splits": {}}}'])
def test_metrics_of_another_shape_are_refused(
    champion: Bundle, appraiser: Appraiser, games: pl.DataFrame, damage: bytes
) -> None:
    broken = replace(champion, files={**champion.files, bundle.METRICS: damage})
    with pytest.raises(BundleError, match=r"metrics\.json"):
        Documents.of(broken, appraiser, statistics.compute(games))
