"""A server as a user starts it stands: under load, before clients that are slow or silent, and when it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasador.storage import keys
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.e2e.clients import Load, Question, ask_once, load

COMMAND = Path(sys.executable).parent / "tasador"

GAME = {"name": "A Game", "release_date": "2017-05-01", "genres": ["Action", "Indie"]}
KNOWN = Question("GET", "/genero/a%C3%B1o/2016")
ONE = Question("POST", "/v1/appraisals", json.dumps(GAME).encode())
SOME = Question("POST", "/v1/appraisals", json.dumps([{**GAME, "name": f"Game {n}"} for n in range(20)]).encode())
MANY = Question("POST", "/v1/appraisals", json.dumps([{**GAME, "name": f"Game {n}"} for n in range(1_000)]).encode())


@dataclass(frozen=True)
class Server:
    """A server process."""

    process: subprocess.Popen[str]
    port: int

    def told_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    @property
    def cpu_seconds(self) -> float:
        """What it has computed until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self) -> float:
        """What it holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def serving(workspace: Workspace, *arguments: str, **settings: str) -> Iterator[Server]:
    """Serve a workspace on a free port until the block ends, if it was not told to stop before."""
    process = subprocess.Popen(
        [COMMAND, "serve", "--workspace", workspace.root, "--port", "0", *arguments],
        stderr=subprocess.PIPE, text=True, env={**os.environ, **settings},
    )  # fmt: skip
    assert process.stderr is not None
    found = re.search(r"Serving on http://127\.0\.0\.1:(\d+)", process.stderr.readline())
    assert found is not None
    server = Server(process, int(found[1]))
    try:
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
        assert "Traceback" not in said, said
        assert process.returncode in {0, -signal.SIGTERM}


@pytest.fixture(scope="module")
def server(ran: tuple[Workspace, Ran]) -> Iterator[Server]:
    """Serve the workspace on which the whole path was run."""
    with serving(ran[0]) as found:
        until_answered(found)
        yield found


def until_answered(server: Server) -> None:
    end = time.monotonic() + 20
    while asyncio.run(ask_once(server.port, ONE))[0] != 200:
        assert time.monotonic() < end
        time.sleep(0.05)


def connect(server: Server, text: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    client.sendall(text)
    return client


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
    def asked(clients: int, seconds: float, per_second: float | None = None) -> Load:
        return asyncio.run(load(server.port, SOME, clients=clients, seconds=seconds, per_second=per_second))

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
    # Beside other processes on the same processors; the goal of 0.5 is measured where there are none.
    assert found.percentile(200, 0.99) < 1.5
    assert (status, seconds < 0.5) == (200, True)
    assert server.resident_mb < before + 30


def test_who_hangs_up_leaves_no_work_behind(server: Server) -> None:
    until_idle(server)
    clients = [connect(server, MANY.encoded()) for _ in range(34)]
    time.sleep(0.1)
    for client in clients:
        client.close()
    # Two lists were begun; the others would take many seconds.
    assert until_idle(server) < 3


def until_idle(server: Server) -> float:
    """Wait until the server computes next to nothing, and say how long that took."""
    begun = time.monotonic()
    while True:
        before = server.cpu_seconds
        time.sleep(0.3)
        if server.cpu_seconds - before <= 0.03:
            return time.monotonic() - begun
        assert time.monotonic() - begun < 20


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
            assert found.answered[200] > 5
            assert set(found.answered) <= {200, 503}
            assert not found.failed, f"{found.failed} of {found.sent}"


def test_a_worker_that_dies_is_replaced(ran: tuple[Workspace, Ran]) -> None:
    with serving(ran[0], "--workers", "2") as server:
        until_answered(server)
        children = _children(server)
        assert len(children) == 2
        os.kill(children[0], signal.SIGKILL)
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
