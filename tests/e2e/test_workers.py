"""Several workers count together, without being told where."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran

COMMAND = Path(sys.executable).parent / "tasador"
ASKED = re.compile(r'tasador_http_requests_total\{method="GET",route="/livez",status="200"\} (\d+)')
COUNTED = "counter_*.db"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where temporary files of the server are."""
    found = tmp_path / "scratch"
    found.mkdir()
    return found


@pytest.fixture
def server(ran: tuple[Workspace, Ran], scratch: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Two workers on a free port."""
    env = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    process = subprocess.Popen(
        [COMMAND, "serve", "--workspace", ran[0].root, "--port", "0", "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
        env={**env, "TMPDIR": str(scratch)},
    )
    assert process.stderr is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
    assert found is not None
    yield found[0], process
    process.send_signal(signal.SIGTERM)
    process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) in {0, -signal.SIGTERM}
    assert not list(scratch.glob("tasador-*")), "what was made is taken away"


def ask(address: str) -> str:
    with urlopen(address, timeout=60) as answer:
        found: str = answer.read().decode()
    return found


def pids(scratch: Path) -> set[int]:
    return {int(path.stem.rpartition("_")[2]) for path in scratch.glob(f"tasador-*/{COUNTED}")}


def test_whichever_worker_is_scraped_tells_of_all(server: tuple[str, subprocess.Popen[str]], scratch: Path) -> None:
    address, _ = server
    until, asked, workers = time.monotonic() + 60, 0, set[int]()
    while len(workers) < 2:
        assert time.monotonic() < until, "the second worker answers nothing"
        ask(f"{address}/livez")
        asked += 1
        workers = pids(scratch)
    for _ in range(40):
        ask(f"{address}/livez")
    # a request is counted after it was answered
    while ASKED.findall(ask(f"{address}/metrics")) != [str(asked + 40)]:
        assert time.monotonic() < until, "not all are counted"
    told = [ASKED.findall(ask(f"{address}/metrics")) for _ in range(12)]
    assert told == [[str(asked + 40)]] * 12
    # one that dies takes its share of the counts with it as little as its place
    os.kill(min(workers), signal.SIGKILL)
    while len(pids(scratch)) < 3:
        assert time.monotonic() < until + 60, "nobody took its place"
        time.sleep(0.1)
    assert ASKED.findall(ask(f"{address}/metrics")) == [str(asked + 40)]
    assert not list(scratch.glob(f"tasador-*/gauge_live*_{min(workers)}.db"))
