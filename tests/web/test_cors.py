"""Pages of named origins may ask from a browser, and what browsers are told has what all answers have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tasador.settings import Settings
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.workflows.run import Ran

OURS, OTHER = "https://example.org", "https://evil.example"


@pytest.fixture(scope="module", params=[False, True], ids=["open", "closed"])
def client(ran: tuple[Workspace, Ran], request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """Asks a server that lets pages of one origin ask, without and with keys."""
    settings = Settings(cors_origins=f"{OURS}, https://example.net", require_key=request.param)
    with TestClient(create_app(ran[0], settings)) as found:
        yield found


def preflight(client: TestClient, origin: str, path: str = "/v1/appraisals") -> Response:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,x-api-key"}
    return client.options(path, headers={"origin": origin, **asked})


def common(answer: Response) -> None:
    """Look for what all answers have."""
    for name in ("x-request-id", "tasador-model", "tasador-snapshot", "x-content-type-options"):
        assert answer.headers[name]
    assert "Origin" in answer.headers["vary"]


def test_a_browser_is_told_what_a_page_may_do_without_a_key(client: TestClient) -> None:
    answer = preflight(client, OURS)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == OURS
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST"
    assert answer.headers["access-control-allow-headers"] == "content-type,x-api-key"
    common(answer)


@pytest.mark.parametrize(
    ("path", "title"), [("/v1/games", "Origin not allowed"), ("/genero/año/1", "Origen no permitido")]
)
def test_a_page_of_another_origin_is_refused_by_a_problem(client: TestClient, path: str, title: str) -> None:
    answer = preflight(client, OTHER, path)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == title
    assert "access-control-allow-origin" not in answer.headers
    assert OTHER not in answer.text
    common(answer)


@pytest.mark.parametrize("path", ["/genero/año/2016", "/v1/games?limit=1", "/v1/nope", "/livez"])
def test_every_answer_says_who_may_read_it(client: TestClient, path: str) -> None:
    ours, other, none = (client.get(path, headers=sent) for sent in ({"origin": OURS}, {"origin": OTHER}, {}))
    assert ours.headers["access-control-allow-origin"] == OURS
    assert ours.headers["access-control-expose-headers"] == "*"
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-origin" not in none.headers
    common(none)


def test_options_without_an_origin_says_what_an_address_answers(client: TestClient) -> None:
    answer = client.options("/v1/appraisals")
    assert answer.status_code in {204, 401}
    assert answer.headers.get("allow", "OPTIONS, POST") == "OPTIONS, POST"
