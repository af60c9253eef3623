"""Bundles: immutable model versions, each file under a hash that is checked before it is parsed."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tasador.errors import BundleError, UnknownValueError
from tasador.storage import atomic, sealed
from tasador.storage.workspace import Workspace, encode_json, read_json

__all__ = [
    "Bundle",
    "adopt",
    "challenger",
    "check",
    "check_not_newer",
    "directory_of",
    "find",
    "load",
    "manifest",
    "one_at_a_time",
    "publish",
    "read_directory",
    "read_file",
    "set_challenger",
    "size_bytes",
    "versions",
]

_KIND: Final = "bundle"
_MEND: Final = (
    "Train again: that replaces a damaged bundle. Until then `tasador models rollback` lets the champion before it, if "
    "there was one, answer."
)
_CHALLENGER: Final = "challenger.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model version in memory, its hashes checked.

    Attributes:
        version: Its name.
        manifest: What it says of itself.
        files: Its files by name.
    """

    version: str
    manifest: dict[str, Any]
    files: dict[str, bytes]


def publish(workspace: Workspace, version: str, files: dict[str, bytes], facts: dict[str, Any]) -> None:
    """Write a bundle and make it visible in one step; does not promote it.

    Raises:
        OSError: The disk is full or the workspace cannot be written; no bundle is published.
    """
    with atomic.scratch_directory(workspace.models) as directory:
        for name, data in files.items():
            (directory / name).write_bytes(data)
        made = {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), **facts}
        sealed.seal(directory, workspace.models / version, kind=_KIND, facts=made)


def adopt(workspace: Workspace, directory: Path) -> None:
    """Publish a bundle that was made elsewhere and lies beside the others; a whole one of the same name stays.

    Args:
        directory: Where it is, named as the version is, in a scratch directory of the workspace's models.

    Raises:
        BundleError: Its files are not those of its manifest, or it has another name; no bundle is published.
        OSError: The disk is full or the workspace cannot be written; no bundle is published.
    """
    do = "Bring it again, and see whether it is whole where it was made."
    sealed.verify(directory, kind=_KIND, error=BundleError, do=do)
    sealed.place(directory, workspace.models / directory.name, kind=_KIND)


def versions(workspace: Workspace) -> list[str]:
    """List the versions of the published bundles."""
    return sorted(path.parent.name for path in workspace.models.glob(f"[!.]*/{sealed.MANIFEST}"))


def manifest(workspace: Workspace, version: str) -> dict[str, Any]:
    """Read what a bundle says of itself.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: The manifest is damaged.
    """
    _check_known(workspace, version)
    return sealed.manifest(workspace.models / version, kind=_KIND, error=BundleError, do=_MEND)


def size_bytes(manifest: dict[str, Any]) -> int:
    """Add up what a bundle's files take, by its manifest."""
    return sum(int(facts["size_bytes"]) for facts in manifest["files"].values())


def directory_of(workspace: Workspace, version: str) -> Path:
    """Find a bundle's directory.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: Its manifest is missing.
    """
    _check_known(workspace, version)
    return workspace.models / version


def read_file(workspace: Workspace, version: str, name: str) -> bytes:
    """Read one file of a bundle, after checking its hash; the others are not looked at.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: The file is missing or altered, or the manifest is not as it should be.
    """
    facts = manifest(workspace, version)["files"].get(name)
    path = workspace.models / version / name
    if facts is None or not path.is_file():
        raise BundleError("the bundle lacks a file", where=version, expected=name, do=_MEND)
    return sealed.read_file(path, facts, BundleError, _MEND)


def load(workspace: Workspace, version: str) -> Bundle:
    """Read a bundle: what is given back is what its hashes were checked on.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: A file is missing, altered or of another format.
    """
    _check_known(workspace, version)
    return read_directory(workspace.models / version)


def read_directory(directory: Path) -> Bundle:
    """Read a bundle that lies anywhere, such as a copy on another machine, as `load` does.

    Raises:
        BundleError: A file is missing, altered or of another format.
    """
    return Bundle(directory.name, *sealed.read(directory, kind=_KIND, error=BundleError, do=_MEND))


def check(workspace: Workspace, version: str) -> None:
    """Check every file of a bundle against its hash.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: A file is missing, altered or of another format.
    """
    _check_known(workspace, version)
    sealed.verify(workspace.models / version, kind=_KIND, error=BundleError, do=_MEND)


def check_not_newer(workspace: Workspace, version: str) -> None:
    """Refuse to work beside a version that a newer Tasador made: it would be replaced as if it were damaged.

    Raises:
        BundleError: A newer Tasador made it.
    """
    sealed.check_not_newer(workspace.models / version, kind=_KIND, error=BundleError)


def find(workspace: Workspace, named: str) -> str:
    """Find the version that is named: by its name, the beginning of it, `champion` (or `current`), or `challenger`.

    Raises:
        UnknownValueError: No version is called so, or more than one begins so.
    """
    alias = {"champion": _champion, "current": _champion, "challenger": challenger}.get(named)
    if alias is not None:
        version = alias(workspace)
        if version is None:
            raise UnknownValueError(
                "model version", named, versions(workspace), do=f"The workspace has no {named} yet."
            )
        return version
    known = versions(workspace)
    alike = [version for version in known if version.startswith(named)]
    if named in known or not alike or not named:
        _check_known(workspace, named)
        return named
    if len(alike) > 1:
        raise UnknownValueError(
            "model version", named, alike, what="more than one begins so", do="Give more of the name."
        )
    return alike[0]


def challenger(workspace: Workspace) -> str | None:
    """Tell the version that was trained last and is not the champion; None where there is none.

    Raises:
        WorkspaceError: The file that names it is damaged.
    """
    path = workspace.models / _CHALLENGER
    if not path.exists():
        return None
    named = read_json(path, do="Delete it: `tasador train` writes it anew.").get("version")
    # NOTE: a promotion that was killed may have left the name of the champion.
    known = named in versions(workspace) and named != workspace.current().champion
    return str(named) if known else None


def set_challenger(workspace: Workspace, version: str | None) -> None:
    """Name the challenger, or none."""
    atomic.write_bytes(workspace.models / _CHALLENGER, encode_json({"version": version}))


@contextlib.contextmanager
def one_at_a_time(workspace: Workspace) -> Iterator[None]:
    """Let one process decide who answers at a time: a decision counts for the champion that it looked at."""
    workspace.models.mkdir(parents=True, exist_ok=True)
    with (workspace.models / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _champion(workspace: Workspace) -> str | None:
    return workspace.current().champion


def _check_known(workspace: Workspace, version: str) -> None:
    known = versions(workspace)
    if version in known:
        return
    directory = workspace.models / version
    if directory.is_dir() and directory.parent == workspace.models:
        raise BundleError(
            f"{sealed.MANIFEST} is missing", where=directory, expected="a bundle with its manifest", do=_MEND
        )
    raise UnknownValueError("model version", version, known, do="`tasador train` makes one.")
