"""Price histories: immutable tables of price events, named by their content, sorted and parted by entry."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from tasador.contracts.price_events import PriceEvents
from tasador.errors import WorkspaceError
from tasador.storage import atomic, sealed, table_bytes
from tasador.storage.workspace import Workspace, encode_json

__all__ = ["RUN_ROWS", "Draft", "History", "Writer", "adopt", "draft", "find", "history", "ids", "verify"]

_KIND: Final = "price history"
_EVENTS: Final = "events.parquet"
_DUPLICATES: Final = "duplicates.parquet"
_SET_ASIDE: Final = "quarantine.parquet"
_QUALITY: Final = "quality.json"
_MAKE: Final = "`tasador prices import FILE` makes one."
_MEND: Final = "Import its source again: that replaces a damaged price history."

#: Candidates are sorted and laid aside so many at a time, in groups of rows that can be passed over by their app ids.
RUN_ROWS: Final = 1_000_000
_GROUP_ROWS: Final = 10_000

Files = dict[str, dict[str, Any]]
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the files of a draft, in whichever process: the same rows give the same bytes; a file is whole or absent.

    Attributes:
        directory: The draft's.
        scratch: A directory beside it for what is not published.
    """

    directory: Path
    scratch: Path

    def events(self, number: int, events: pl.DataFrame, duplicates: pl.DataFrame) -> tuple[Files, list[Part]]:
        """Write a part: whole entries, sorted.

        Returns:
            `sha256` and `size_bytes` of each file, by its name, and what is said of the part. A table without rows has
            no file.
        """
        written = self._part(_EVENTS, number, events)
        low, high = events.select(low=pl.col("app_id").min(), high=pl.col("app_id").max()).row(0)
        parts = [{"file": name, "low": low, "high": high, "rows": events.height} for name in written]
        return {**written, **self._part(_DUPLICATES, number, duplicates)}, parts

    def set_aside(self, number: int, records: pl.DataFrame) -> Files:
        """Write what is set aside of a block; the same."""
        return self._part(_SET_ASIDE, number, records)

    def _part(self, table: str, number: int, rows: pl.DataFrame) -> Files:
        if rows.is_empty():
            return {}
        name, data = f"{table}/part-{number:05}.parquet", table_bytes.parquet(rows)
        (self.directory / table).mkdir(exist_ok=True)
        table_bytes.put(self.directory / name, data, scratch=self.scratch)
        return {name: table_bytes.facts(data)}


class Draft:
    """A price history that is being made; nobody sees it before it is published.

    Attributes:
        writer: Writes its files; `take` tells of them here.
    """

    def __init__(self, workspace: Workspace, writer: Writer) -> None:
        self.writer = writer
        self._workspace = workspace
        self._files: Files = {}
        self._parts: list[Part] = []
        self._held: list[pl.DataFrame] = []
        self._runs: list[Path] = []

    def lay_aside(self, candidates: pl.DataFrame) -> None:
        """Keep candidates until all are there.

        Raises:
            OSError: The disk is full.
        """
        self._held.append(candidates)
        if sum(rows.height for rows in self._held) >= RUN_ROWS:
            self._write_run()

    def counted(self) -> pl.DataFrame:
        """Count the candidates by `app_id`, in `len`, when all are there."""
        self._write_run()
        return self._laid_aside().group_by("app_id").len().collect(engine="streaming")

    def candidates(self, low: int, high: int) -> pl.DataFrame:
        """Give the candidates of some app ids, both bounds included."""
        wanted = pl.col("app_id").is_between(low, high)
        return self._laid_aside().filter(wanted).collect(engine="streaming")

    def take(self, files: Files, parts: Sequence[Part] = ()) -> None:
        """Take in files that were written, and what is said of the parts of the events among them."""
        self._files.update(files)
        self._parts += parts

    def publish(self, quality: dict[str, Any], facts: dict[str, Any]) -> str:
        """Make it visible in one step; does not make it current.

        Args:
            quality: The quality report.
            facts: What the manifest says besides files and parts: `sources`, `made_by` and `accounting`.

        Returns:
            The id, 12 hexadecimal digits: the same sources and code give the same id and the same bytes.

        Raises:
            OSError: The disk is full or the workspace cannot be written; nothing is published.
        """
        data = encode_json(quality)
        (self.writer.directory / _QUALITY).write_bytes(data)
        files = dict(sorted({**self._files, _QUALITY: table_bytes.facts(data)}.items()))
        listed = "".join(f"{one['sha256']}  {name}\n" for name, one in files.items())
        found = hashlib.sha256(listed.encode()).hexdigest()[:12]
        said = {**facts, "parts": sorted(self._parts, key=lambda part: part["low"])}
        sealed.seal(self.writer.directory, self._workspace.prices / found, kind=_KIND, facts=said, files=files)
        return found

    def _laid_aside(self) -> pl.LazyFrame:
        return pl.scan_parquet(self._runs, glob=False)

    def _write_run(self) -> None:
        if not self._held:
            return
        rows = pl.concat(self._held).sort("app_id")
        self._held.clear()
        data = table_bytes.encoded(
            lambda file: rows.write_parquet(
                file, compression="zstd", compression_level=1, row_group_size=_GROUP_ROWS, statistics=True
            )
        )
        self._runs.append(self.writer.scratch / f"run-{len(self._runs):05}.parquet")
        self._runs[-1].write_bytes(data)


