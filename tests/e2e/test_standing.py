"""A server as a user starts it stands: under load, before clients that are slow or silent, and when it is stopped."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from urllib.request import urlopen

import pytest

from tasador.storage import keys
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.e2e.clients import Answer, Load, Question, ask_once, load
from tests.e2e.servers import KNOWN, MANY, ONE, SOME, Server, connect, serving, until_answered, until_idle


@pytest.fixture(scope="module")
def server(ran: tuple[Workspace, Ran]) -> Iterator[Server]:
    """Serve the workspace on which the whole path was run."""
    with serving(ran[0]) as found:
        until_answered(found)
        yield found


def test_half_sent_heads_and_slow_bodies_keep_nobody_out(server: Server) -> None:
    begins = b"POST /v1/appraisals HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    half = [connect(server, begins) for _ in range(200)]
    slow = [connect(server, begins + b"content-length: 1000\r\n\r\n{") for _ in range(200)]
    begun = time.monotonic()
    while time.monotonic() - begun < 6:
        for question in (KNOWN, ONE, Question("GET", "/livez")):
            status, seconds = asyncio.run(ask_once(server.port, question))
            assert status == 200
            assert seconds < 1
        time.sleep(0.2)
    for client in half:  # by now they were let go
        assert b" 408 " in client.recv(100)
    for client in half + slow:
        client.close()


def test_who_takes_no_answer_keeps_no_place_among_those_that_work(server: Server) -> None:
    until_idle(server)
    prices = count(1_000)  # what was asked before is remembered, and no work
    deaf = [socket.socket() for _ in range(3)]  # more than work at once on two processors
    for client in deaf:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(("127.0.0.1", server.port))
    for _ in range(6):  # in the end more than the system holds for them
        for client in deaf:
            asked = [Question("GET", f"/v1/games?limit=100&price_max={price}") for price in islice(prices, 15)]
            client.sendall(b"".join(question.encoded() for question in asked))
        until_idle(server)
    assert [asyncio.run(ask_once(server.port, ONE))[0] for _ in range(5)] == [200] * 5
    for client in deaf:
        client.close()


@pytest.mark.parametrize("said", [True, False], ids=["by its length", "by counting"])
def test_a_body_that_is_too_large_is_refused_quickly(server: Server, said: bool) -> None:
    size = 1_048_577
    length = b"content-length: %d" % size if said else b"transfer-encoding: chunked"
    head = b"POST /v1/appraisals HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" + length + b"\r\n\r\n"
    begun = time.monotonic()
    with connect(server, head) as client:
        if not said:
            client.sendall(b"%x\r\n" % size + b" " * size)
        answer = client.recv(65_536)
        assert time.monotonic() - begun < 1
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"application/problem+json" in answer


def test_past_what_can_be_done_the_answer_is_no_and_the_others_are_answered(server: Server) -> None:
    unsaid: list[Answer] = []

    def heard(answer: Answer) -> None:
        if answer.status == 503 and answer.headers.get("retry-after") != "1":
            unsaid.append(answer)

    def asked(clients: int, seconds: float, per_second: float | None = None) -> Load:
        return asyncio.run(
            load(server.port, SOME, clients=clients, seconds=seconds, per_second=per_second, heard=heard)
        )

    asked(50, 1)  # what is loaded at the first request is loaded
    capacity = asked(2, 2).answered[200] / 2
    before = server.resident_mb
    found = asked(200, 8, per_second=min(10 * capacity, 1_500))
    status, seconds = asyncio.run(ask_once(server.port, ONE))
    assert set(found.answered) <= {200, 503}, found
    assert not found.failed
    assert found.unconnected == 0
    assert found.answered[200] > 20
    assert found.answered[503] > 20
    assert not unsaid
    # Beside other processes on the same processors; the goal of 0.5 is measured where there are none.
    assert found.percentile(200, 0.99) < 1.5
    assert (status, seconds < 0.5) == (200, True)
    assert server.resident_mb < before + 30


def test_who_hangs_up_leaves_no_work_behind(server: Server) -> None:
    until_idle(server)
    before = appraised(server)
    clients = [connect(server, MANY.encoded()) for _ in range(34)]
    time.sleep(0.1)
    for client in clients:
        client.close()
    # Two lists were begun; the others would take many seconds.
    assert until_idle(server) < 3
    assert appraised(server) - before < 10_000


def appraised(server: Server) -> float:
    """How many games it has appraised until now, as it says."""
    with urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        return sum(map(float, re.findall(rb"^tasador_appraisals_total\{.*\} (.+)$", answer.read(), re.M)))


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("reconnects", [False, True], ids=["kept connections", "new connections"])
def test_what_was_asked_is_answered_when_the_server_is_told_to_stop(
    ran: tuple[Workspace, Ran], workers: str, reconnects: bool
) -> None:
    with serving(ran[0], "--workers", workers) as server:
        until_answered(server)

        async def stopped() -> list[Load]:
            def gone() -> bool:
                return server.process.poll() is not None

            asyncio.get_running_loop().call_later(1.0, server.told_to_stop)
            return await asyncio.gather(
                *(
                    load(server.port, question, clients=8, seconds=8, reconnects=reconnects, stop=gone)
                    for question in (KNOWN, ONE, SOME)
                )
            )

        for found in asyncio.run(stopped()):
            assert found.answered[200] > 0
            assert set(found.answered) <= {200, 503}
            assert not found.failed, f"{found.failed} of {found.sent}"


def test_a_worker_that_dies_is_replaced(ran: tuple[Workspace, Ran]) -> None:
    with serving(ran[0], "--workers", "2") as server:
        until_answered(server)
        children = _children(server)
        assert len(children) == 2

        async def killed() -> Load:
            asyncio.get_running_loop().call_later(0.5, os.kill, children[0], signal.SIGKILL)
            return await load(server.port, KNOWN, clients=8, seconds=2)

        found = asyncio.run(killed())
        # Each client may lose what the one that died had been asked; the other answers meanwhile.
        assert found.failed.total() <= 8
        assert set(found.answered) == {200}
        assert found.unconnected == 0
        end = time.monotonic() + 20
        while len(set(_children(server)) - {children[0]}) < 2:
            assert time.monotonic() < end
            time.sleep(0.1)
        until_answered(server)


def _children(server: Server) -> list[int]:
    """The worker processes, without what keeps their books."""
    listed = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [int(pid) for pid in listed if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_keys_and_rates_hold_in_a_server_that_runs(ran: tuple[Workspace, Ran]) -> None:
    workspace = Workspace(ran[0].root)
    with serving(workspace, TASADOR_REQUIRE_KEY="true", TASADOR_RATE_LIMIT="50/min") as server:

        def status(path: str, key: str = "") -> int:
            header = f"x-api-key: {key}\r\n" if key else ""
            text = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n"
            with connect(server, text.encode()) as client:
                return int(client.recv(65_536).split()[1])

        assert status("/livez") == 200
        assert status(KNOWN.path) == 401
        _, key = keys.create(workspace, "e2e", "read")
        try:
            time.sleep(1.2)
            assert status(KNOWN.path, key) == 200
            assert [status(KNOWN.path, key) for _ in range(55)][-1] == 429
        finally:
            keys.revoke(workspace, "e2e")
        time.sleep(1.2)
        assert status(KNOWN.path, key) in {401, 429}
