"""A stream that hashes what is read through it."""

from __future__ import annotations

import hashlib
import io
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["HashedStream"]


class HashedStream(io.RawIOBase):
    """Pass a stream's bytes on and hash them; the stream itself stays its owner's to close.

    Attributes:
        size_bytes: How many were read so far.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer; 0 at the end."""
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self._hash.update(data)
        self.size_bytes += len(data)
        return len(data)

    def sha256(self) -> str:
        """Tell the hash of what was read so far."""
        return self._hash.hexdigest()
