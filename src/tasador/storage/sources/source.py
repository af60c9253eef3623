"""A source: a catalogue as somebody published it, in one file or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tasador.storage.sources.source_file import SourceFile

__all__ = ["Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A source, hashed but not read.

    Attributes:
        name: The name of the file or folder.
        where: What to call it in errors: as it was named.
        files: Its files, in name order; at least one.
        sha256: Of the file's bytes as published, packed if it was, also of a zip archive of several; of a folder, of
            the lines `<sha256>  <name>` of its files, in order.
        size_bytes: Of the same bytes; of a folder's files, their sum.
        retrieved_at: When it was downloaded or came on standard input, ISO 8601 in UTC; None for local files.
        ignored: Names in a folder or zip archive that were left out as another kind of file.
    """

    name: str
    where: str
    files: tuple[SourceFile, ...]
    sha256: str
    size_bytes: int
    retrieved_at: str | None
    ignored: tuple[str, ...]

    def identity(self) -> dict[str, Any]:
        """What identifies the source, as it is written into manifests."""
        identity = {
            "name": self.name,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "files": len(self.files),
        }
        return identity if self.retrieved_at is None else {**identity, "retrieved_at": self.retrieved_at}
