"""What the store answered, as it answered: one line a response, kept as they come.

A line is the store's own object with one more key, the time of day at which it came::

    {"10": {"success": true, "data": {…}}, "retrieved_at": "2026-01-31T12:00:00+00:00"}
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tasador.errors import WorkspaceError
from tasador.storage import atomic

__all__ = ["Responses", "open_responses"]

logger = logging.getLogger(__name__)

_RETRIEVED_AT: Final = "retrieved_at"


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a response stands in the file, in bytes, and when it came."""

    start: int
    stop: int
    retrieved_at: datetime


@dataclass(frozen=True, slots=True)
class Responses:
    """The responses in a file, to which more are added. Of an app that was asked for again, the latest counts."""

    path: Path
    _lines: dict[int, _Line]

    def missing(self, app_ids: Iterable[int], *, older_than: datetime | None) -> list[int]:
        """Say for which of some apps there is no response, or only one from before a time."""
        return [
            app_id
            for app_id in app_ids
            if (line := self._lines.get(app_id)) is None or (older_than is not None and line.retrieved_at < older_than)
        ]

    def append(self, app_id: int, response: bytes, retrieved_at: datetime) -> None:
        """Add a response, and return when it is on the disk.

        Args:
            app_id: The app that was asked for.
            response: The store's JSON object, with one key at least, on one line.
            retrieved_at: When it came, with its zone.

        Raises:
            OSError: The disk is full; what was there is kept.
        """
        stamp = json.dumps(retrieved_at.isoformat(timespec="seconds"))
        line = response.removesuffix(b"}").rstrip() + f', "{_RETRIEVED_AT}": {stamp}}}\n'.encode()
        try:
            with self.path.open("ab") as file:
                start = file.tell()
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            error.filename = str(self.path)
            raise
        self._lines[app_id] = _Line(start, start + len(line), retrieved_at)

    def select(self, app_ids: Iterable[int], target: Path) -> None:
        """Write the responses for some apps to a file of their own, in their order, replacing it in one step."""
        with atomic.scratch_directory(target.parent) as scratch, self.path.open("rb") as kept:
            draft = scratch / target.name
            with draft.open("wb") as file:
                for app_id in app_ids:
                    line = self._lines[app_id]
                    kept.seek(line.start)
                    file.write(kept.read(line.stop - line.start))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)


def open_responses(path: Path) -> Responses:
    """Read which responses a file holds, and cut off what a killed writer left of a last one.

    Raises:
        WorkspaceError: A line is damaged that is not the last.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    lines: dict[int, _Line] = {}
    torn: tuple[int, bytes] | None = None
    stop = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if torn is not None:
                raise _damaged(path, number - 1, torn[1])
            start, stop = stop, stop + len(line)
            read = _read(line)
            if read is None:
                torn = (start, line)
            else:
                lines[read[0]] = _Line(start, stop, read[1])
    if torn is not None:
        logger.warning("responses_repaired path=%s dropped_bytes=%d", path, len(torn[1]))
        os.truncate(path, torn[0])
    return Responses(path, lines)


def _read(line: bytes) -> tuple[int, datetime] | None:
    """Read of which app a line is and when it came; None where it is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        value = json.loads(line)
        retrieved_at = datetime.fromisoformat(value.pop(_RETRIEVED_AT))
        (app_id,) = map(int, value)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return None if retrieved_at.tzinfo is None else (app_id, retrieved_at)


def _damaged(path: Path, number: int, line: bytes) -> WorkspaceError:
    return WorkspaceError(
        "a line of the responses is damaged",
        where=f"{path}, line {number}",
        got=repr(line[:60]),
        expected=f'a response of the store with "{_RETRIEVED_AT}"',
        do="Take that line out; the store is asked again for its app.",
    )
