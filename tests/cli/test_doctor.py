"""`tasador doctor`, and the commands that delete: what they print, and what they exit with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tasador.cli import options
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.cli.conftest import Tasador


@pytest.fixture(autouse=True)
def fresh_settings() -> None:
    options.settings.cache_clear()


def test_all_is_well_and_told_in_words_and_json(called: Tasador, succeeded: tuple[Workspace, Ran, Ran]) -> None:
    workspace, _, second = succeeded
    told = called("doctor", "--workspace", workspace.root)
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"ok     champion          {second.trained.version}, made on " in told.stdout
    assert told.stdout.splitlines()[-1].startswith("0 wrong, ")
    found = json.loads(called("doctor", "--workspace", workspace.root, "--json").stdout)
    states = {one["name"]: one["state"] for one in found}
    assert {"python", "extra train", "extra serve", "extra s3", "settings", "workspace", "tracking"} <= states.keys()
    assert "wrong" not in states.values()
    assert all(one["do"] for one in found if one["state"] != "ok")


def test_every_wrong_setting_is_told_at_once_beside_the_rest(
    called: Tasador, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TASADOR_PORT", "many")
    monkeypatch.setenv("TASADOR_PROT", "8000")
    monkeypatch.setenv("TASADOR_WORKSPACE", str(tmp_path / "none"))
    done = called("doctor", "--json")
    assert done.returncode == 3
    found = json.loads(done.stdout)
    wrong = [one["says"] for one in found if one["state"] == "wrong"]
    assert ["TASADOR_PROT" in wrong[0], "TASADOR_PORT" in wrong[1]] == [True, True]
    (place,) = (one for one in found if one["name"] == "workspace")
    assert (place["state"], str(tmp_path / "none") in place["says"]) == ("note", True)


def test_a_damaged_champion_ends_it_with_three(
    called: Tasador, succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    shutil.copytree(succeeded[0].root, tmp_path / "w")
    (tmp_path / "w" / "models" / succeeded[2].trained.version / "free.txt").write_bytes(b"")
    done = called("doctor", "--workspace", tmp_path / "w")
    assert done.returncode == 3
    assert "WRONG  champion          " in done.stdout


def test_snapshots_and_versions_are_deleted_by_the_beginning_of_their_names(
    called: Tasador, succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    shutil.copytree(succeeded[0].root, tmp_path / "w")
    place = Workspace(tmp_path / "w")
    first, second = succeeded[1:]
    refused = called("snapshots", "delete", first.ingested.snapshot[:6], "--workspace", place.root)
    assert refused.returncode == 1
    assert f"trained on this snapshot; got {first.trained.version}" in refused.stderr
    assert called("models", "delete", "champion", "--workspace", place.root).returncode == 1
    kept = called("models", "delete", first.trained.version, "--workspace", place.root)
    assert (kept.returncode, "a rollback would go back" in kept.stderr) == (1, True)
    gone = called("models", "delete", first.trained.version, "--force", "--workspace", place.root)
    assert gone.stdout.startswith(f"deleted   {first.trained.version}: ")
    data = json.loads(
        called("snapshots", "delete", first.ingested.snapshot[:6], "--workspace", place.root, "--json").stdout
    )
    assert data["deleted"] == [first.ingested.snapshot]
    assert data["size_bytes"] > 0
    assert bundles.versions(place) == [second.trained.version]
    assert snapshots.ids(place) == [second.ingested.snapshot]
