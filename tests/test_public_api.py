from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import tasador
from tasador.appraisal.heads import LADDER
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran


def test_every_exported_name_is_there() -> None:
    for name in tasador.__all__:
        assert getattr(tasador, name).__name__ == name


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tasador.nothing


@pytest.mark.parametrize("written", [str, Path, Workspace])
def test_the_champion_of_a_workspace_appraises(ran: tuple[Workspace, Ran], written: type) -> None:
    place = ran[0] if written is Workspace else written(ran[0].root)
    found = tasador.load(place).appraise(name="Quiet Farm", genres=["Indie"], release_date="2017-06-01")
    assert found.model_version == ran[1].trained.version
    assert found.estimate_usd is not None
    low, high = found.intervals[-1].lower_usd, found.intervals[-1].upper_usd
    assert low <= found.estimate_usd <= high


def test_a_workspace_without_a_champion_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(tasador.WorkspaceError, match=r"no champion yet.*tasador run SOURCE"):
        tasador.load(tmp_path)


def test_a_version_by_name_is_loaded_whoever_is_champion_and_a_damaged_one_is_refused(
    succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    shutil.copytree(succeeded[0].root, tmp_path / "w")
    workspace, first, second = Workspace(tmp_path / "w"), *(one.trained.version for one in succeeded[1:])
    assert tasador.load(workspace, first).version == first
    (workspace.models / first / LADDER).write_bytes(b"tree")
    with pytest.raises(tasador.BundleError, match="the file was altered"):
        tasador.load(workspace, first)
    with pytest.raises(tasador.UnknownValueError):
        tasador.load(workspace, "none")
    assert tasador.load(workspace).appraise(name="A Game").model_version == second
