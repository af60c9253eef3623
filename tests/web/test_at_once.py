"""What an application knows beforehand is answered at once: in order, within bounds, and as any other answer."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass, field

import pytest
from starlette.types import Receive, Scope, Send

from tasador.web.connections import Patience
from tests.web.served import heard, heard_once, serving, until

LARGE = b"x" * 16_000_000


@dataclass
class Knowing:
    """Knows some addresses beforehand; answers others late, or fails. It remembers who was asked for what."""

    at_once_asked: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def at_once(self, scope: Scope) -> tuple[int, bytes, bytes] | None:
        path = scope["path"]
        if path == "/fails":
            raise RuntimeError
        if not path.startswith("/known"):
            return None
        self.at_once_asked.append(path)
        body = LARGE if path == "/known/large" else path.encode()
        return 200, b"content-length: %d\r\n" % len(body), body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.asked.append(path)
        if path == "/fails":
            raise RuntimeError
        if path == "/slow":
            await asyncio.sleep(2)
        body = LARGE if path == "/known/large" else path.encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


def get(path: str, *headers: str, version: str = "1.1") -> str:
    return "\r\n".join([f"GET {path} HTTP/{version}", "host: x", *headers, "", ""])


def bodies(client: socket.socket, n: int, seconds: float = 10) -> list[bytes]:
    """Hear so many answers on a connection that stays open."""
    client.settimeout(seconds)
    text, found = b"", list[bytes]()
    while len(found) < n:
        head, end, rest = text.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) if end else 0
        if not end or len(rest) < length:
            part = client.recv(1_000_000)
            assert part, "the server closed"
            text += part
            continue
        found.append(rest[:length])
        text = rest[length:]
    return found


def test_what_is_known_is_answered_without_asking_the_application() -> None:
    app = Knowing()
    with serving(app, Patience(), keep_alive_seconds=60) as served, served.connect(get("/known")) as client:
        answer = heard_once(client)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
        assert answer.endswith(b"\r\n\r\n/known")
        client.sendall(get("/other").encode())
        assert heard_once(client).endswith(b"/other")
    assert app.asked == ["/other"]


def test_answers_come_in_the_order_of_the_requests() -> None:
    paths = ["/known/1", "/known/2", "/slow", "/known/3", "/other", "/known/4", "/known/5"]
    with serving(Knowing(), Patience()) as served, served.connect("".join(map(get, paths))) as client:
        assert bodies(client, len(paths)) == [path.encode() for path in paths]


def test_of_many_requests_in_one_piece_the_first_are_answered_at_once_and_the_rest_wait_their_turn() -> None:
    app = Knowing()
    with serving(app, Patience()) as served, served.connect(get("/known") * 60) as client:
        assert bodies(client, 60) == [b"/known"] * 60
        assert len(app.asked) == 60 - 32
        client.sendall(get("/known").encode())
        assert heard_once(client).endswith(b"/known")
        assert len(app.asked) == 60 - 32


def test_who_does_not_take_his_answers_is_not_written_more_of_them() -> None:
    app = Knowing()
    with serving(app, Patience()) as served, served.connect(get("/known/large") * 20) as client:
        until(lambda: bool(app.at_once_asked))
        time.sleep(0.2)
        assert (len(app.at_once_asked), app.asked) == (1, [])
        assert bodies(client, 20, 30) == [LARGE] * 20


def test_behind_an_answer_that_is_not_taken_yet_nothing_is_begun_and_the_order_is_kept() -> None:
    app = Knowing()
    paths = ["/known/large", "/slow", "/other", "/known/1"]
    with serving(app, Patience()) as served, served.connect("".join(map(get, paths))) as client:
        until(lambda: bool(app.at_once_asked))
        time.sleep(0.2)
        assert app.asked == []
        assert bodies(client, len(paths)) == [LARGE, *(path.encode() for path in paths[1:])]


@pytest.mark.parametrize("text", [get("/known", "connection: close"), get("/known", version="1.0")])
def test_a_connection_that_was_to_be_the_last_is_closed(text: str) -> None:
    app = Knowing()
    with serving(app, Patience(), keep_alive_seconds=60) as served, served.connect(text + get("/known")) as client:
        answer = heard(client)
        assert answer.count(b"HTTP/1.1 200 OK") == 1
        assert b"\r\nconnection: close\r\n" in answer
    assert app.at_once_asked == ["/known"]


def test_an_answer_is_the_last_when_the_server_stops() -> None:
    with serving(Knowing(), Patience(), keep_alive_seconds=60) as served, served.connect(get("/known")) as client:
        assert b"connection: close" not in heard_once(client)
        served.server.should_exit = True
        until(lambda: served.connections.leaving)
        client.sendall(get("/known").encode())
        answer = heard(client)
        assert answer.endswith(b"/known")
        assert b"\r\nconnection: close\r\n" in answer


def test_an_idle_connection_is_closed_after_as_long_as_any() -> None:
    with serving(Knowing(), Patience(), keep_alive_seconds=1) as served, served.connect(get("/known")) as client:
        heard_once(client)
        begun = time.monotonic()
        assert heard(client, 5) == b""
        assert time.monotonic() - begun > 0.5


def test_an_idle_connection_may_be_idle_for_longer_than_a_head_may_take() -> None:
    patience = Patience(head_seconds=0.3)
    with serving(Knowing(), patience, keep_alive_seconds=60) as served, served.connect(get("/known")) as client:
        heard_once(client)
        time.sleep(1.5)
        client.sendall(get("/known").encode())
        assert heard_once(client).endswith(b"/known")
        client.sendall(b"GET /known HTTP/1.1\r\nhos")
        assert heard(client).startswith(b"HTTP/1.1 408 ")


def test_what_comes_behind_it_is_not_cut_off_as_idle() -> None:
    with (
        serving(Knowing(), Patience(), keep_alive_seconds=1) as served,
        served.connect(get("/known") + get("/slow")) as client,
    ):
        assert bodies(client, 2) == [b"/known", b"/slow"]


def test_who_is_answered_behind_it_is_not_sent_away() -> None:
    with (
        serving(Knowing(), Patience(connections=1)) as served,
        served.connect(get("/known") + get("/other") + get("/slow")) as client,
    ):
        assert bodies(client, 2) == [b"/known", b"/other"]
        with served.connect() as late:
            assert heard(late).startswith(b"HTTP/1.1 503 ")
        until(lambda: bool(served.connections.waiting))


def test_a_body_that_nobody_reads_is_not_waited_for_for_ever() -> None:
    text = get("/known", "content-length: 10") + "12345"
    with serving(Knowing(), Patience(head_seconds=0.3), keep_alive_seconds=60) as served:
        with served.connect(text) as client:
            assert heard_once(client).endswith(b"/known")
            assert heard(client, 4) == b""
        assert served.reasons == ["slow_body"]


def test_a_failure_is_answered_and_logged_as_any(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Knowing(), Patience()) as served:
        assert served.ask("/fails").startswith(b"HTTP/1.1 500 ")
    assert "Exception in ASGI application" in caplog.text
