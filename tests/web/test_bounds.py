"""A body is read whole, within bounds, before the application is asked."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.web.bounds import Bounds
from tests.web.asgi import Client, echo

CHUNKED = [(b"transfer-encoding", b"chunked")]


def length(n: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", str(n).encode())]


def bounds(reasons: list[str], *, body_bytes: int = 100, body_seconds: float = 5.0) -> Bounds:
    return Bounds(echo, body_bytes=body_bytes, body_seconds=body_seconds, rejected=reasons.append)


@given(st.lists(st.binary(max_size=12), min_size=1, max_size=8))
def test_the_application_receives_the_body_that_was_sent(parts: list[bytes]) -> None:
    reasons: list[str] = []
    client = Client.of(*parts)
    asyncio.run(client.ask(bounds(reasons), "/x", CHUNKED))
    assert client.status == 200
    assert b"".join(message.get("body", b"") for message in client.sent[1:]) == b"".join(parts)
    assert reasons == []


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read() -> None:
    reasons: list[str] = []
    client = Client()  # sends nothing
    asyncio.run(client.ask(bounds(reasons), "/x", length(101)))
    assert client.status == 413
    assert "100 bytes" in client.problem["detail"]
    assert client.problem["instance"] == "/x"
    assert reasons == ["body_too_large"]


@pytest.mark.parametrize("n", [100, 101])
def test_a_body_that_does_not_say_is_counted(n: int) -> None:
    client = Client.of(b"x" * 60, b"y" * (n - 60))
    asyncio.run(client.ask(bounds([]), "/x", CHUNKED))
    assert client.status == (200 if n == 100 else 413)


def test_a_request_without_a_body_is_passed_on_as_it_is() -> None:
    client = Client.of(b"")
    asyncio.run(client.ask(bounds([]), "/x"))
    assert client.status == 200


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    reasons: list[str] = []

    async def slow() -> Client:
        client = Client()
        client.send_part(b"x")
        await client.ask(bounds(reasons, body_seconds=0.05), "/x", length(2))
        return client

    client = asyncio.run(slow())
    assert client.status == 408
    assert client.headers[b"connection"] == b"close"
    assert client.problem["title"] == "Body too slow"
    assert reasons == ["body_too_slow"]


def test_who_hangs_up_before_the_body_is_whole_is_not_worked_for() -> None:
    async def gone() -> Client:
        client = Client()
        client.send_part(b"x")
        client.hang_up()
        await client.ask(bounds([]), "/x", length(2))
        return client

    assert asyncio.run(gone()).status is None


def test_all_bodies_together_are_bounded_and_what_is_done_with_makes_room() -> None:
    reasons: list[str] = []

    async def many() -> tuple[list[Client], Client]:
        app = bounds(reasons)
        clients = [Client() for _ in range(70)]
        tasks = [asyncio.create_task(client.ask(app, "/x", length(100))) for client in clients]
        for client in clients:
            client.send_part(b"x" * 99)
        await asyncio.sleep(0.01)
        for client in clients:
            client.send_part(b"x", more=False)
        await asyncio.gather(*tasks)
        later = Client.of(b"x" * 100)
        await later.ask(app, "/x", length(100))
        return clients, later

    clients, later = asyncio.run(many())
    refused = [client for client in clients if client.status == 503]
    assert 0 < len(refused) <= 10
    assert all(client.headers[b"retry-after"] == b"1" for client in refused)
    assert all(client.status == 200 for client in clients if client not in refused)
    assert reasons == ["bodies_held"] * len(refused)
    assert later.status == 200
