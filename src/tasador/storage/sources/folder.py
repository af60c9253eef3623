"""A folder or zip archive of files: which of them are the source."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

from tasador.storage.sources import archive, local_file, packing

__all__ = ["Entry", "choose", "in_archive", "in_folder", "written"]

#: Kinds of files that hold data; others are taken only where there is none of these.
_DATA: Final = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".txt"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A file before it is hashed.

    Attributes:
        name: As in `SourceFile`.
        path: Where it lies.
        member: Its name inside the zip archive at `path`; None for a file by itself.
        size_bytes: Of the file or member.
    """

    name: str
    path: Path
    member: str | None
    size_bytes: int

    @property
    def kind(self) -> str:
        """The name's last suffix but those of packers, in lower case; empty where there is none."""
        suffixes = [suffix.lower() for suffix in PurePosixPath(self.name).suffixes]
        while suffixes and suffixes[-1] in packing.SUFFIXES:
            suffixes.pop()
        return suffixes[-1] if suffixes else ""


def in_folder(folder: Path) -> list[Entry]:
    """List a folder's files at any depth in name order, the members of zip archives for the archives.

    Hidden ones and `__MACOSX` are left out, and folders behind links.

    Raises:
        SourceError: A folder or an archive cannot be read.
    """
    entries: list[Entry] = []
    for path in _walk(folder):
        name = written(path.relative_to(folder))
        if archive.is_archive(path):
            entries += in_archive(path, name)
        else:
            entries.append(Entry(name, path, None, path.stat().st_size))
    return sorted(entries, key=lambda entry: entry.name)


def in_archive(path: Path, name: str) -> list[Entry]:
    """List a zip archive's files in name order; hidden ones and `__MACOSX` are left out.

    Raises:
        SourceError: The archive cannot be read.
    """
    return [
        Entry(f"{name}/{info.filename}", path, info.filename, info.file_size)
        for info in archive.members(path)
        if not any(_hidden(part) for part in PurePosixPath(info.filename).parts)
    ]


def written(path: PurePath) -> str:
    """Write a path so that any text can hold it: bytes of its name that are no UTF-8 become U+FFFD."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def choose(entries: Sequence[Entry]) -> tuple[list[Entry], tuple[str, ...]]:
    """Take the commonest kind of data file, by number and then by size; the names of the others come second."""
    # NOTE: a crawler that was killed leaves an empty file; it holds no record.
    filled = [entry for entry in entries if entry.size_bytes] or list(entries)
    known = [entry for entry in filled if entry.kind in _DATA] or filled
    number: Counter[str] = Counter(entry.kind for entry in known)
    size: Counter[str] = Counter()
    for entry in known:
        size[entry.kind] += entry.size_bytes
    commonest = max(sorted(number), key=lambda kind: (number[kind], size[kind]), default="")
    taken = [entry for entry in filled if entry.kind == commonest]
    names = {entry.name for entry in taken}
    return taken, tuple(entry.name for entry in entries if entry.name not in names)


def _walk(folder: Path) -> Iterator[Path]:
    with local_file.reading(folder):
        for parent, folders, names in os.walk(folder, onerror=_refuse):
            folders[:] = [name for name in folders if not _hidden(name)]
            for name in names:
                path = Path(parent, name)
                if not _hidden(name) and path.is_file():
                    yield path


def _hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _refuse(error: OSError) -> None:
    raise error
