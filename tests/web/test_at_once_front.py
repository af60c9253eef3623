"""An answer is the same given at once or as ASGI has it, and is counted, bounded and logged the same."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from tasador.settings import Settings
from tasador.storage import keys
from tasador.storage.workspace import Workspace
from tasador.web import answers, operations, static
from tasador.web.app import create_app
from tasador.web.connections import Patience
from tasador.web.front import Front
from tasador.workflows.run import Ran
from tests.web.served import Served, serving

KNOWN = "/genero/año/2016"
COMPUTED = "/v1/years/2016/genres?limit=7"

#: Of each answer another.
OWN = ("date", "x-request-id")


@dataclass
class Watched:
    """An application, and what was not answered at once."""

    front: Front
    asked: list[str]

    def at_once(self, scope: Scope) -> tuple[int, bytes, bytes] | None:
        return self.front.at_once(scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await self.front(scope, receive, send)


@dataclass(frozen=True)
class Answered:
    status: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Two:
    """Servers of the same champion: one answers at once what it can, and from the other that is hidden."""

    quick: socket.socket
    plain: socket.socket
    watched: Watched

    def ask(self, method: str, path: str, headers: dict[str, str]) -> tuple[Answered, Answered]:
        return ask(self.quick, method, path, headers), ask(self.plain, method, path, headers)


def ask(client: socket.socket, method: str, path: str, headers: dict[str, str]) -> Answered:
    """Ask on a connection that stays open."""
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    client.sendall(f"{method} {quote(path, safe='/?=&%')} HTTP/1.1\r\nhost: x\r\n{told}\r\n".encode())
    text = b""
    while b"\r\n\r\n" not in text:
        text += client.recv(1_000_000)
    head, _, body = text.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines)
    if method != "HEAD" and " 304 " not in status and " 204 " not in status:
        while len(body) < int(found["content-length"]):
            body += client.recv(1_000_000)
    assert all(name in found for name in OWN)
    return Answered(status, {name: value for name, value in found.items() if name not in OWN}, body)


def made(workspace: Workspace, **chosen: Any) -> Front:
    app = create_app(workspace, Settings(**chosen))
    assert isinstance(app, Front)
    return app


@pytest.fixture(scope="module")
def two(ran: tuple[Workspace, Ran]) -> Iterator[Two]:
    watched, hidden = Watched(made(ran[0]), []), made(ran[0])

    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        await hidden(scope, receive, send)

    with (
        serving(watched, Patience(), keep_alive_seconds=600) as one,
        serving(plain, Patience(), keep_alive_seconds=600) as other,
        one.connect() as quick,
        other.connect() as slow,
    ):
        yield Two(quick, slow, watched)


@pytest.fixture(scope="module")
def known(ran: tuple[Workspace, Ran]) -> list[str]:
    """All addresses whose answers are known beforehand."""
    questions = [*answers.load(ran[0], answers.champion(ran[0])).table, *static.files(), *operations.known()]
    return [f"{path}?{query.decode()}" if query else path for path, query in questions]


CODINGS = ["", "gzip", "zstd", "gzip;q=0.5, zstd;q=0.1", "*", "identity"]
TAGS = ["", "*", '"other"', "the same", "W/the same", "the same in another form"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data())
def test_an_answer_is_the_same_in_both_ways(two: Two, known: list[str], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(known))
    method = data.draw(st.sampled_from(["GET", "HEAD", "OPTIONS", "POST", "DELETE"]))
    headers = {"accept-encoding": data.draw(st.sampled_from(CODINGS))}
    tag = data.draw(st.sampled_from(TAGS))
    if "same" in tag:
        of = {} if "form" in tag else headers
        etag = ask(two.plain, "GET", path, of).headers.get("etag", '"none"')
        headers["if-none-match"] = f"W/{etag}" if tag.startswith("W/") else etag
    elif tag:
        headers["if-none-match"] = tag
    two.watched.asked.clear()
    quick, plain = two.ask(method, path, headers)
    assert quick == plain
    assert bool(two.watched.asked) == (method not in {"GET", "HEAD"})


def test_all_that_is_known_beforehand_is_answered_at_once(two: Two, known: list[str]) -> None:
    two.watched.asked.clear()
    assert {ask(two.quick, "GET", path, {}).status for path in known} == {"HTTP/1.1 200 OK"}
    assert two.watched.asked == []


@pytest.mark.parametrize(
    "path", [COMPUTED, "/v1/games?limit=3", "/v1/games?q=a&limit=1", "/openapi.json", f"{KNOWN}?Año=2015"]
)
def test_what_was_computed_is_known_from_then_on(two: Two, path: str) -> None:
    two.watched.asked.clear()
    first, plain = two.ask("GET", path, {"accept-encoding": "zstd"})
    assert first == plain
    two.watched.asked.clear()
    assert ask(two.quick, "GET", path, {"accept-encoding": "zstd"}) == first
    assert ask(two.quick, "HEAD", path, {"accept-encoding": "zstd"}) == Answered(first.status, first.headers, b"")
    assert " 304 " in ask(two.quick, "GET", path, {"if-none-match": first.headers["etag"]}).status
    assert two.watched.asked == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/v1/model"), ("GET", "/v1/games/1"), ("GET", "/v1/years/1"),
        ("GET", "/v1/games?limit=0"), ("GET", "/none"), ("GET", "/docs"),
        ("OPTIONS", COMPUTED), ("GET", "/livez?x"),
    ],
)  # fmt: skip
def test_what_may_be_another_the_next_time_is_not_remembered(two: Two, method: str, path: str) -> None:
    two.watched.asked.clear()
    for _ in range(2):
        ask(two.quick, method, path, {})
    assert len(two.watched.asked) == 2


def test_the_model_card_comes_in_the_form_that_is_asked_for(two: Two) -> None:
    for form in ("application/json", "text/markdown", "application/json"):
        quick, plain = two.ask("GET", "/v1/model", {"accept": form})
        assert quick == plain
        assert quick.headers["content-type"].startswith(form)
        assert quick.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("path", [KNOWN, COMPUTED, "/v1/games/1"])
def test_each_request_is_one_of_those_that_a_client_may_make(ran: tuple[Workspace, Ran], path: str) -> None:
    with serving(made(ran[0], rate_limit="4/h"), Patience()) as served, served.connect() as client:
        found = [ask(client, "GET", path, {}) for _ in range(6)]
    assert [" 429 " in one.status for one in found] == [False] * 4 + [True] * 2
    assert found[-1].headers["cache-control"] == "no-store"


def test_who_needs_a_key_is_not_answered_without(ran: tuple[Workspace, Ran], tmp_path_factory: Any) -> None:
    workspace = Workspace(tmp_path_factory.mktemp("keys"))
    for name in ("models", "snapshots", "current.json"):
        (workspace.root / name).symlink_to(ran[0].root / name)
    _, key = keys.create(workspace, "someone", "read")
    with serving(made(workspace, require_key=True), Patience()) as served, served.connect() as client:
        assert ask(client, "GET", KNOWN, {}).status == "HTTP/1.1 401 Unauthorized"
        assert ask(client, "GET", KNOWN, {"x-api-key": key}).status == "HTTP/1.1 200 OK"
        assert ask(client, "GET", "/livez", {}).status == "HTTP/1.1 200 OK"
        assert ask(client, "POST", "/v1/admin/reload", {"x-api-key": key}).status == "HTTP/1.1 403 Forbidden"


@pytest.mark.parametrize("path", [KNOWN, COMPUTED])
def test_each_request_is_counted_and_logged_once(
    ran: tuple[Workspace, Ran], caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with serving(made(ran[0]), Patience()) as served, served.connect() as client:
        with caplog.at_level(logging.INFO, logger="tasador.web.request_log"):
            for n in range(3):
                ask(client, "GET", path, {"x-request-id": f"id-{n}"})
        told = ask(client, "GET", "/metrics", {}).body.decode()
    logged = [record.__dict__ for record in caplog.records if record.getMessage() == "request_answered"]
    assert [record["request_id"] for record in logged[:3]] == ["id-0", "id-1", "id-2"]
    route = logged[0]["route"]
    assert "{" in route
    assert f'tasador_http_requests_total{{method="GET",route="{route}",status="200"}} 3.0' in told


def test_an_id_that_a_client_gives_comes_back(two: Two) -> None:
    text = f"GET {quote(KNOWN)} HTTP/1.1\r\nhost: x\r\nx-request-id: my-id\r\n\r\n"
    two.quick.sendall(text.encode())
    assert b"\r\nx-request-id: my-id\r\n" in two.quick.recv(1_000_000)


def asked_from_elsewhere(served: Served) -> Answered:
    with served.connect() as client:
        return ask(client, "GET", KNOWN, {"origin": "https://example.org"})


def test_what_stands_around_the_application_has_its_say(ran: tuple[Workspace, Ran]) -> None:
    with serving(create_app(ran[0], Settings(cors_origins="https://example.org")), Patience()) as served:
        assert asked_from_elsewhere(served).headers["access-control-allow-origin"] == "https://example.org"
    with serving(made(ran[0]), Patience()) as served:
        assert "access-control-allow-origin" not in asked_from_elsewhere(served).headers
