"""A run that shares what it makes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tasador.storage import last_run
from tasador.storage.remotes.address import open_remote
from tasador.storage.remotes.objects import RemoteError
from tasador.storage.workspace import Workspace
from tasador.workflows.remote import push
from tasador.workflows.run import Ran, run
from tests.models.light import LIGHT


def test_a_run_pulls_first_and_pushes_at_its_end(ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path) -> None:
    (tmp_path / "remote").mkdir()
    remote = open_remote(str(tmp_path / "remote"))
    shutil.copytree(ran[0].root, tmp_path / "one")
    push(Workspace(tmp_path / "one"), remote)
    two = Workspace(tmp_path / "two")
    again = run(two, str(sample_file), parameters=LIGHT, remote=remote)
    assert (again.ingested.reused, again.trained.reused) == (True, True)
    assert two.current() == ran[0].current()
    told = last_run.read(two)
    assert told is not None
    steps = {step["name"]: step["status"] for step in told["steps"]}
    assert list(steps) == ["pull", "ingest", "profile", "monitor", "train", "promote", "push"]
    assert (steps["pull"], steps["push"]) == ("done", "reused")


def test_a_run_whose_remote_is_away_fails_before_the_work(tmp_path: Path, sample_file: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    with pytest.raises(RemoteError, match="cannot be reached"):
        run(workspace, str(sample_file), parameters=LIGHT, remote=open_remote(str(tmp_path / "absent")))
    told = last_run.read(workspace)
    assert told is not None
    assert (told["status"], told["error"]["step"]) == ("failed", "pull")
    assert not workspace.snapshots.exists()
