"""The workspace: a directory with snapshots, profiles, models, and what is current."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tasador.errors import WorkspaceError
from tasador.storage import atomic

__all__ = ["Current", "Workspace", "encode_json", "read_json"]

_FORMAT: Final = 1
_MEND: Final = (
    "Delete it, then name what shall be current: `tasador snapshots use ID`, `tasador models promote VERSION`; "
    "`tasador models history` tells which version it was."
)


_HISTORY_KEYS: Final = frozenset({"at", "action", "version", "previous", "snapshot"})


@dataclass(frozen=True, slots=True)
class Current:
    """What is in use: the snapshot that new work starts from, and the model version that answers.

    Attributes:
        snapshot: Id of the current snapshot; None before the first ingest.
        champion: The champion's version; None before the first promotion.
        prices: Id of the current price history; None before the first import.
    """

    snapshot: str | None = None
    champion: str | None = None
    prices: str | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where everything that Tasador makes is kept."""

    root: Path

    @property
    def snapshots(self) -> Path:
        """One directory a snapshot."""
        return self.root / "snapshots"

    @property
    def prices(self) -> Path:
        """One directory a price history."""
        return self.root / "prices"

    @property
    def profiles(self) -> Path:
        """One directory a profiled snapshot."""
        return self.root / "profiles"

    @property
    def models(self) -> Path:
        """One bundle a model version."""
        return self.root / "models"

    @property
    def downloads(self) -> Path:
        """Sources that were named by an address."""
        return self.root / "sources"

    def current(self) -> Current:
        """Read what is in use.

        Raises:
            WorkspaceError: `current.json` is damaged or written by a newer version.
        """
        path = self.root / "current.json"
        if not path.exists():
            return Current()
        written = read_json(path, do=_MEND)
        stated = written.get("format")
        if stated != _FORMAT:
            newer = isinstance(stated, int) and stated > _FORMAT
            raise WorkspaceError(
                "written by a newer version" if newer else "written in another format",
                where=path,
                got=stated,
                expected=_FORMAT,
                do="Use the Tasador version that wrote it, or a newer one." if newer else _MEND,
            )
        return Current(written.get("snapshot"), written.get("champion"), written.get("prices"))

    def change_current(
        self, *, snapshot: str | None = None, champion: str | None = None, prices: str | None = None
    ) -> None:
        """Change what is in use, in one step; what is not named stays, also when another process changes it now."""
        with self.locked():
            before = self.current()
            after = {
                "format": _FORMAT,
                "snapshot": before.snapshot if snapshot is None else snapshot,
                "champion": before.champion if champion is None else champion,
                **({} if (named := prices or before.prices) is None else {"prices": named}),
            }
            atomic.write_bytes(self.root / "current.json", encode_json(after))

    def append_history(self, entry: dict[str, Any]) -> None:
        """Add a promotion or rollback to the history, whole or not at all; nothing is ever taken out."""
        path = self.root / "history.jsonl"
        with self.locked():
            before = path.read_bytes() if path.exists() else b""
            if before and not before.endswith(b"\n"):
                before += b"\n"
            line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            atomic.write_bytes(path, before + line)

    def write_history(self, entries: Sequence[dict[str, Any]]) -> None:
        """Write the history anew where it has entries that are not here; those here are among them.

        Raises:
            WorkspaceError: A line of the history here is damaged, or an entry here is not among them.
        """
        with self.locked():
            here = self.history()
            if lost := [entry for entry in here if entry not in entries]:
                raise WorkspaceError(
                    "the history only grows", where=self.root / "history.jsonl", got=f"none of {lost[0]}"
                )
            if list(entries) != here:
                lines = (json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries)
                atomic.write_bytes(self.root / "history.jsonl", "".join(lines).encode())

    def history(self) -> list[dict[str, Any]]:
        """Read the history, oldest first.

        Raises:
            WorkspaceError: A line is damaged.
        """
        path = self.root / "history.jsonl"
        if not path.exists():
            return []
        entries = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                entry = None
            if not isinstance(entry, dict) or not entry.keys() >= _HISTORY_KEYS:
                raise WorkspaceError(
                    "a line of the history is damaged",
                    where=f"{path}, line {number}",
                    got=repr(line[:60]),
                    expected=f"an object with {', '.join(sorted(_HISTORY_KEYS))}",
                    do="Take that line out, or restore the file from a copy.",
                )
            entries.append(entry)
        return entries

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from changing the workspace's files between a read and the write that follows."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def read_json(path: Path, *, do: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        WorkspaceError: The file is missing or no JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WorkspaceError("the file is missing", where=path, do=do) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError("the file is damaged", where=path, got=error, expected="JSON", do=do) from error
    if not isinstance(value, dict):
        raise WorkspaceError("the file is damaged", where=path, got=type(value).__name__, expected="an object", do=do)
    return value


def encode_json(value: object) -> bytes:
    """Encode JSON the same way everywhere: the same value gives the same bytes.

    Raises:
        ValueError: The value holds NaN or infinity, which JSON has not.
    """
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
