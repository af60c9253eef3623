"""Servers as a user starts them, and what is asked of them."""

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

from tasador.storage.workspace import Workspace
from tests.e2e.clients import Question, ask_once

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
        wrong = [line for line in said.splitlines() if "Traceback" in line and "reload_refused" not in line]
        assert not wrong, said
        assert process.returncode in {0, -signal.SIGTERM}


def until_answered(server: Server) -> None:
    end = time.monotonic() + 20
    while asyncio.run(ask_once(server.port, ONE))[0] != 200:
        assert time.monotonic() < end
        time.sleep(0.05)


def connect(server: Server, text: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    client.sendall(text)
    return client


def until_idle(server: Server) -> float:
    """Wait until the server computes next to nothing, and say how long that took."""
    begun = time.monotonic()
    while True:
        before = server.cpu_seconds
        time.sleep(0.3)
        if server.cpu_seconds - before <= 0.03:
            return time.monotonic() - begun
        assert time.monotonic() - begun < 20
