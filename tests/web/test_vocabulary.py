from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tasador.appraisal.appraiser import Appraiser
from tasador.contracts.vocabulary import KINDS
from tasador.web import vocabulary
from tasador.web.documents import Documents
from tests.web.routes import OpenApi, asking


@pytest.fixture(scope="module")
def client(documents: Documents) -> TestClient:
    return asking(vocabulary.create_router(), documents=documents)


@pytest.fixture(scope="module")
def words(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/vocabulary").json()
    return found


def test_every_label_of_the_snapshot_is_there_with_how_many_have_it(words: dict[str, Any], games: pl.DataFrame) -> None:
    assert words["n"] == games.height
    for column in ("genres", "specs", "tags"):
        counts = games.select(pl.col(column).list.unique().explode().drop_nulls().value_counts()).unnest(column)
        assert {one["name"]: one["n"] for one in words[column]} == dict(counts.iter_rows())
        assert [one["n"] for one in words[column]] == sorted((one["n"] for one in words[column]), reverse=True)


def test_every_kind_that_there_may_be_is_there(words: dict[str, Any], games: pl.DataFrame) -> None:
    assert [one["name"] for one in words["kinds"]] == [*KINDS]
    counts = dict(games["kind"].cast(pl.String).value_counts().iter_rows())
    assert {one["name"]: one["n"] for one in words["kinds"] if one["n"]} == counts


def test_what_the_model_knows_is_what_it_has_an_input_for(words: dict[str, Any], appraiser: Appraiser) -> None:
    labels = appraiser.heads.inputs.labels
    for column, known in (("kinds", labels.kinds), ("genres", labels.genres), ("specs", labels.specs), ("tags", ())):
        assert {one["name"] for one in words[column] if one["known_to_model"]} == {*known}
    assert any(not one["known_to_model"] for one in words["genres"])


def test_the_model_is_named(words: dict[str, Any], appraiser: Appraiser) -> None:
    assert (words["model"]["version"], words["model"]["snapshot"]) == (appraiser.version, appraiser.snapshot)


def test_the_answer_is_as_described_and_so_is_its_example(client: TestClient, words: dict[str, Any]) -> None:
    described = OpenApi(client)
    described.check("/v1/vocabulary", words)
    described.check(
        "/v1/vocabulary", described.responses("/v1/vocabulary")["200"]["content"]["application/json"]["example"]
    )


def test_the_page_that_is_known_beforehand_is_the_answer(client: TestClient, documents: Documents) -> None:
    assert client.get("/v1/vocabulary").content == documents.pages["/v1/vocabulary"]
