"""Where appraisals are written down as they are answered: lines of JSON in a file of one process.

A file that is locked has a writer; one that is not is whole, or as its killed writer left it, and is turned into
Parquet by `tasador.storage.appraisal_log`, which needs more memory than a server that only writes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

__all__ = ["SUFFIX", "Journal"]

SUFFIX: Final = ".jsonl"

#: A journal is closed, and another begun, when it has so much or is so old.
_MOST_BYTES: Final = 16 * 2**20
_MOST_SECONDS: Final = 3_600.0


class Journal:
    """Lines in a file. What was written is not lost when the process is killed; when the power fails it may be.

    Only who owns the process reads it: what is asked may be confidential.

    Args:
        directory: Where journals are.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._descriptor: int | None = None
        self._size = 0
        self._begun = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it should be closed, so that what it holds can be turned into Parquet."""
        old = time.monotonic() - self._begun > _MOST_SECONDS
        return self._descriptor is not None and (old or self._size > _MOST_BYTES)

    def write(self, lines: Sequence[bytes]) -> None:
        """Add lines, all or none.

        Args:
            lines: Each with its end.

        Raises:
            OSError: The disk is full or cannot be written; what was written before is as it was.
        """
        if not lines:
            return
        if self._descriptor is None:
            self._descriptor = _begin(self._directory)
            self._size, self._begun = 0, time.monotonic()
        data = memoryview(b"".join(lines))
        size = self._size + len(data)
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size = size

    def close(self) -> None:
        """End the file; what is written next begins another.

        Raises:
            OSError: The disk did not take all that was written; the file is ended nevertheless.
        """
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            with contextlib.closing(os.fdopen(descriptor, "ab")):
                os.fsync(descriptor)


def _begin(directory: Path) -> int:
    """Make a file that is locked before others can see that it is there."""
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    hidden = directory / f".{name}"
    descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(directory / f"{name}{SUFFIX}")
    except BaseException:
        os.close(descriptor)
        hidden.unlink(missing_ok=True)
        raise
    return descriptor
