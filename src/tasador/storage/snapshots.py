"""Snapshots: immutable versions of the catalogue, named by their content."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import dataframely as dy
import polars as pl

from tasador.contracts.games import Games
from tasador.errors import UnknownValueError, WorkspaceError
from tasador.storage import atomic, sealed, table_bytes
from tasador.storage.workspace import Workspace

__all__ = [
    "GAMES",
    "PART_ROWS",
    "Draft",
    "PartWriter",
    "adopt",
    "directory_of",
    "draft",
    "find",
    "ids",
    "load_games",
    "load_set_aside",
    "manifest",
    "parts",
    "quality",
    "verify",
]

_KIND: Final = "snapshot"
GAMES: Final = "games.parquet"
_QUARANTINE: Final = "quarantine.parquet"

#: A part of the tables ends with the block that makes it so many rows or more: few rows a file make reading slow.
PART_ROWS: Final = 20_000
_MEND: Final = "Ingest its source again: that replaces a damaged snapshot."


@dataclass(frozen=True, slots=True)
class PartWriter:
    """Writes parts of a draft, in whichever process: the same rows give the same bytes, and a part is whole or absent.

    Attributes:
        directory: The draft's.
        scratch: A directory beside it for what is not published as it is.
    """

    directory: Path
    scratch: Path

    def write(self, number: int, games: pl.DataFrame, set_aside: pl.DataFrame) -> tuple[str, dict[str, Any]]:
        """Write a part.

        Returns:
            The name of its games' file, with `sha256` and `size_bytes`.

        Raises:
            OSError: The disk is full or the workspace cannot be written.
        """
        name, data = f"{GAMES}/part-{number:05}.parquet", table_bytes.parquet(games)
        table_bytes.put(
            self.scratch / f"{number:05}.arrow", table_bytes.encoded(set_aside.write_ipc), scratch=self.scratch
        )
        table_bytes.put(self.directory / name, data, scratch=self.scratch)
        return name, table_bytes.facts(data)


class Draft:
    """A snapshot that is being written, block by block; nobody sees it before it is published.

    Attributes:
        parts: Writes its parts elsewhere; `take` tells of them here.
    """

    def __init__(self, workspace: Workspace, directory: Path, scratch: Path) -> None:
        self.parts = PartWriter(directory, scratch)
        self._workspace = workspace
        self._held: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        self._files: dict[str, dict[str, Any]] = {}
        self._written = 0
        self._id = ""
        (directory / GAMES).mkdir()

    def add(self, games: pl.DataFrame, set_aside: pl.DataFrame) -> None:
        """Write the next games and records set aside.

        Raises:
            OSError: The disk is full or the workspace cannot be written.
        """
        self._held.append((games, set_aside))
        if sum(table.height for pair in self._held for table in pair) >= PART_ROWS:
            self._write()

    def take(self, name: str, facts: dict[str, Any]) -> None:
        """Take in a part that was written elsewhere."""
        self._files[name] = facts

    def finish(self, report: Mapping[str, bytes]) -> tuple[str, dict[str, dict[str, Any]]]:
        """Write what is left of the tables, and the quality report; with that the snapshot has its id.

        Args:
            report: The quality report, by file name.

        Returns:
            The id, 12 hexadecimal digits: the same sources and code give the same id and the same bytes; and `sha256`
            and `size_bytes` of each file, by its name in the snapshot.

        Raises:
            OSError: The disk is full or the workspace cannot be written.
        """
        if self._held:
            self._write()
        set_aside = pl.scan_ipc(self.parts.scratch / "*.arrow")
        self._files[_QUARANTINE] = table_bytes.write_parquet(set_aside, self.parts.directory / _QUARANTINE)
        for name, data in report.items():
            self._put(name, data)
        listed = "".join(f"{file['sha256']}  {name}\n" for name, file in sorted(self._files.items()))
        self._id = hashlib.sha256(listed.encode()).hexdigest()[:12]
        return self._id, dict(self._files)

    def publish(self, documents: Mapping[str, bytes], facts: dict[str, Any]) -> None:
        """Make the finished snapshot visible in one step; does not make it current.

        Args:
            documents: What describes the tables to others, by file name.
            facts: What the manifest says besides the files: `sources`, `made_by` and `accounting`.

        Raises:
            OSError: The disk is full or the workspace cannot be written; no snapshot is published.
        """
        for name, data in documents.items():
            self._put(name, data)
        target = self._workspace.snapshots / self._id
        files = dict(sorted(self._files.items()))
        sealed.seal(self.parts.directory, target, kind=_KIND, facts=facts, files=files)

    def _write(self) -> None:
        """Write what is held as the next part."""
        games, set_aside = (pl.concat(tables) for tables in zip(*self._held, strict=True))
        self.take(*self.parts.write(self._written, games, set_aside))
        self._held.clear()
        self._written += 1

    def _put(self, name: str, data: bytes | memoryview) -> None:
        (self.parts.directory / name).write_bytes(data)
        self._files[name] = table_bytes.facts(data)


@contextlib.contextmanager
def draft(workspace: Workspace) -> Iterator[Draft]:
    """Begin a snapshot; what is not published when the block ends is gone.

    Raises:
        OSError: The workspace cannot be written.
    """
    with (
        atomic.scratch_directory(workspace.snapshots) as directory,
        atomic.scratch_directory(workspace.snapshots) as scratch,
    ):
        yield Draft(workspace, directory, scratch)


def adopt(workspace: Workspace, directory: Path) -> None:
    """Publish a snapshot that was made elsewhere and lies beside the others; a whole one of the same id stays.

    Args:
        directory: Where it is, named as the snapshot is, in a scratch directory of the workspace's snapshots.

    Raises:
        WorkspaceError: Its files are not those of its manifest, or it has another name; no snapshot is published.
        OSError: The disk is full or the workspace cannot be written; no snapshot is published.
    """
    sealed.verify(directory, kind=_KIND, do="Bring it again, and see whether it is whole where it was made.")
    sealed.place(directory, workspace.snapshots / directory.name, kind=_KIND)


def ids(workspace: Workspace) -> list[str]:
    """List the ids of the published snapshots."""
    return sealed.ids(workspace.snapshots)


def directory_of(workspace: Workspace, snapshot_id: str) -> Path:
    """Find a snapshot's directory.

    Raises:
        UnknownValueError: There is no such snapshot.
    """
    if snapshot_id not in ids(workspace):
        raise UnknownValueError("snapshot", snapshot_id, ids(workspace), do="`tasador ingest SOURCE` makes one.")
    return workspace.snapshots / snapshot_id


def find(workspace: Workspace, named: str) -> str:
    """Find the snapshot that is named by its id or the beginning of it.

    Raises:
        UnknownValueError: None is called so, or more than one begins so.
    """
    return sealed.find(_KIND, named, ids(workspace), do="`tasador ingest SOURCE` makes one.")


def manifest(workspace: Workspace, snapshot_id: str) -> dict[str, Any]:
    """Read what a snapshot says of itself.

    Raises:
        WorkspaceError: The manifest is damaged.
    """
    return sealed.manifest(directory_of(workspace, snapshot_id), kind=_KIND, do=_MEND)


def quality(workspace: Workspace, snapshot_id: str) -> dict[str, Any]:
    """Read the quality report of a snapshot.

    Raises:
        UnknownValueError: There is no such snapshot.
        WorkspaceError: The report is missing or altered.
    """
    found = manifest(workspace, snapshot_id)
    return sealed.read_report(workspace.snapshots / snapshot_id, "quality.json", found, _MEND)


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


def load_games(workspace: Workspace, snapshot_id: str, keep: pl.Expr | None = None) -> dy.DataFrame[Games]:
    """Read the games of a snapshot, after checking its hashes and that they are of this version's contract.

    Args:
        workspace: Where it is.
        snapshot_id: Its id.
        keep: Which rows are read, in memory that does not grow with the others; None is all.

    Raises:
        WorkspaceError: A file of the snapshot is missing or altered, or another version of Tasador made it with other
            columns.
    """
    found = pl.scan_parquet(verify(workspace, snapshot_id) / GAMES / "*.parquet")
    games = (found if keep is None else found.filter(keep)).collect(engine="streaming")
    expected = Games.create_empty().schema
    if games.schema != expected:
        differ = sorted(dict(games.schema.items() ^ expected.items()))
        raise WorkspaceError(
            "its games have other columns than this version's",
            where=f"snapshot {snapshot_id}",
            got=f"a difference in {', '.join(differ)}",
            expected="the columns of the data dictionary",
            do="Ingest its source again.",
        )
    return Games.cast(games)


def load_columns(workspace: Workspace, snapshot_id: str, columns: Sequence[str]) -> pl.DataFrame:
    """Read some columns of the games of a snapshot, after checking its hashes.

    Raises:
        WorkspaceError: A file of the snapshot is missing or altered.
    """
    return pl.read_parquet(verify(workspace, snapshot_id) / GAMES / "*.parquet", columns=list(columns))


def parts(workspace: Workspace, snapshot_id: str) -> Iterator[pl.DataFrame]:
    """Read the games of a snapshot part by part, after checking its hashes.

    Raises:
        WorkspaceError: A file of the snapshot is missing or altered.
    """
    for path in sorted((verify(workspace, snapshot_id) / GAMES).glob("*.parquet")):
        yield pl.read_parquet(path)


def load_set_aside(workspace: Workspace, snapshot_id: str) -> pl.DataFrame:
    """Read the records that are not in the games of a snapshot, after checking its hashes.

    Raises:
        WorkspaceError: A file of the snapshot is missing or altered.
    """
    return pl.read_parquet(verify(workspace, snapshot_id) / _QUARANTINE)
