from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from tasador.errors import BundleError, WorkspaceError
from tasador.storage.keys import KeyRing
from tasador.storage.workspace import Workspace
from tasador.web.api import create_api
from tasador.web.app import create_app
from tasador.web.doors import Doors
from tasador.web.front import Front
from tasador.web.metrics import Metrics
from tasador.web.serving import Serving
from tasador.workflows.run import Ran


def test_the_process_says_that_it_lives_and_what_it_answers_from(
    client: TestClient, ran: tuple[Workspace, Ran]
) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {
        "status": "ready",
        "model_version": ran[1].trained.version,
        "snapshot": ran[1].ingested.snapshot,
        "refused": None,
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/none", 404), ("POST", "/genero/año/2016", 405), ("DELETE", "/livez", 405), ("GET", "/static/none", 404)],
)
def test_every_error_has_the_shape_of_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == quote(path)
    assert ("allow" in answer.headers) == (status == 405)


def test_a_failure_is_told_without_its_inside_and_logged(
    ran: tuple[Workspace, Ran], caplog: pytest.LogCaptureFixture
) -> None:
    serving, counts = Serving(ran[0]), Metrics()
    api = create_api(ran[0], serving, counts)
    router = APIRouter()

    @router.get("/boom")
    async def boom() -> None:
        raise RuntimeError("secret /path")

    api.include_router(router)
    doors = Doors(KeyRing(ran[0]), require_key=False, rate=None, rejected=counts.rejected)
    front = Front(api, serving, known={}, doors=doors, headers=[], observe=lambda *_: None)
    with TestClient(front, raise_server_exceptions=False) as client:
        answer = client.get("/boom")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "request_failed method=GET path=/boom" in caplog.text


def test_the_description_lists_every_route_with_its_problems(client: TestClient) -> None:
    found = client.get("/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    for path, methods in found["paths"].items():
        for operation in methods.values():
            responses: dict[str, Any] = operation["responses"]
            assert "200" in responses
            if "{" in path:
                assert "application/problem+json" in responses["404"]["content"]
                assert "application/problem+json" in responses["422"]["content"]


@pytest.mark.parametrize("path", ["/", "/docs", "/profile", "/quality"])
def test_pages_ask_no_other_host(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    markup = re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)
    for address in re.findall(r'(?:src|href)="([^"]*)"', markup):
        assert not re.match(r"https?:|//", address), address
        if address.startswith("/"):
            assert client.get(address).status_code == 200, address


def test_the_front_pages_scripts_and_styles_are_served_from_the_package(client: TestClient) -> None:
    page = client.get("/docs").text
    scripts = re.findall(r'<script src="([^"]*)"', page)
    assert len(scripts) == 2
    for script in scripts:
        assert "javascript" in client.get(script).headers["content-type"]


def test_a_report_that_is_not_there_is_404(ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    copy = Workspace(tmp_path)
    copy.root.joinpath("models").symlink_to(ran[0].models)
    copy.change_current(snapshot=ran[1].ingested.snapshot, champion=ran[1].trained.version)
    with TestClient(create_app(copy)) as client:
        assert client.get("/profile").status_code == 404
        assert client.get("/genero/año/2016").status_code == 200


def test_without_a_champion_there_is_no_application(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no champion to answer"):
        create_app(Workspace(tmp_path))


def test_a_damaged_bundle_is_not_served(ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    version = ran[1].trained.version
    place = tmp_path / "models" / version
    place.mkdir(parents=True)
    for file in (ran[0].models / version).iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    (place / "answers.json").write_bytes(b'{"genero": {}}')
    copy = Workspace(tmp_path)
    copy.change_current(snapshot="x", champion=version)
    with pytest.raises(BundleError, match=r"answers\.json: the file was altered"):
        create_app(copy)
