"""What operators do: load the champion now, promote through the gate, and bring back the one before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tasador.settings import Settings
from tasador.storage import bundles, keys
from tasador.storage.workspace import Workspace
from tasador.web import admin, problems
from tasador.web.admin import Commands
from tasador.web.app import create_app
from tasador.web.serving import Serving
from tasador.workflows.run import Ran


@pytest.fixture
def place(succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path) -> Workspace:
    """A workspace of its own with two champions, one after the other."""
    copy = Workspace(tmp_path / "workspace")
    shutil.copytree(succeeded[0].root, copy.root)
    return copy


@pytest.fixture
def client(place: Workspace) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(admin.create_router(Serving(place), Commands(place), place))
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def problem(client: TestClient, path: str, status: int, body: Any = None) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


def test_the_champion_is_loaded_when_it_is_asked_for(
    client: TestClient, place: Workspace, succeeded: tuple[Workspace, Ran, Ran]
) -> None:
    first, second = succeeded[1].trained.version, succeeded[2].trained.version
    assert client.post("/v1/admin/reload").json() == {"model_version": second, "previous": second}
    place.change_current(champion=first)
    assert client.post("/v1/admin/reload").json() == {"model_version": first, "previous": second}


def test_what_operators_are_answered_names_the_version_that_answers_from_then_on(
    place: Workspace, succeeded: tuple[Workspace, Ran, Ran]
) -> None:
    first, second = succeeded[1], succeeded[2]
    _, key = keys.create(place, "operator", "admin")
    with TestClient(create_app(place, Settings()), headers={"x-api-key": key}) as whole:
        for asked, expected in (("reload", second), ("rollback", first), ("reload", first)):
            answer = whole.post(f"/v1/admin/{asked}")
            assert answer.json()["model_version"] == expected.trained.version
            assert answer.headers.get_list("tasador-model") == [expected.trained.version]
            assert answer.headers.get_list("tasador-snapshot") == [expected.ingested.snapshot]


def test_a_champion_that_cannot_be_loaded_is_told_without_paths(client: TestClient, place: Workspace) -> None:
    champion = place.current().champion
    place.change_current(champion="gone")
    found = problem(client, "/v1/admin/reload", 409)
    assert (found["refused"], found["model_version"]) == ("gone", champion)
    assert str(place.root) not in json.dumps(found)


def test_a_champion_that_was_damaged_since_is_told_of_and_answers_on(client: TestClient, place: Workspace) -> None:
    champion = place.current().champion
    assert champion is not None
    file = place.models / champion / "accuracy.md"
    whole = file.read_bytes()
    file.unlink()
    file.write_bytes(whole + b" ")
    found = problem(client, "/v1/admin/reload", 409)
    assert (found["refused"], found["model_version"]) == (champion, champion)
    assert "the file was altered" in found["detail"]
    file.write_bytes(whole)
    assert client.post("/v1/admin/reload").status_code == 200


def test_the_one_before_is_brought_back_and_there_is_none_before_that(
    client: TestClient, place: Workspace, succeeded: tuple[Workspace, Ran, Ran]
) -> None:
    first, second = succeeded[1].trained.version, succeeded[2].trained.version
    assert place.current().champion == second
    assert client.post("/v1/admin/rollback").json() == {"model_version": first, "previous": second}
    assert place.current().champion == first
    assert place.history()[-1]["action"] == "rollback"
    assert problem(client, "/v1/admin/rollback", 409)["title"] == "No predecessor"
    undone = place.history()[-1]["previous"]
    held = problem(client, "/v1/admin/promote", 409, {"version": undone})
    assert [check["name"] for check in held["checks"]] == ["not_rolled_back"]
    asked = client.post("/v1/admin/promote", json={"version": undone, "again": True})
    assert asked.status_code == 200 or "not_rolled_back" not in {check["name"] for check in asked.json()["checks"]}


def test_the_gate_decides_who_is_promoted(client: TestClient, place: Workspace) -> None:
    champion = place.current().champion
    assert champion is not None
    answer = client.post("/v1/admin/promote", json={"version": champion})
    if answer.status_code == 200:
        assert all(check["passed"] for check in answer.json()["checks"])
    else:
        held = answer.json()
        assert (answer.status_code, held["title"]) == (409, "Held")
        assert any(not check["passed"] for check in held["checks"])
    assert place.current().champion == champion


def test_a_version_that_there_is_not_is_told_with_those_there_are(client: TestClient, place: Workspace) -> None:
    assert problem(client, "/v1/admin/promote", 404, {"version": "zzz"})["versions"] == bundles.versions(place)
    assert problem(client, "/v1/admin/promote", 404, {"version": "--help"})["versions"] == bundles.versions(place)


@pytest.mark.parametrize("body", [{}, {"version": ""}, {"version": 1}, {"version": "a", "force": True}, []])
def test_a_body_that_names_no_version_is_422(client: TestClient, body: Any) -> None:
    problem(client, "/v1/admin/promote", 422, body)


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        ('{"version": NaN}', "application/json", 400),
        ('{"version": 1e999}', "application/json", 422),
        ('{"version": {"a": [1e999]}}', "application/json", 422),
        ('{"version": "a", "version": "b"}', "application/json", 400),
        ('{"version": ', "application/json", 400),
        ("", "application/json", 400),
        ('{"version": "a"}', "text/plain", 415),
        ('{"version": "a"}', None, 415),
    ],
)
def test_a_body_is_read_strictly(client: TestClient, content: str, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = client.post("/v1/admin/promote", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text


def test_what_takes_no_body_needs_no_type(client: TestClient) -> None:
    assert client.post("/v1/admin/reload").status_code == 200


def test_a_command_that_fails_is_logged_and_not_told(
    client: TestClient, place: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    champion = place.current().champion
    assert champion is not None
    (place.models / champion / "manifest.json").write_text("{")
    found = problem(client, "/v1/admin/promote", 500, {"version": champion})
    assert str(place.root) not in json.dumps(found)
    assert "command_failed command=promote" in caplog.text
    assert place.current().champion == champion
