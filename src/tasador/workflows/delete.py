"""Takes snapshots, price histories and versions away: never what is in use, nor unasked what others lean on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasador.errors import BundleError, WorkspaceError
from tasador.registry import tenures
from tasador.storage import atomic, bundles, price_histories, snapshots
from tasador.storage.workspace import Workspace

__all__ = ["Deleted", "delete_prices", "delete_snapshots", "delete_versions"]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is gone.

    Attributes:
        names: The snapshots, price histories or versions.
        size_bytes: What their files took.
    """

    names: tuple[str, ...]
    size_bytes: int


def delete_snapshots(workspace: Workspace, ids: Sequence[str], *, force: bool = False) -> Deleted:
    """Delete snapshots, with their profiles: all of them, or none where one may not be deleted.

    Args:
        ids: Whole ids; one that is damaged may be deleted too.
        force: Delete also what a model version was trained on: it cannot be promoted, audited or compared on new games
            any more.

    Raises:
        UnknownValueError: There is no such snapshot.
        WorkspaceError: One is the current snapshot, or a version was trained on it; nothing is deleted.
        OSError: The workspace cannot be written.
    """
    directories = [snapshots.directory_of(workspace, one) for one in dict.fromkeys(ids)]
    with workspace.locked():
        current = workspace.current().snapshot
        for directory in directories:
            if directory.name == current:
                raise _refused("the current snapshot cannot be deleted", current, "`tasador snapshots use ID` first.")
            learned = [] if force else _trained_on(workspace, directory.name)
            if learned:
                raise _refused(
                    "a model version was trained on this snapshot",
                    directory.name,
                    "Delete the versions first, or --force: they go on answering, but cannot be promoted or audited.",
                    got=", ".join(learned),
                )
        # NOTE: profiles first: one that is left over without its snapshot would never be found.
        profiles = [workspace.profiles / one.name for one in directories]
        return _delete([*(one for one in profiles if one.exists()), *directories], [one.name for one in directories])


def delete_prices(workspace: Workspace, ids: Sequence[str]) -> Deleted:
    """Delete price histories: all of them, or none where one may not be deleted.

    Args:
        ids: Whole ids; one that is damaged may be deleted too.

    Raises:
        WorkspaceError: One is the current price history; nothing is deleted.
        OSError: The workspace cannot be written.
    """
    with workspace.locked():
        current = workspace.current().prices
        if current is not None and current in ids:
            raise _refused("the current price history cannot be deleted", current, "`tasador prices use ID` first.")
        found = [workspace.prices / price_histories.find(workspace, one) for one in dict.fromkeys(ids)]
        return _delete(found, [one.name for one in found])


def delete_versions(workspace: Workspace, versions: Sequence[str], *, force: bool = False) -> Deleted:
    """Delete model versions: all of them, or none where one may not be deleted. What MLflow logged of them stays.

    Args:
        versions: Whole names; one that is damaged may be deleted too.
        force: Delete also the version to which a rollback would go.

    Raises:
        UnknownValueError: There is no such version.
        WorkspaceError: One is the champion, the challenger, or what a rollback needs; nothing is deleted.
        OSError: The workspace cannot be written.
    """
    directories = [bundles.directory_of(workspace, one) for one in dict.fromkeys(versions)]
    with bundles.one_at_a_time(workspace):
        champion = workspace.current().champion
        before = None if force else tenures.predecessor(workspace.history(), champion)
        for directory in directories:
            name = directory.name
            if name == champion:
                raise _refused("the champion cannot be deleted", name, "`tasador models promote VERSION` first.")
            if name == bundles.challenger(workspace):
                raise _refused(
                    "the challenger cannot be deleted", name, "Promote it, or train another, which takes its place."
                )
            if name == before:
                raise _refused("a rollback would go back to this version", name, "--force deletes it all the same.")
        return _delete(directories, [one.name for one in directories])


def _trained_on(workspace: Workspace, snapshot: str) -> list[str]:
    return [version for version in bundles.versions(workspace) if _snapshot_of(workspace, version) == snapshot]


def _snapshot_of(workspace: Workspace, version: str) -> str | None:
    try:
        return str(bundles.manifest(workspace, version)["snapshot"])
    except BundleError:
        # NOTE: a version that is damaged cannot be promoted or audited anyhow.
        return None


def _delete(directories: Iterable[Path], names: Sequence[str]) -> Deleted:
    """Take directories out of sight in one step each, and then remove them."""
    size = 0
    for directory in directories:
        size += sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
        with atomic.scratch_directory(directory.parent) as aside:
            directory.rename(aside / directory.name)
    return Deleted(tuple(names), size)


def _refused(what: str, where: str, do: str, *, got: str | None = None) -> WorkspaceError:
    return WorkspaceError(what, where=where, got=got, do=do)
