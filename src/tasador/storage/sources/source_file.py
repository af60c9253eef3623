"""A file of a source: what was published, and its content."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tasador.errors import SourceError
from tasador.storage.sources import archive, content, local_file, packing
from tasador.storage.sources.hashed_stream import HashedStream

__all__ = ["SourceFile"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source.

    Attributes:
        name: Relative to the source's folder, or the file's own; of a zip archive's member `archive.zip/member`.
        path: Where it lies.
        member: Its name inside the zip archive at `path`; None for a file by itself.
        sha256: Of the file's bytes as published, packed if it was; of a member, of the member's bytes.
        size_bytes: Of the same.
    """

    name: str
    path: Path
    member: str | None
    sha256: str
    size_bytes: int

    @property
    def where(self) -> str:
        """What to call the file in errors."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    def blocks(self, read: Callable[[int], None] | None = None) -> Iterator[bytes]:
        """Read the content, unpacked, in blocks of about 1 MB cut anywhere; Parquet comes through as it is.

        The bytes as published are hashed again on the way.

        Args:
            read: Called with each block's share of the bytes on the disk; a member's make up what the archive keeps of
                it, packed.

        Raises:
            SourceError: The file is gone, empty, cut short, damaged, neither text nor Parquet, or, told at the end,
                not the one that was opened: it changed in between.
        """
        on_disk = self.size_bytes if self.member is None else archive.member_info(self.path, self.member).compress_size
        told = 0
        with self._published() as stream:
            hashed = HashedStream(stream)
            buffered = io.BufferedReader(hashed, packing.BLOCK_BYTES)
            begun = False
            for block in packing.unpacked(buffered, size_bytes=self.size_bytes, where=self.where):
                if not begun:
                    content.check(block, where=self.where)
                    begun = True
                if read is not None:
                    there = on_disk * hashed.size_bytes // self.size_bytes
                    read(there - told)
                    told = there
                yield block
            if not begun:
                raise content.empty(where=self.where)
            if hashed.sha256() != self.sha256:
                raise SourceError(
                    "the file changed while it was read",
                    where=self.where,
                    got=f"sha256 {hashed.sha256()}",
                    expected=self.sha256,
                    do="Run it again when nobody writes to it.",
                )

    @contextlib.contextmanager
    def _published(self) -> Iterator[IO[bytes]]:
        if self.member is not None:
            with archive.opened(self.path, self.member) as stream:
                yield stream
        else:
            with local_file.reading(self.path), self.path.open("rb") as stream:
                yield stream
