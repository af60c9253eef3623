"""What a run tells of itself, and what it does not do again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import resource
import shutil
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tasador.errors import BundleError, BusyError, SourceError, WorkspaceError
from tasador.registry.runs import Runs
from tasador.registry.tracking import Tracking
from tasador.storage import bundles, last_run
from tasador.storage.webhook import Webhook
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.promote import promote, rollback
from tasador.workflows.run import Ran, run
from tasador.workflows.train import train
from tests import threaded_server
from tests.models.light import LIGHT


@pytest.fixture
def few(tmp_path: Path) -> str:
    """A catalogue that is too small to learn from."""
    path = tmp_path / "few.json"
    path.write_bytes(b"\n".join(make_raw_lines(300, seed=1)) + b"\n")
    return str(path)


def copied(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Copy a workspace that a test may change."""
    shutil.copytree(workspace.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


def test_a_champion_is_not_asked_again_and_its_decision_is_that_of_its_promotion(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    told: list[dict[str, Any]] = []
    workspace = copied(ran[0], tmp_path)
    again = run(workspace, str(sample_file), parameters=LIGHT, told=told.append)
    assert again.decision.checks == ran[1].decision.checks
    assert "is the champion already" in again.decision.notes[0]
    (summary,) = told
    assert (summary["status"], summary["exit_code"]) == ("done", 0)
    assert [(step["name"], step["status"]) for step in summary["steps"]] == [
        ("ingest", "reused"),
        ("profile", "reused"),
        ("monitor", "skipped"),
        ("train", "reused"),
        ("promote", "reused"),
    ]
    assert json.loads((workspace.root / "runs" / "summary.json").read_text()) == json.loads(json.dumps(summary))


def test_the_summary_tells_what_each_step_took_and_made(ran: tuple[Workspace, Ran], sample_file: Path) -> None:
    workspace, found = ran
    summary = next(one for one in (*last_run.earlier(workspace), last_run.read(workspace)) if one is not None)
    made = {step["name"]: step for step in summary["steps"]}
    assert {name: step["status"] for name, step in made.items()} == {
        "ingest": "done", "profile": "done", "monitor": "skipped", "train": "done", "promote": "done"
    }  # fmt: skip
    sha256 = hashlib.sha256(sample_file.read_bytes()).hexdigest()
    snapshot, version = found.ingested.snapshot, found.trained.version
    assert made["ingest"]["outputs"]["sources"] == [{"name": sample_file.name, "sha256": sha256}]
    assert made["ingest"]["outputs"]["snapshot"] == made["train"]["inputs"]["snapshot"] == snapshot
    assert (workspace.root / made["profile"]["outputs"]["page"]).is_file()
    assert made["train"]["outputs"] == {"version": version}
    assert made["promote"]["inputs"] == {"version": version, "champion": None}
    assert made["promote"]["outputs"] == {"champion": version, "snapshot": snapshot}
    assert summary["decision"] == json.loads(json.dumps(found.decision.to_dict()))
    assert summary["code"].keys() == {"version", "fingerprint", "python"}
    assert sum(step["seconds"] for step in made.values()) <= summary["seconds"]


def test_a_version_that_was_rolled_back_is_not_brought_back_by_a_run_but_by_hand(
    succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    workspace, first, second = copied(succeeded[0], tmp_path), *(one.trained.version for one in succeeded[1:])
    source = str(succeeded[0].root.parent / "other_games.json")
    rollback(workspace)
    held = run(workspace, source, parameters=LIGHT).decision
    assert held.failed == ("not_rolled_back",)
    assert f"`tasador models promote {second} --again`" in held.checks[0].expected
    assert workspace.current().champion == first
    told = last_run.read(workspace)
    assert told is not None
    assert (told["status"], told["exit_code"], told["steps"][-1]["status"]) == ("held", 3, "held")
    assert promote(workspace, second).failed == ("not_rolled_back",)
    assert promote(workspace, second, again=True).promote
    assert run(workspace, source, parameters=LIGHT).decision.promote


def test_a_run_that_fails_says_in_which_step_and_what_to_do_and_the_next_goes_on(tmp_path: Path, few: str) -> None:
    workspace = Workspace(tmp_path / "workspace")
    told: list[dict[str, Any]] = []
    for _ in range(2):
        with pytest.raises(WorkspaceError, match="too few games"):
            run(workspace, few, told=told.append)
    first, second = told
    assert (first["status"], first["exit_code"], first["decision"]) == ("failed", 1, None)
    assert first["error"]["step"] == "train"
    assert "too few games to train on" in first["error"]["says"]
    assert first["error"]["do"] == "Look at the source, or ingest a larger catalogue."
    assert first["error"]["do"] not in first["error"]["says"]
    assert [step["status"] for step in first["steps"]] == ["done", "done", "skipped", "failed", "not reached"]
    assert [step["status"] for step in second["steps"]] == ["reused", "reused", "skipped", "failed", "not reached"]
    assert last_run.earlier(workspace) == [first]
    assert last_run.read(workspace) == second


def test_a_run_that_is_stopped_says_so(tmp_path: Path, few: str) -> None:
    workspace = Workspace(tmp_path / "workspace")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(workspace, few, progress=stop)
    told = last_run.read(workspace)
    assert told is not None
    assert (told["status"], told["exit_code"], told["error"]["step"]) == ("stopped", 130, "ingest")
    assert told["steps"][0]["status"] == "stopped"


def test_what_is_secret_in_an_address_is_not_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}/games.json"
    with pytest.raises(SourceError) as raised:
        run(workspace, f"http://me:s3cret@{address}?signature=s3cret")
    assert "s3cret" not in str(raised.value)
    text = (workspace.root / "runs" / "summary.json").read_text()
    assert f"http://{address}: " in text
    assert "s3cret" not in text


@contextlib.contextmanager
def no_room() -> Iterator[None]:
    """Let no file grow beyond a few bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def receiver() -> Iterator[tuple[Webhook, list[dict[str, Any]]]]:
    """A server that takes messages."""
    came: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with threaded_server.serving(Handler) as url:
        yield Webhook(url, pauses_seconds=()), came


def test_a_full_disk_is_posted_and_told(tmp_path: Path, few: str) -> None:
    told: list[dict[str, Any]] = []
    with receiver() as (webhook, came):
        with no_room(), pytest.raises(OSError, match="File too large"):
            run(Workspace(tmp_path / "from the start"), few, webhook=webhook, told=told.append)

        with contextlib.ExitStack() as full:
            filled = False

            def fill(step: str, *_: object) -> None:
                nonlocal filled
                if step == "profile" and not filled:
                    filled = True
                    full.enter_context(no_room())

            with pytest.raises(OSError, match="File too large"):
                run(Workspace(tmp_path / "later"), few, webhook=webhook, told=told.append, progress=fill)
    assert [one["status"] for one in told] == ["failed", "failed"]
    assert [one["error"]["step"] for one in told] == [None, "profile"]
    assert any("How it ended could not be written" in note for note in told[1]["notes"])
    assert [(one["type"], one["error"]) for one in came] == [("run.failed", one["error"]) for one in told]


@pytest.mark.parametrize("damaged", ["current.json", "runs/summary.json"])
def test_what_is_damaged_before_a_run_begins_is_told_too_or_put_aside(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path, damaged: str
) -> None:
    workspace, told = copied(ran[0], tmp_path), list[dict[str, Any]]()
    (workspace.root / damaged).write_text("{")
    ends = contextlib.nullcontext() if damaged == "runs/summary.json" else pytest.raises(WorkspaceError)
    with receiver() as (webhook, came), ends:
        run(workspace, str(sample_file), parameters=LIGHT, webhook=webhook, told=told.append)
    assert [one["run"] for one in came] == [one["run"] for one in told]
    if damaged == "runs/summary.json":
        assert "put aside" in told[0]["notes"][0]
        assert told[0]["status"] == "done"
    else:
        assert (told[0]["status"], told[0]["error"]["step"]) == ("failed", None)


def test_a_new_snapshot_is_looked_at_while_the_old_champion_answers(succeeded: tuple[Workspace, Ran, Ran]) -> None:
    workspace, first, second = succeeded
    told = last_run.read(workspace)
    assert told is not None
    step = next(step for step in told["steps"] if step["name"] == "monitor")
    assert step["status"] == "done"
    assert step["inputs"] == {"snapshot": second.ingested.snapshot, "champion": first.trained.version}
    assert (workspace.root / step["outputs"]["page"]).is_file()
    assert second.looked is not None
    assert second.looked.report.champion == first.trained.version
    assert second.looked.report.reference == first.ingested.snapshot
    assert first.looked is None


def test_the_same_bytes_under_another_name_are_no_new_catalogue(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    workspace = copied(ran[0], tmp_path)
    dated = shutil.copy(sample_file, tmp_path / "2026-11-30.json.gz")
    again = run(workspace, str(dated), parameters=LIGHT)
    assert again.unchanged
    assert again.ingested.snapshot == ran[1].ingested.snapshot


def test_a_webhook_that_is_not_reached_fails_nothing_and_is_told(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    workspace = copied(ran[0], tmp_path)
    webhook = Webhook("http://127.0.0.1:9/s3cret", pauses_seconds=())
    assert run(workspace, str(sample_file), parameters=LIGHT, webhook=webhook).decision.promote
    told = last_run.read(workspace)
    assert told is not None
    assert told["status"] == "done"
    assert "The webhook at 127.0.0.1 was not reached: Connection refused." in told["notes"][-1]
    assert "s3cret" not in json.dumps(told)


def test_a_run_beside_another_is_refused_before_it_does_anything(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    told: list[dict[str, Any]] = []
    with last_run.alone(workspace, wait=False, waiting=print), pytest.raises(BusyError, match="is at work"):
        run(workspace, str(tmp_path / "none.json"), told=told.append)
    assert [(one["status"], one["exit_code"]) for one in told] == [("busy", 75)]
    assert last_run.read(workspace) is None


def test_a_run_does_not_put_aside_a_champion_that_a_newer_version_made(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    workspace = copied(ran[0], tmp_path)
    path = workspace.models / ran[1].trained.version / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    before = last_run.read(workspace)
    with pytest.raises(BundleError, match=r"a newer version.*format 99"):
        run(workspace, str(sample_file), parameters=LIGHT)
    assert last_run.read(workspace) == before


def test_a_training_that_was_killed_before_it_was_named_and_logged_is_so_by_the_next(
    ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    workspace, version = copied(ran[0], tmp_path), ran[1].trained.version
    (workspace.root / "current.json").unlink()
    tracking = Tracking.of(workspace)
    for _ in range(2):
        again = train(workspace, ran[1].ingested.snapshot, parameters=LIGHT, tracking=tracking)
        assert (again.reused, again.notes) == (True, ())
        assert bundles.challenger(workspace) == version
    runs = Runs(tracking)
    logged = runs.run_of(version)
    assert logged is not None
    assert [one.run_id for one in runs._registered(version)] == [logged]
