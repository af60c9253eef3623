"""Bundles: immutable model versions, each file under a hash that is checked before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tasador.errors import BundleError, UnknownValueError
from tasador.storage import atomic, sealed
from tasador.storage.workspace import Workspace

__all__ = ["Bundle", "load", "manifest", "publish", "versions"]

_KIND: Final = "bundle"
_MEND: Final = "Train again: that replaces a damaged bundle."


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
        sealed.seal(directory, workspace.models / version, kind=_KIND, facts=facts)


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


def load(workspace: Workspace, version: str) -> Bundle:
    """Read a bundle, after checking its hashes.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: A file is missing, altered or of another format.
    """
    _check_known(workspace, version)
    directory = workspace.models / version
    found = sealed.verify(directory, kind=_KIND, error=BundleError, do=_MEND)
    return Bundle(version, found, {name: (directory / name).read_bytes() for name in found["files"]})


def _check_known(workspace: Workspace, version: str) -> None:
    known = versions(workspace)
    if version not in known:
        raise UnknownValueError("model version", version, known, do="`tasador train` makes one.")
