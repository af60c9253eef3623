"""Snapshots: immutable versions of the catalogue, named by their content."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from tasador.errors import UnknownValueError
from tasador.storage import atomic, sealed
from tasador.storage.workspace import Workspace, encode_json

__all__ = ["Snapshot", "directory_of", "ids", "load_games", "load_set_aside", "manifest", "publish", "verify"]

_KIND: Final = "snapshot"
_GAMES: Final = "games.parquet"
_QUARANTINE: Final = "quarantine.parquet"
_MEND: Final = "Ingest its source again: that replaces a damaged snapshot."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot is made of.

    Attributes:
        games: The clean table.
        set_aside: All other records of the source.
        quality: The quality report, for JSON.
        quality_page: The same as a page.
        source: What identifies the source.
        made_by: Version and fingerprint of the code that made it.
    """

    games: pl.DataFrame
    set_aside: pl.DataFrame
    quality: dict[str, Any]
    quality_page: str
    source: dict[str, Any]
    made_by: dict[str, str]


def publish(workspace: Workspace, snapshot: Snapshot) -> str:
    """Write a snapshot and make it visible in one step; does not make it current.

    Returns:
        Its id, 12 hexadecimal digits: the same source and code give the same id and the same bytes.

    Raises:
        OSError: The disk is full or the workspace cannot be written; no snapshot is published.
    """
    with atomic.scratch_directory(workspace.snapshots) as directory:
        (directory / _GAMES).mkdir()
        _write_parquet(snapshot.games, directory / _GAMES / "part-00000.parquet")
        _write_parquet(snapshot.set_aside, directory / _QUARANTINE)
        (directory / "quality.json").write_bytes(encode_json(snapshot.quality))
        (directory / "quality.html").write_text(snapshot.quality_page, encoding="utf-8")
        digest = hashlib.sha256()
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        snapshot_id = digest.hexdigest()[:12]
        facts = {
            "source": snapshot.source,
            "made_by": snapshot.made_by,
            "accounting": snapshot.quality["accounting"],
        }
        sealed.seal(directory, workspace.snapshots / snapshot_id, kind=_KIND, facts=facts)
    return snapshot_id


def ids(workspace: Workspace) -> list[str]:
    """List the ids of the published snapshots."""
    return sorted(path.parent.name for path in workspace.snapshots.glob(f"[0-9a-f]*/{sealed.MANIFEST}"))


def directory_of(workspace: Workspace, snapshot_id: str) -> Path:
    """Find a snapshot's directory.

    Raises:
        UnknownValueError: There is no such snapshot.
    """
    known = ids(workspace)
    if snapshot_id not in known:
        raise UnknownValueError("snapshot", snapshot_id, known, do="`tasador ingest SOURCE` makes one.")
    return workspace.snapshots / snapshot_id


def manifest(workspace: Workspace, snapshot_id: str) -> dict[str, Any]:
    """Read what a snapshot says of itself.

    Raises:
        WorkspaceError: The manifest is damaged.
    """
    return sealed.manifest(directory_of(workspace, snapshot_id), kind=_KIND, do=_MEND)


def verify(workspace: Workspace, snapshot_id: str) -> Path:
    """Check a snapshot's hashes.

    Returns:
        Its directory.

    Raises:
        UnknownValueError: There is no such snapshot.
        WorkspaceError: A file of it is missing or altered.
    """
    directory = directory_of(workspace, snapshot_id)
    sealed.verify(directory, kind=_KIND, do=_MEND)
    return directory


def load_games(workspace: Workspace, snapshot_id: str) -> pl.DataFrame:
    """Read the games of a snapshot, after checking its hashes.

    Raises:
        WorkspaceError: A file of the snapshot is missing or altered.
    """
    return pl.read_parquet(verify(workspace, snapshot_id) / _GAMES / "*.parquet")


def load_set_aside(workspace: Workspace, snapshot_id: str) -> pl.DataFrame:
    """Read the records that are not in the games of a snapshot, after checking its hashes.

    Raises:
        WorkspaceError: A file of the snapshot is missing or altered.
    """
    return pl.read_parquet(verify(workspace, snapshot_id) / _QUARANTINE)


def _write_parquet(table: pl.DataFrame, path: Path) -> None:
    # NOTE: encoded in memory first, since Polars tells of a full disk by an error of its own instead of OSError.
    encoded = io.BytesIO()
    table.write_parquet(encoded)
    path.write_bytes(encoded.getbuffer())
