"""What the extra `serve` installs is enough to serve."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.docs.pages import ROOT

UV = ROOT / ".uv" / "bin" / "uv"

#: What only training, reports or benchmarks need.
NOT_INSTALLED = ("sklearn", "mlflow", "optuna", "pandas", "boto3", "psycopg2")
NOT_IMPORTED = ("polars", "dataframely", "altair", "numpy", "scipy", "lightgbm", *NOT_INSTALLED)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the locked extra and nothing else."""
    if not UV.exists():
        pytest.skip("uv is not installed beside the project: `make setup` does it")
    place = tmp_path_factory.mktemp("serve") / "environment"
    command = [str(UV), "sync", "--quiet", "--locked", "--no-dev", "--extra", "serve", "--no-install-project"]
    command += ["--python", sys.executable]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(place)})
    return place / "bin" / "python"


@pytest.fixture(scope="module")
def address(python: Path, ran: tuple[Workspace, Ran]) -> Iterator[str]:
    """A server that runs there."""
    command = [str(python), "-c", "from tasador.cli import main; main()", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TASADOR_WORKSPACE": str(ran[0].root)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://\S+:\d+", line)
        assert found is not None, line
        yield found[0]
        process.terminate()
        process.stderr.read()
        assert process.wait(30) in {0, -signal.SIGTERM}


@pytest.mark.slow
def test_statistics_appraisals_searches_and_pages_are_answered(address: str) -> None:
    def ask(path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: bytes = answer.read()
        return found

    assert json.loads(ask("/genero/a%C3%B1o/2016"))["2016"]
    assert json.loads(ask("/v1/games?limit=3"))["items"]
    appraised = json.loads(ask("/v1/appraisals", {"name": "Cave Colony", "genres": ["Indie"]}))
    assert appraised["comparables"]
    assert b"<!doctype html>" in ask("/")
    assert b"tasador_http_requests_total" in ask("/metrics")


@pytest.mark.slow
def test_nothing_heavy_is_installed_or_loaded(python: Path, ran: tuple[Workspace, Ran]) -> None:
    code = (
        "import importlib.util, json, sys; from pathlib import Path; from tasador.storage.workspace import Workspace;"
        "from tasador.web.app import create_app; create_app(Workspace(Path(sys.argv[1])));"
        "print(json.dumps([[name for name in sys.argv[2:] if importlib.util.find_spec(name)],"
        "sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    command = [str(python), "-c", code, str(ran[0].root), *NOT_INSTALLED]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    installed, imported = json.loads(done.stdout)
    assert not installed
    assert not set(NOT_IMPORTED) & set(imported)
