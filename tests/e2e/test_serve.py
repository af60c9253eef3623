"""What was run is served as a user serves it: started, asked for every route, stopped."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran

COMMAND = Path(sys.executable).parent / "tasador"


@pytest.fixture(scope="module")
def address(ran: tuple[Workspace, Ran]) -> Iterator[str]:
    """Serve the workspace on which the whole path was run on a free port, and stop it afterwards."""
    workspace = ran[0].root
    server = subprocess.Popen(
        [COMMAND, "serve", "--workspace", workspace, "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    found = re.search(r"Serving on (http://127\.0\.0\.1:\d+)", server.stderr.readline())
    assert found is not None
    yield found[1]
    server.send_signal(signal.SIGTERM)
    rest = server.stderr.read()
    server.stderr.close()
    assert server.wait(timeout=20) in {0, -signal.SIGTERM}
    assert "Traceback" not in rest


def ask(address: str, path: str) -> tuple[int, Any]:
    try:
        with urlopen(f"{address}{quote(path, safe='/?=&')}", timeout=30) as answer:
            body = answer.read()
            is_json = "json" in answer.headers["content-type"]
            return answer.status, json.loads(body) if is_json else body.decode()
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@pytest.mark.parametrize("statistic", ["genero", "juegos", "specs", "earlyacces", "sentiment", "metascore"])
def test_every_statistic_is_served(address: str, statistic: str) -> None:
    status, body = ask(address, f"/{statistic}/año/2016")
    assert status == 200
    assert list(body) == ["2016"]
    assert body["2016"]


def test_a_price_is_served(address: str) -> None:
    status, body = ask(address, "/precio-rmse/genero/action/accesoanticipado/false")
    assert status == 200
    assert all(float(value) > 0 for value in body.values())


def test_what_is_wrong_is_a_problem(address: str) -> None:
    assert ask(address, "/genero/año/1066")[0] == 404
    assert ask(address, "/genero/año/hola")[0] == 422
    status, body = ask(address, "/precio-rmse/genero/nada/accesoanticipado/false")
    assert (status, body["status"]) == (404, 404)


@pytest.mark.parametrize("path", ["/", "/docs", "/profile", "/quality", "/livez", "/readyz", "/openapi.json"])
def test_pages_and_operations_are_served(address: str, path: str) -> None:
    assert ask(address, path)[0] == 200
