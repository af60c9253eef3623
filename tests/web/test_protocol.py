"""Clients that open connections and are silent, or do not listen, keep nobody out and are let go of."""

from __future__ import annotations

import asyncio
import contextlib
import json
import select
import socket
import threading
import time

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tasador.web.connections import Patience
from tasador.web.protocol import BoundedProtocol
from tests.web.served import heard, heard_once, serving, until

LARGE = b"x" * 16_000_000
GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once, late, or much; reads no body but where it is told to."""
    body = b"ok"
    match scope["path"]:
        case "/slow":
            await asyncio.sleep(1.0)
        case "/large":
            body = LARGE
        case "/read":
            while (message := await receive())["type"] == "http.request" and message["more_body"]:
                pass
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def problem(answer: bytes, status: int) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    found: dict[str, object] = json.loads(body)
    assert found["status"] == status
    return found


def test_a_head_that_does_not_come_in_time_is_not_waited_for() -> None:
    with serving(app, Patience(head_seconds=0.3)) as served:
        half = [served.connect("GET / HTTP/1.1\r\nhost: x\r\n") for _ in range(20)]
        silent, blank = served.connect(), served.connect()
        begun = time.monotonic()
        while time.monotonic() - begun < 0.8:  # dribbling does not help
            for client in [*half, blank]:
                client.sendall(b"\r\n" if client is blank else b"x: y\r\n")
            time.sleep(0.1)
        for client in half:
            assert problem(heard(client), 408)["detail"] == "The request's head did not come in time."
        assert heard(silent) == b""
        problem(heard(blank), 408)
        assert time.monotonic() - begun < 4
        assert served.reasons == ["slow_head"] * 21
        until(lambda: not served.connections.waiting)
        for client in [*half, silent, blank]:
            client.close()


def test_a_second_request_has_as_long_as_the_first() -> None:
    with serving(app, Patience(head_seconds=0.3), keep_alive_seconds=60) as served, served.connect(GET) as client:
        assert heard_once(client).endswith(b"ok")
        time.sleep(1.5)  # it may be idle for longer than a head may take
        client.sendall(GET.encode())
        assert heard_once(client).endswith(b"ok")
        client.sendall(b"GET / HTTP/1.1\r\nhos")
        problem(heard(client), 408)


def test_an_idle_connection_is_closed() -> None:
    with serving(app, Patience(), keep_alive_seconds=1) as served, served.connect(GET) as client:
        assert heard_once(client).endswith(b"ok")
        assert heard(client, 3) == b""


def test_who_has_waited_longest_makes_room() -> None:
    with serving(app, Patience(connections=10, head_seconds=30)) as served:
        clients = [served.connect("GET / HT") for _ in range(60)]
        for _ in range(20):
            begun = time.monotonic()
            assert served.ask().endswith(b"ok")
            assert time.monotonic() - begun < 0.5
        until(lambda: len(served.connections.waiting) <= 10)
        clients[-1].sendall(b"TP/1.1\r\nhost: x\r\n\r\n")
        assert heard(clients[0]) == b""
        assert set(served.reasons) == {"connections"}
        for client in clients:
            client.close()


def test_who_is_being_answered_is_not_sent_away() -> None:
    with serving(app, Patience(connections=3)) as served:
        busy = [served.connect(GET.replace("/ ", "/slow ", 1)) for _ in range(3)]
        until(lambda: not served.connections.waiting)
        with served.connect() as late:
            assert problem(heard(late), 503)["title"] == "Service Unavailable"
        for client in busy:
            assert heard_once(client).endswith(b"ok")
            client.close()


@pytest.mark.parametrize(
    ("first", "more"),
    [("GET / HTTP/1.1\r\nx: ", "y" * 500), ("GET / HTTP/1.1\r\n", "x: y\r\n" * 80), ("GET /", "y" * 500)],
    ids=["one header", "many headers", "the address"],
)
def test_a_head_is_bounded(first: str, more: str) -> None:
    with serving(app, Patience(head_bytes=4_096)) as served, served.connect(first) as client:
        sent = 0
        while not select.select([client], [], [], 0.01)[0]:
            client.sendall(more.encode())
            sent += len(more)
        assert 3_000 < sent < 6_000
        problem(heard(client), 431)
        assert served.reasons == ["large_head"]


CHUNKED = "POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"


@pytest.mark.parametrize("path", ["/read", "/"], ids=["a body that is awaited", "a body that nobody reads"])
@pytest.mark.parametrize("more", [b"a:b\r\n" * 100, b"y" * 500], ids=["many", "one without end"])
def test_headers_behind_a_body_are_bounded(path: str, more: bytes) -> None:
    with serving(app, Patience()) as served, served.connect(CHUNKED.format(path=path) + "a: ") as client:
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 2_000_000:
                client.sendall(more)
                sent += len(more)
                time.sleep(0.001)
        assert sent < 200_000
        until(lambda: served.reasons == ["large_head"])


def test_headers_behind_a_body_are_no_headers_of_the_request() -> None:
    found: list[bytes] = []

    async def keeping(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        found.extend(name for name, _ in scope["headers"])

    with serving(keeping, Patience()) as served, served.connect(CHUNKED.format(path="/read")) as client:
        client.sendall(b"content-type: application/json\r\n\r\n" + GET.encode())
        answers = b""
        while answers.count(b"\r\n\r\nok") < 2:
            part = client.recv(65_536)
            assert part, "the server closed"
            answers += part
    assert found == [b"host", b"transfer-encoding", b"host"]


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_body_may_be_chunked_as_finely_as_one_likes(size: int) -> None:
    text = "POST /read HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + "1\r\nx\r\n" * size
    with serving(app, Patience()) as served, served.connect(f"{text}0\r\n\r\n") as client:
        assert heard_once(client).endswith(b"ok")
        assert served.reasons == []


def asked(path: str, header: str = "x: y") -> str:
    return f"GET {path} HTTP/1.1\r\nhost: x\r\n{header}\r\n\r\n"


@pytest.mark.parametrize(
    "text",
    [
        asked("/" + "a" * 16_500),
        asked("/" + "a" * 60_000),
        asked("/?q=" + "a" * 60_000),
        asked("/livez?" + "a" * 66_000),
        asked("/", "x: " + "y" * 20_000),
        asked("/", "\r\n".join(f"x{n}: {'y' * 200}" for n in range(100))),
    ],
    ids=["path", "long path", "query", "longer than the parser takes", "a header", "headers"],
)
@pytest.mark.parametrize("begins", ["", "GET / HTTP/1.1\r\nhost: x\r\n\r\n"], ids=["first", "second"])
def test_a_head_that_comes_whole_is_bounded_too(text: str, begins: str, caplog: pytest.LogCaptureFixture) -> None:
    with serving(app, Patience()) as served, served.connect(begins) as client:
        if begins:
            assert heard_once(client).endswith(b"ok")
        client.sendall(text.encode())
        assert "16384 bytes" in str(problem(heard(client), 431)["detail"])
        assert served.reasons == ["large_head"]
    assert not [record for record in caplog.records if record.exc_info]


def test_a_head_may_be_as_large_as_that() -> None:
    with serving(app, Patience()) as served, served.connect(asked("/" + "a" * 16_000)) as client:
        assert heard_once(client).endswith(b"ok")


@pytest.mark.parametrize(
    "text",
    [
        "CONNECT x HTTP/1.1\r\nhost: x\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET http://x HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_an_address_that_is_no_path_is_a_problem_too(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with serving(app, Patience()) as served:
        with served.connect(text) as client:
            problem(heard(client), 400)
        assert served.reasons == ["bad_request"]
        until(lambda: not served.connections.waiting)
    assert not [record for record in caplog.records if record.exc_info]


def test_who_goes_on_sending_is_told_why_and_let_go() -> None:
    with (
        serving(app, Patience(head_bytes=4_096)) as served,
        served.connect("GET / HTTP/1.1\r\nx: " + "y" * 5_000) as client,
    ):
        answer = b""
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 10:
                if select.select([client], [], [], 0)[0]:
                    answer += client.recv(65_536)
                client.sendall(b"y" * 1_000)
                time.sleep(0.005)
        problem(answer, 431)
        assert 0.5 < time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello\r\n\r\n", "its method is none of HTTP's"),
        ("BREW / HTTP/1.1\r\nhost: x\r\n\r\n", "its method is none of HTTP's"),
        ("GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n", "This is no HTTP request."),
        ("\x16\x03\x01\x02\x00", "This is no HTTP request"),
        ("GET /v1/games?q=año HTTP/1.1\r\nhost: x\r\n\r\n", "Percent-encode"),
    ],
)
def test_what_is_no_http_is_a_problem_too(text: str, says: str) -> None:
    with serving(app, Patience()) as served, served.connect(text) as client:
        assert says in str(problem(heard(client), 400)["detail"])


@pytest.mark.parametrize("hosts", ["", "host: x\r\nHost: x\r\n"], ids=["none", "two"])
def test_a_request_names_one_host(hosts: str) -> None:
    with serving(app, Patience()) as served:
        with served.connect(f"GET / HTTP/1.1\r\n{hosts}\r\n") as client:
            assert problem(heard(client), 400)["detail"] == "A request of HTTP/1.1 names one host."
        with served.connect("GET / HTTP/1.0\r\n\r\n") as client:
            assert heard(client).endswith(b"ok")


def test_a_body_that_nobody_reads_does_not_keep_its_connection() -> None:
    post = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12345"
    with serving(app, Patience(head_seconds=0.3), keep_alive_seconds=60) as served:
        with served.connect(post) as client:
            assert heard_once(client).endswith(b"ok")
            assert heard(client, 4) == b""
        assert served.reasons == ["slow_body"]
        with served.connect(post) as client:
            assert heard_once(client).endswith(b"ok")
            client.sendall(b"67890" + GET.encode())
            assert heard_once(client).endswith(b"ok")


def test_a_body_that_is_waited_for_has_an_end() -> None:
    with serving(app, Patience(request_seconds=0.5)) as served:
        with served.connect("POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12345") as client:
            assert heard(client, 4) == b""
        assert served.reasons == ["slow_body"]


def test_who_does_not_take_his_answer_is_let_go() -> None:
    with serving(app, Patience(answer_seconds=0.5), keep_alive_seconds=60) as served:
        with served.connect(GET.replace("/ ", "/large ", 1)) as deaf:
            until(lambda: served.reasons == ["slow_reader"], 5)
            assert len(heard(deaf)) < len(LARGE)
        assert served.ask("/large").endswith(LARGE)


def test_for_who_does_not_take_his_answers_no_more_is_done_until_he_does() -> None:
    begun: list[str] = []

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        begun.append(scope["path"])
        await app(scope, receive, send)

    large, small = (GET.replace("/ ", f"/{name} ", 1) for name in ("large", "small"))
    with serving(counting, Patience()) as served:
        deaf = [served.connect(f"{large}{small}{small}") for _ in range(3)]
        until(lambda: len(begun) == 3)
        assert served.ask().endswith(b"ok")
        time.sleep(0.3)
        assert sorted(begun) == ["/", "/large", "/large", "/large"]
        for client in deaf:
            came = 0
            while not (data := client.recv(1_000_000)).endswith(b"ok"):
                came += len(data)
            assert came + len(data) > len(LARGE)
            client.close()
        until(lambda: begun.count("/small") == 6)
        until(lambda: not served.connections.waiting)


@pytest.mark.parametrize("behind", ["", "no HTTP\r\n\r\n", f"{GET}no HTTP\r\n\r\n"])
def test_whoever_works_on_an_answer_is_told_that_nobody_hears_it(behind: str, caplog: pytest.LogCaptureFixture) -> None:
    heard_of: list[str] = []

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        heard_of.append("request")
        heard_of.append((await receive())["type"])
        await app(scope, receive, send)

    with serving(listening, Patience()) as served:
        client = served.connect(GET)
        until(lambda: heard_of == ["request"])
        client.sendall(behind.encode())
        time.sleep(0.1)
        client.close()
        until(lambda: heard_of == ["request", "http.disconnect"])
        time.sleep(0.1)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_who_does_not_take_his_answer_makes_room() -> None:
    with serving(app, Patience(connections=3)) as served:
        deaf = [served.connect(GET.replace("/ ", "/large ", 1) * 2) for _ in range(3)]
        until(lambda: len(served.connections.waiting) == 3)
        assert served.ask().endswith(b"ok")
        for client in deaf:
            client.close()


def test_the_last_of_requests_behind_one_another_is_not_sent_away() -> None:
    with serving(app, Patience(connections=1)) as served:
        client = served.connect(GET + GET.replace("/ ", "/slow ", 1))
        assert heard_once(client).endswith(b"ok")
        with served.connect() as late:
            problem(heard(late), 503)
        assert heard_once(client).endswith(b"ok")
        client.close()


def test_requests_behind_one_another_are_answered_in_order() -> None:
    with serving(app, Patience()) as served, served.connect(GET * 20) as client:
        answers = b""
        while answers.count(b"ok") < 20:
            answers += client.recv(65_536)


@pytest.mark.parametrize(
    ("before", "n"),
    [
        (asked("/", "cookie: " + "c" * 600) * 30, 30),
        (f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 20000\r\n\r\n{'b' * 20_000}", 1),
    ],
    ids=["heads", "a body"],
)
def test_a_head_that_is_cut_is_not_taken_for_what_came_before_it(before: str, n: int) -> None:
    with serving(app, Patience()) as served, served.connect(before + GET[:10]) as client:
        for _ in range(n):
            assert answer(client) == b"ok"
        client.sendall(GET[10:].encode())
        assert heard_once(client).endswith(b"ok")
        assert served.reasons == []


def test_who_asks_too_much_behind_one_another_is_answered_what_was_taken() -> None:
    slow = GET.replace("/ ", "/slow ", 1)
    with serving(app, Patience(), keep_alive_seconds=60) as served, served.connect(slow + GET * 500) as client:
        *answers, last, nothing = heard(client).split(b"ok")
        assert 30 < len(answers) < 40
        assert b"connection: close" in last
        assert b"connection: close" not in b"".join(answers)
        assert nothing == b""
        assert served.reasons == []


def test_what_is_no_http_is_counted_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with serving(app, Patience()) as served:
        with served.connect("hello\r\n\r\n") as client:
            problem(heard(client), 400)
        with served.connect(asked("/", "connection: upgrade\r\nupgrade: h2c")) as client:
            assert heard_once(client).endswith(b"ok")
        assert served.reasons == ["bad_request"]
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_the_library_still_has_what_is_done_in_another_way_here() -> None:
    own = {name for name, value in vars(BoundedProtocol).items() if callable(value)}
    library = vars(HttpToolsProtocol)
    taken_over = {name for name in own if not name.startswith("_")} - {"end_if_overdue"}
    assert taken_over <= library.keys()
    assert {"_start_asgi_task", "_unset_keepalive_if_required", "shutdown"} <= library.keys()


def test_what_is_on_its_way_when_the_server_stops_is_answered() -> None:
    with serving(app, Patience(), keep_alive_seconds=60) as served:
        idle, fresh, busy = served.connect(GET), served.connect(), served.connect(GET.replace("/ ", "/slow ", 1))
        assert heard_once(idle).endswith(b"ok")
        until(lambda: len(served.connections.waiting) == 2)
        served.server.should_exit = True
        until(lambda: _refused(served.port))
        for client in (idle, fresh):
            client.sendall(GET.encode())
            answer = heard(client)
            assert answer.endswith(b"ok")
            assert b"connection: close" in answer
        assert heard(busy).endswith(b"ok")
        for client in (idle, fresh, busy):
            client.close()


def test_a_server_stops_though_clients_stay() -> None:
    with serving(app, Patience(), keep_alive_seconds=60) as served:
        idle, silent = served.connect(GET), served.connect("GET /")
        heard_once(idle)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3
    idle.close()
    silent.close()


def test_looks_at_connections_end_with_them() -> None:
    with serving(app, Patience()) as served:
        before = threading.active_count()
        for _ in range(50):
            assert served.ask().endswith(b"ok")
        assert threading.active_count() == before
        until(lambda: not served.connections.waiting)


def answer(client: socket.socket) -> bytes:
    """Hear the body of one answer, and nothing of those behind it."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        came = client.recv(1)
        assert came, head
        head += came
    return client.recv(2)


def _refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionError:
        return True
    return False
