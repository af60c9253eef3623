"""What workers read a source in: units, each a run of its blocks, cut where one process alone cuts them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from tasador.errors import SourceError
from tasador.ingest.cleaning import Origin
from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw import RawRows
from tasador.storage.sources.packing import is_packed
from tasador.storage.sources.source_file import SourceFile

__all__ = ["Files", "Unit", "check_same", "pieces", "raw_blocks", "stamps", "units", "units_of_lines"]

#: How far the end of a line is looked for at once.
_WINDOW: Final = 1 << 20

#: A source's files, and what holds for their records.
Files = tuple[Sequence[SourceFile], Origin]


@dataclass(frozen=True, slots=True)
class Unit:
    """What one worker reads at a time.

    Attributes:
        source: The source's number.
        first: The number of its first file in the source.
        last: The number of its last file.
        start: The byte of that file where it begins, where it is a part of one.
        stop: The byte where it ends; None is the end of the last file.
    """

    source: int
    first: int
    last: int
    start: int = 0
    stop: int | None = None


def units(sources: Sequence[Files]) -> list[Unit]:
    """Part sources into units, in their order.

    A format of lines is parted at every file, and a file that is not packed at every block; small files go together.
    Any other is one unit, since what it reads at a time goes on from file to file.
    """
    found: list[Unit] = []
    for number, (files, origin) in enumerate(sources):
        if origin.written is None or not origin.written.by_line:
            found.append(Unit(number, 0, len(files) - 1))
        else:
            found += units_of_lines(number, files)
    return found


def units_of_lines(source: int, files: Sequence[SourceFile]) -> list[Unit]:
    """Part the files of a source of lines into units, in their order."""
    found: list[Unit] = []
    small = 0
    for at, file in enumerate(files):
        if file.size_bytes >= BLOCK_BYTES and not _packed(file):
            found += [Unit(source, at, at, start, stop) for start, stop in _ranges(file)]
            small = 0
        elif small and small + file.size_bytes < BLOCK_BYTES:
            found[-1] = Unit(source, found[-1].first, at)
            small += file.size_bytes
        else:
            found.append(Unit(source, at, at))
            small = file.size_bytes
    return found


def raw_blocks(unit: Unit, sources: Sequence[Files]) -> Iterator[RawRows]:
    """Read a unit."""
    files, origin = sources[unit.source]
    if origin.written is None:
        raise ValueError(f"{origin.where} has no format")
    return origin.written.read(pieces(unit, files))


def pieces(unit: Unit, files: Sequence[SourceFile]) -> list[Piece]:
    """Give the files of a unit, or the part of one."""
    if unit.stop is None:
        return [Piece(file.where, file.blocks) for file in files[unit.first : unit.last + 1]]
    file = files[unit.first]
    return [Piece(file.where, functools.partial(_part, file, unit.start, unit.stop))]


def check_same(sources: Sequence[Files], begun: dict[Path, tuple[int, int]]) -> None:
    """Refuse files that changed while they were read in parts: no worker saw all of one, to hash it.

    Args:
        begun: What `stamps` said before.

    Raises:
        SourceError: One did.
    """
    for path, now in stamps(sources).items():
        if begun[path] != now:
            raise SourceError(
                "the file changed while it was read", where=path, do="Run it again when nobody writes to it."
            )


def stamps(sources: Sequence[Files]) -> dict[Path, tuple[int, int]]:
    """Note the size and the time of the last change of each file."""
    paths = {file.path for files, _ in sources for file in files}
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


def _packed(file: SourceFile) -> bool:
    if file.member is not None:
        return True
    with file.path.open("rb") as data:
        return is_packed(data.read(8))


def _ranges(file: SourceFile) -> Iterator[tuple[int, int]]:
    """Cut a file where `blocks_of_lines` cuts it, without reading it."""
    start = 0
    with file.path.open("rb") as data:
        while file.size_bytes - start >= BLOCK_BYTES:
            stop = _line_end(data, start, start + BLOCK_BYTES)
            yield start, stop
            start = stop
    if start < file.size_bytes:
        yield start, file.size_bytes


def _line_end(data: BinaryIO, start: int, limit: int) -> int:
    """Find the last end of a line before a byte; without one the block cannot be read, which its reader tells."""
    high = limit
    while high > start:
        low = max(start, high - _WINDOW)
        data.seek(low)
        found = data.read(high - low).rfind(b"\n")
        if found >= 0:
            return low + found + 1
        high = low
    return limit + 1


def _part(file: SourceFile, start: int, stop: int) -> Iterator[bytes]:
    if start == 0:
        yield from _checked_head(file, stop)
        return
    with file.path.open("rb") as data:
        data.seek(start)
        yield data.read(stop - start)


def _checked_head(file: SourceFile, stop: int) -> Iterator[bytes]:
    """Read the beginning as a whole file's reader does, which refuses what is no text."""
    left = stop
    for block in file.blocks():
        yield block[:left]
        left -= len(block)
        if left <= 0:
            return
