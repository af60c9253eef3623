"""Reads a SQLite file from its bytes: threads take turns, and no turn takes long."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tasador.errors import TasadorError

__all__ = ["Reader", "SlowQueryError"]

_BEGINS: Final = b"SQLite format 3\0"

#: What all games are filtered by has room in it: read anew from the disk, that takes twice as long.
_CACHE_KILOBYTES: Final = 4096

#: Steps of SQLite's machine between looks at the clock: about a tenth of a millisecond.
_STEPS: Final = 5_000


class SlowQueryError(TasadorError, RuntimeError):
    """A query took longer than it may, or waited longer for others."""


class Reader:
    """A SQLite file, read only. Threads may share one.

    The file is copied: what is read is what was handed in, whatever becomes of it on disk. The copy is a file without a
    name, which takes none of the process's memory; where there is no room for it, it is in memory. It belongs to one
    connection, so there is one for all threads: a query takes a millisecond, most of it outside of SQLite.

    Args:
        data: The file.
        seconds: How long a turn may take, and how long it may be waited for.

    Raises:
        sqlite3.DatabaseError: It is no SQLite file.
    """

    def __init__(self, data: bytes, *, seconds: float) -> None:
        # NOTE: asked to read nothing, SQLite says that there is no memory left.
        if not data.startswith(_BEGINS):
            raise sqlite3.DatabaseError("file is not a database")
        connection = _on_disk(data) or _in_memory(data)
        weakref.finalize(self, connection.close)
        connection.executescript(
            "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
            f"PRAGMA cache_size = -{_CACHE_KILOBYTES};"
        )
        self._connection: Final = connection
        self._seconds: Final = seconds
        self._taken: Final = threading.Lock()
        self._deadline: Final = _Deadline()
        self._mine: Final = _Mine()
        connection.set_progress_handler(self._deadline.has_passed, _STEPS)

    @contextlib.contextmanager
    def within(self, seconds: float | None = None) -> Iterator[None]:
        """Bound what all turns of this thread may take together until the block ends.

        Args:
            seconds: That bound; None is that of one turn.
        """
        before, self._mine.left = self._mine.left, self._seconds if seconds is None else seconds
        try:
            yield
        finally:
            self._mine.left = before

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Have the file alone, for a while.

        Raises:
            SlowQueryError: It took too long, or others did, or the thread's turns before it did.
        """
        begun = time.monotonic()
        left = self._mine.left
        seconds = self._seconds if left is None else min(left, self._seconds)
        if seconds <= 0:
            raise SlowQueryError("the queries take too long together", expected="fewer of them")
        try:
            with self._alone(seconds):
                yield
        finally:
            if left is not None:
                self._mine.left = left - (time.monotonic() - begun)

    @contextlib.contextmanager
    def _alone(self, seconds: float) -> Iterator[None]:
        if not self._taken.acquire(timeout=seconds):
            raise SlowQueryError("other queries take too long", expected=f"a turn within {seconds:g} s")
        try:
            self._deadline.at = time.monotonic() + seconds
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            raise SlowQueryError("the query takes too long", expected=f"an end within {seconds:g} s") from error
        finally:
            self._taken.release()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement in one's turn, and give its rows."""
        return self._connection.execute(statement, parameters).fetchall()


def _on_disk(data: bytes) -> sqlite3.Connection | None:
    """Open a copy that is gone when it is closed; None where the system has no such files, or no room for one."""
    if os.name != "posix":
        return None
    try:
        with tempfile.NamedTemporaryFile(prefix="tasador-", suffix=".sqlite") as file:
            file.write(data)
            file.flush()
            return _connection(f"{Path(file.name).as_uri()}?immutable=1")
    except OSError:
        return None


def _in_memory(data: bytes) -> sqlite3.Connection:
    connection = _connection("file::memory:")
    connection.deserialize(data)
    return connection


def _connection(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)


class _Deadline:
    """When a turn ends. NOTE: apart from the reader, which nothing that it holds may hold."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = float("inf")

    def has_passed(self) -> bool:
        return time.monotonic() > self.at


class _Mine(threading.local):
    """What a thread's turns may still take together; None where only each of them is bounded."""

    left: float | None = None
