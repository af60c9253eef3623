"""Reads a SQLite file from its bytes: threads take turns, and no turn takes long."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tasador.errors import TasadorError

__all__ = ["Reader", "SlowQueryError"]

_BEGINS: Final = b"SQLite format 3\0"

#: Steps of SQLite's machine between looks at the clock: about a tenth of a millisecond.
_STEPS: Final = 5_000


class SlowQueryError(TasadorError, RuntimeError):
    """A query took longer than it may, or waited longer for others."""


class Reader:
    """A SQLite file in memory, read only. Threads may share one.

    The file is copied: what is read is what was handed in, whatever becomes of it on disk. A copy belongs to one
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
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, connection.close)
        connection.deserialize(data)
        connection.executescript(
            "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -256;"
        )
        self._connection: Final = connection
        self._seconds: Final = seconds
        self._taken: Final = threading.Lock()
        self._deadline: Final = _Deadline()
        connection.set_progress_handler(self._deadline.has_passed, _STEPS)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Have the file alone, for a while.

        Raises:
            SlowQueryError: It took too long, or others did.
        """
        if not self._taken.acquire(timeout=self._seconds):
            raise SlowQueryError("other queries take too long", expected=f"a turn within {self._seconds} s")
        try:
            self._deadline.at = time.monotonic() + self._seconds
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            raise SlowQueryError("the query takes too long", expected=f"an end within {self._seconds} s") from error
        finally:
            self._taken.release()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement in one's turn, and give its rows."""
        return self._connection.execute(statement, parameters).fetchall()


class _Deadline:
    """When a turn ends. NOTE: apart from the reader, which nothing that it holds may hold."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = float("inf")

    def has_passed(self) -> bool:
        return time.monotonic() > self.at
