from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.storage import bundles
from tasador.storage.workspace import Workspace

FACTS = {"snapshot": "s", "n_rows": 1, "parameters": {}, "made_by": {}}
NAMES = (
    "price.json", "price.known.0.txt", "price.blind.0.txt", "ladder.txt", "free.txt", "inputs.json", "history.json",
    "calibration.json", "hedonic.json", "entries.npz", "metrics.json", "held_out.parquet", "answers.json",
    "prices.json", "accuracy.md", "model_card.md",
)  # fmt: skip
FILES = {name: f"content of {name}".encode() * 20 for name in NAMES}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a version."""
    found = Workspace(tmp_path)
    bundles.publish(found, "v", FILES, FACTS)
    return found


def test_a_bundle_is_read_as_it_was_written(workspace: Workspace) -> None:
    found = bundles.load(workspace, "v")
    assert found.files == FILES
    assert bundles.size_bytes(found.manifest) == sum(map(len, FILES.values()))
    assert datetime.fromisoformat(found.manifest["made_at"]).tzinfo is not None
    assert all(bundles.read_file(workspace, "v", name) == data for name, data in FILES.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_checked_before_it_is_read(workspace: Workspace, name: str) -> None:
    path = workspace.models / "v" / name
    for damaged in (FILES[name][:-1], FILES[name][:-1] + b"?", b""):
        path.write_bytes(damaged)
        with pytest.raises(BundleError, match="the file was altered"):
            bundles.load(workspace, "v")
        with pytest.raises(BundleError, match="the file was altered"):
            bundles.read_file(workspace, "v", name)
    path.unlink()
    with pytest.raises(BundleError, match=f"a difference in {name}"):
        bundles.load(workspace, "v")
    with pytest.raises(BundleError, match="lacks a file"):
        bundles.read_file(workspace, "v", name)


def test_what_is_given_back_is_what_was_hashed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def replaced_once_opened(path: Path, *arguments: Any, **options: Any) -> Any:
        file = opened(path, *arguments, **options)
        if path.name in FILES:
            path.unlink()
            with opened(path, "wb") as other:
                other.write(b"another content")
        return file

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", replaced_once_opened)
        assert bundles.load(workspace, "v").files == FILES
    with pytest.raises(BundleError, match="the file was altered"):
        bundles.load(workspace, "v")


def test_a_version_without_its_manifest_is_told_apart_from_none(workspace: Workspace) -> None:
    (workspace.models / "v" / "manifest.json").unlink()
    for read in (bundles.load, bundles.check, bundles.manifest):
        with pytest.raises(BundleError, match=r"manifest\.json is missing.*models rollback"):
            read(workspace, "v")


def test_all_files_are_checked(workspace: Workspace) -> None:
    bundles.check(workspace, "v")
    (workspace.models / "v" / "free.txt").write_bytes(b"")
    with pytest.raises(BundleError, match="the file was altered"):
        bundles.check(workspace, "v")


def test_one_file_is_read_though_another_is_damaged(workspace: Workspace) -> None:
    (workspace.models / "v" / "free.txt").write_bytes(b"")
    assert bundles.read_file(workspace, "v", "price.json") == FILES["price.json"]


def test_the_challenger_is_named_and_taken_back(workspace: Workspace) -> None:
    assert bundles.challenger(workspace) is None
    bundles.set_challenger(workspace, "v")
    assert bundles.challenger(workspace) == "v"
    assert bundles.versions(workspace) == ["v"]
    bundles.set_challenger(workspace, None)
    assert bundles.challenger(workspace) is None


def test_a_champion_is_no_challenger_whatever_a_killed_promotion_left(workspace: Workspace) -> None:
    bundles.set_challenger(workspace, "v")
    workspace.change_current(champion="v")
    assert bundles.challenger(workspace) is None


def test_a_challenger_whose_bundle_is_gone_is_none(workspace: Workspace) -> None:
    bundles.set_challenger(workspace, "gone")
    assert bundles.challenger(workspace) is None


def test_a_damaged_name_of_the_challenger_says_how_to_mend_it(workspace: Workspace) -> None:
    (workspace.models / "challenger.json").write_text("{")
    with pytest.raises(WorkspaceError, match="`tasador train` writes it anew"):
        bundles.challenger(workspace)


def test_a_directory_of_no_version_is_not_given(workspace: Workspace) -> None:
    assert bundles.directory_of(workspace, "v").is_dir()
    with pytest.raises(UnknownValueError):
        bundles.directory_of(workspace, "../models/v")
