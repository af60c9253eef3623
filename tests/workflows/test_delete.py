"""What is deleted is gone in one step; what answers, and what others lean on, is not deleted by mistake."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tasador.errors import UnknownValueError, WorkspaceError
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.delete import delete_snapshots, delete_versions
from tasador.workflows.ingest import ingest
from tasador.workflows.profile import profile

MADE_BY = {"version": "0.1.0", "fingerprint": "0" * 12}


def publish(workspace: Workspace, version: str, snapshot: str) -> None:
    facts = {"snapshot": snapshot, "n_rows": 1, "parameters": {}, "made_by": MADE_BY}
    bundles.publish(workspace, version, {"a.json": b"{}"}, facts)


def follow(workspace: Workspace, *champions: str) -> None:
    """Write that versions were the champion in turn."""
    before = workspace.current().champion
    for at, version in enumerate(champions):
        entry = {"at": f"2026-01-0{at + 1}T00:00:00+00:00", "action": "promote", "version": version}
        workspace.append_history({**entry, "previous": before, "snapshot": "s"})
        workspace.change_current(champion=version)
        before = version


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[str]]:
    """Three snapshots, the last of them current, the first with a profile. Tests must not change it."""
    root = tmp_path_factory.mktemp("delete")
    workspace = Workspace(root / "w")
    ids = []
    for seed in range(3):
        source = root / f"{seed}.json"
        source.write_bytes(b"\n".join(make_raw_lines(120, seed=seed)) + b"\n")
        ids.append(ingest(workspace, [str(source)]).snapshot)
    profile(workspace, ids[0])
    return workspace, ids


@pytest.fixture
def place(made: tuple[Workspace, list[str]], tmp_path: Path) -> tuple[Workspace, list[str]]:
    """A copy that a test may change."""
    shutil.copytree(made[0].root, tmp_path / "w")
    return Workspace(tmp_path / "w"), made[1]


def test_snapshots_go_with_their_profiles_and_leave_nothing(place: tuple[Workspace, list[str]]) -> None:
    workspace, (first, second, current) = place
    deleted = delete_snapshots(workspace, [first, second, first])
    assert deleted.names == (first, second)
    assert deleted.size_bytes > 100_000
    assert snapshots.ids(workspace) == [current]
    assert [path.name for path in workspace.snapshots.iterdir()] == [current]
    assert list(workspace.profiles.iterdir()) == []
    assert snapshots.load_games(workspace, current).height > 50


@pytest.mark.parametrize("force", [False, True])
def test_the_current_snapshot_stays_and_so_does_all_that_was_named_with_it(
    place: tuple[Workspace, list[str]], force: bool
) -> None:
    workspace, ids = place
    with pytest.raises(WorkspaceError, match=f"{ids[2]}: the current snapshot cannot be deleted"):
        delete_snapshots(workspace, [ids[0], ids[2]], force=force)
    with pytest.raises(UnknownValueError):
        delete_snapshots(workspace, [ids[0], "abc"], force=force)
    assert snapshots.ids(workspace) == sorted(ids)


def test_what_a_version_was_trained_on_goes_only_by_force(place: tuple[Workspace, list[str]]) -> None:
    workspace, ids = place
    publish(workspace, "v-1", ids[0])
    publish(workspace, "v-2", ids[1])
    (workspace.models / "v-2" / "manifest.json").write_bytes(b"{")
    with pytest.raises(WorkspaceError, match=r"trained on this snapshot; got v-1\. .*--force"):
        delete_snapshots(workspace, [ids[1], ids[0]])
    assert snapshots.ids(workspace) == sorted(ids)
    delete_snapshots(workspace, [ids[1]])
    delete_snapshots(workspace, [ids[0]], force=True)
    assert snapshots.ids(workspace) == [ids[2]]


def test_a_damaged_snapshot_can_be_deleted(place: tuple[Workspace, list[str]]) -> None:
    workspace, ids = place
    (workspace.snapshots / ids[0] / "manifest.json").write_bytes(b"{")
    delete_snapshots(workspace, [ids[0]])
    assert ids[0] not in snapshots.ids(workspace)


def test_the_champion_and_the_challenger_stay_and_a_rollback_has_where_to_go(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for version in ("a", "b", "c", "d", "e"):
        publish(workspace, version, "s")
    follow(workspace, "a", "b", "c")
    bundles.set_challenger(workspace, "d")
    for version, says in (("c", "the champion"), ("d", "the challenger")):
        for force in (False, True):
            with pytest.raises(WorkspaceError, match=f"{says} cannot be deleted"):
                delete_versions(workspace, ["e", version], force=force)
    with pytest.raises(WorkspaceError, match="a rollback would go back to this version"):
        delete_versions(workspace, ["b"])
    assert bundles.versions(workspace) == ["a", "b", "c", "d", "e"]
    assert delete_versions(workspace, ["a", "e"]).names == ("a", "e")
    assert delete_versions(workspace, ["b"], force=True).size_bytes > 0
    assert bundles.versions(workspace) == ["c", "d"]


def test_a_deletion_that_is_stopped_leaves_nothing_half(
    place: tuple[Workspace, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, ids = place

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", stopped)
    with pytest.raises(KeyboardInterrupt):
        delete_snapshots(workspace, [ids[1]])
    monkeypatch.undo()
    assert snapshots.ids(workspace) == sorted([ids[0], ids[2]])
    for one in (ids[0], ids[2]):
        snapshots.verify(workspace, one)
    (left,) = workspace.snapshots.glob(".new-*")
    os.utime(left, (0, 0))
    delete_snapshots(workspace, [ids[0]])
    assert [path.name for path in workspace.snapshots.iterdir()] == [ids[2]]
