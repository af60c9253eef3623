"""The commands on a remote, and what they say when it is away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tasador.cli import options
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.cli.conftest import Tasador


@pytest.fixture
def tasador(called: Tasador, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tasador:
    """The command with a folder as its remote."""
    (tmp_path / "remote").mkdir()
    monkeypatch.setenv("TASADOR_REMOTE_URL", str(tmp_path / "remote"))
    monkeypatch.setattr(options, "settings", options.settings.__wrapped__)
    return called


def test_what_is_current_goes_from_one_machine_to_another(
    tasador: Tasador, succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    one, two = Workspace(tmp_path / "one"), tmp_path / "two"
    shutil.copytree(succeeded[0].root, one.root)
    champion = one.current().champion
    pushed = json.loads(tasador("push", "--workspace", one.root, "--json").stdout)
    assert (pushed["moved"], pushed["champion"]) == (True, champion)
    assert "pushed    nothing: all of it was there" in tasador("push", "--workspace", one.root).stdout
    done = tasador("pull", "--workspace", two)
    assert done.returncode == 0
    assert f"champion  {champion}" in done.stdout
    assert bundles.load(Workspace(two), str(champion)) == bundles.load(one, str(champion))
    back = json.loads(tasador("models", "rollback", "--workspace", two, "--json").stdout)
    lost = tasador("models", "rollback", "--workspace", one.root)
    assert lost.returncode == 1
    assert f"Pull first: `tasador pull`. Then repeat: tasador models rollback --workspace {one.root}" in lost.stderr
    assert one.current().champion == champion
    assert json.loads(tasador("pull", "--workspace", one.root, "--json").stdout)["champion"] == back["champion"]


def test_a_remote_that_is_away_or_not_set_is_told(
    tasador: Tasador, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(tmp_path / "remote")
    done = tasador("pull", "--workspace", tmp_path / "w")
    assert done.returncode == 1
    assert "the remote cannot be reached; got no such folder" in done.stderr
    assert f"Then repeat: tasador pull --workspace {tmp_path / 'w'}" in done.stderr
    monkeypatch.delenv("TASADOR_REMOTE_URL")
    assert tasador("push", "--workspace", tmp_path / "w").returncode == 2
