"""`tasador run`: what it prints where it does not simply succeed, what it ends with, and whom it tells."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tasador.cli import options
from tasador.storage import last_run, webhook
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests import threaded_server
from tests.cli.conftest import Tasador


def test_the_steps_one_after_the_other_are_the_whole_path(
    called: Tasador, lightly: None, ran: tuple[Workspace, Ran], tmp_path: Path, sample_file: Path
) -> None:
    def step(*arguments: object) -> dict[str, object]:
        done = called(*arguments, "--workspace", tmp_path / "w", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, object] = json.loads(done.stdout)
        return found

    shutil.copytree(ran[0].root, tmp_path / "w")
    (tmp_path / "w" / "current.json").unlink()
    for _ in range(2):
        snapshot = step("ingest", sample_file)["snapshot"]
        assert step("profile", "--snapshot", snapshot)["reused"]
        version = step("train", "--snapshot", snapshot)["version"]
        assert step("models", "promote", version)["promote"]
        assert Workspace(tmp_path / "w").current() == ran[0].current()


def test_a_run_that_fails_tells_machines_and_people(called: Tasador, tmp_path: Path) -> None:
    source, place = tmp_path / "few.json", tmp_path / "w"
    assert called("sample", 300, "--output", source).returncode == 0
    done = called("run", source, "--workspace", place)
    assert done.returncode == 1
    assert "\nrun: failed in the step train after " in done.stderr
    assert "\ntasador: snapshot " in done.stderr
    assert done.stdout == ""
    told = called("run", source, "--workspace", place, "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout) == json.loads((place / "runs" / "summary.json").read_text())


def test_a_run_beside_another_ends_at_once_with_75(called: Tasador, tmp_path: Path) -> None:
    with last_run.alone(Workspace(tmp_path), wait=False, waiting=print):
        done = called("run", tmp_path / "none.json", "--workspace", tmp_path, "--json")
    assert done.returncode == 75
    told = json.loads(done.stdout)
    assert (told["status"], told["exit_code"], told["error"]["type"]) == ("busy", 75, "BusyError")
    assert "another run is at work; got a process that has just begun. Wait until it has ended" in done.stderr


def _in_a_step(workspace: Workspace) -> bool:
    told = last_run.read(workspace)
    return told is not None and any(step["status"] == "running" for step in told["steps"])


def test_sigterm_ends_a_run_as_ctrl_c_does(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "tasador"), "run", "-", "--workspace", str(tmp_path / "w")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 60
        while not _in_a_step(Workspace(tmp_path / "w")):
            assert time.monotonic() < end
            time.sleep(0.05)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"run: stopped in the step ingest" in said
    told = last_run.read(Workspace(tmp_path / "w"))
    assert told is not None
    assert told["status"] == "stopped"


def test_a_run_that_fails_is_told_to_the_webhook_signed(
    called: Tasador, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    came = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    with threaded_server.serving(Receiver) as url:
        monkeypatch.setenv("TASADOR_WEBHOOK_URL", f"{url}/hush")
        monkeypatch.setenv("TASADOR_WEBHOOK_SECRET", "between us")
        options.settings.cache_clear()
        shown = called("settings").stdout
        done = called("run", tmp_path / "none.json", "--workspace", tmp_path / "w")
        options.settings.cache_clear()
    assert done.returncode == 1
    ((path, headers, body),) = came
    assert path == "/hush"
    message = json.loads(body)
    assert (message["type"], message["error"]["step"]) == ("run.failed", "ingest")
    signed = webhook.signature("between us", headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == signed
    for text in (shown, done.stdout, done.stderr, (tmp_path / "w" / "runs" / "summary.json").read_text()):
        assert "hush" not in text
        assert "between us" not in text
