"""The client of somebody's endpoint: how slowly and how long it asks, and where it never goes."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from tasador.errors import SourceError
from tasador.storage.endpoint import Endpoint
from tests.audit.servers import answering


def client(*, most: int = 10, delay: float = 0.0, timeout: float = 5.0) -> Endpoint:
    return Endpoint(most_requests=most, delay_seconds=delay, timeout_seconds=timeout)


def test_no_more_is_asked_than_was_allowed() -> None:
    with answering(lambda _: (200, {"price": 1})) as server:
        endpoint = client(most=2)
        assert [endpoint.send("GET", server.url).status for _ in range(2)] == [200, 200]
        with pytest.raises(SourceError, match="no more requests may be sent"):
            endpoint.send("GET", server.url)
        assert len(server.requests) == 2


def test_requests_keep_their_distance() -> None:
    with answering(lambda _: (200, 1)) as server:
        endpoint = client(delay=0.1)
        began = time.monotonic()
        for _ in range(3):
            endpoint.send("GET", server.url)
        assert time.monotonic() - began >= 0.2


def test_headers_and_body_are_sent() -> None:
    with answering(lambda asked: (200, {"got": asked.body})) as server:
        body = b'{"x": [1, 2]}'
        response = client().send("POST", server.url, headers={"X-Key": "k"}, body=body)
        assert response.body == b'{"got": {"x": [1, 2]}}'
        assert server.requests[0].headers["X-Key"] == "k"


def test_a_redirect_is_not_followed() -> None:
    with answering(lambda _: (302, b"elsewhere")) as server:
        assert client().send("GET", server.url).status == 302
        assert len(server.requests) == 1


def test_errors_are_responses_with_what_they_say() -> None:
    with answering(lambda _: (500, b"broken")) as server:
        response = client().send("GET", server.url)
        assert (response.status, response.body) == (500, b"broken")


def test_a_server_that_asks_for_fewer_requests_gets_no_more() -> None:
    told = r"fewer requests.*status 429 after 1 .*--delay.*wait 7 seconds"
    with answering(lambda _: (429, b"")) as server, pytest.raises(SourceError, match=told):
        client().send("GET", server.url)


def test_a_long_response_is_cut() -> None:
    with answering(lambda _: (200, b"x" * 3_000_000)) as server:
        assert len(client().send("GET", server.url).body) == 1 << 20


def test_a_server_that_trickles_is_not_waited_for() -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def trickle() -> None:
            for number in range(2):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(10_000)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                    if number == 0:
                        connection.sendall(b"x" * 1000)
                        continue
                    while not ended.wait(0.05):
                        try:
                            connection.sendall(b"x")
                        except OSError:
                            break

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            endpoint, url = client(timeout=0.3), f"http://127.0.0.1:{listener.getsockname()[1]}"
            assert endpoint.send("GET", url).status == 200
            began = time.monotonic()
            response = endpoint.send("GET", url)
        finally:
            ended.set()
            thread.join()
    assert response.status is None
    assert "no response within 0.3 seconds" in response.failure
    assert time.monotonic() - began < 3


def test_a_server_that_went_away_is_given_up() -> None:
    endpoint = client()
    with answering(lambda _: (200, 1)) as server:
        endpoint.send("GET", server.url)
    for _ in range(4):
        assert endpoint.send("GET", server.url).status is None
    with pytest.raises(SourceError, match="it stopped answering"):
        endpoint.send("GET", server.url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "host/x", "http://", "data:,x"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(SourceError, match="no web address"):
        client().send("GET", url)