@dataclass(frozen=True, slots=True)
class History:
    """A published price history.

    Attributes:
        id: Its id.
        directory: Where it is.
        manifest: What it says of itself; `parts` has the file of each part of the events, its lowest and highest app
            id and its rows, in order.
    """

    id: str
    directory: Path
    manifest: dict[str, Any]

    def quality(self) -> dict[str, Any]:
        """Read the quality report.

        Raises:
            WorkspaceError: It is missing or altered.
        """
        return sealed.read_report(self.directory, _QUALITY, self.manifest, _MEND)

    def parts(self) -> Iterator[pl.DataFrame]:
        """Read the events part by part, each of whole entries, sorted; what is read is what was hashed.

        Raises:
            WorkspaceError: A file is missing or altered.
        """
        for part in self.manifest["parts"]:
            yield self.part(part["file"])

    def part(self, file: str) -> pl.DataFrame:
        """Read a part by its file.

        Raises:
            WorkspaceError: It is missing or altered.
        """
        path = self.directory / file
        try:
            data = sealed.read_file(path, self.manifest["files"][file], WorkspaceError, _MEND)
        except FileNotFoundError as error:
            raise WorkspaceError("a file is missing", where=path, do=_MEND) from error
        return pl.read_parquet(io.BytesIO(data))

    def of_app(self, app_id: int) -> pl.DataFrame:
        """Read the events of an entry; there may be none.

        Raises:
            WorkspaceError: The file that would have them is missing or altered.
        """
        for part in self.manifest["parts"]:
            if part["low"] <= app_id <= part["high"]:
                return self.part(part["file"]).filter(pl.col("app_id") == app_id)
        return PriceEvents.create_empty()


@contextlib.contextmanager
def draft(workspace: Workspace) -> Iterator[Draft]:
    """Begin a price history; what is not published when the block ends is gone.

    Raises:
        OSError: The workspace cannot be written.
    """
    with (
        atomic.scratch_directory(workspace.prices) as directory,
        atomic.scratch_directory(workspace.prices) as scratch,
    ):
        yield Draft(workspace, Writer(directory.resolve(), scratch.resolve()))


def adopt(workspace: Workspace, directory: Path) -> None:
    """Publish a price history that was made elsewhere and lies beside the others; a whole one of the same id stays.

    Args:
        directory: Where it is, named as the price history is, in a scratch directory of the workspace's prices.

    Raises:
        WorkspaceError: Its files are not those of its manifest, or it has another name; none is published.
        OSError: The disk is full or the workspace cannot be written; none is published.
    """
    sealed.verify(directory, kind=_KIND, do="Bring it again, and see whether it is whole where it was made.")
    sealed.place(directory, workspace.prices / directory.name, kind=_KIND)


def ids(workspace: Workspace) -> list[str]:
    """List the ids of the published price histories."""
    return sealed.ids(workspace.prices)


def find(workspace: Workspace, named: str) -> str:
    """Find the price history that is named by its id or the beginning of it.

    Raises:
        UnknownValueError: None is called so, or more than one begins so.
    """
    return sealed.find(_KIND, named, ids(workspace), do=_MAKE)


def history(workspace: Workspace, named: str | None = None) -> History:
    """Open a price history, the current one unless another is named.

    Raises:
        UnknownValueError: None is called so.
        WorkspaceError: There is no current one yet, or the manifest is damaged.
    """
    found = workspace.current().prices if named is None else find(workspace, named)
    if found is None:
        raise WorkspaceError("the workspace has no price history yet", where=workspace.root, do=_MAKE)
    directory = workspace.prices / found
    return History(found, directory, sealed.manifest(directory, kind=_KIND, do=_MEND))


def verify(workspace: Workspace, history_id: str) -> None:
    """Check a price history's hashes.

    Raises:
        WorkspaceError: A file of it is missing or altered.
    """
    sealed.verify(workspace.prices / history_id, kind=_KIND, do=_MEND)
