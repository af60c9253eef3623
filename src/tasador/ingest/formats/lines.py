"""A stream of bytes cut into blocks of whole lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tasador.errors import SourceError
from tasador.ingest.formats.piece import Piece

__all__ = ["BLOCK_BYTES", "blocks_of_lines", "split"]

#: Size of a block: large enough to be read fast, small enough to hold several in memory.
BLOCK_BYTES: Final = 32 << 20


def blocks_of_lines(piece: Piece) -> Iterator[bytes]:
    """Cut a piece after line ends, at the same places however its bytes arrive.

    Raises:
        SourceError: There is no line end for the length of a block.
    """
    held: list[bytes] = []
    size = 0
    for part in piece.blocks():
        held.append(part)
        size += len(part)
        while size >= BLOCK_BYTES:
            block, rest = _cut(held, size, piece)
            yield block
            held, size = [rest], len(rest)
    if size:
        yield b"".join(held)


def _cut(held: list[bytes], size: int, piece: Piece) -> tuple[bytes, bytes]:
    """Cut after the last line end within the length of a block."""
    last = held[-1]
    before = size - len(last)
    # NOTE: the end is nearly always in the last part, and then nothing is copied but once.
    if BLOCK_BYTES - before >= 0 and (end := last.rfind(b"\n", 0, BLOCK_BYTES - before) + 1):
        return b"".join([*held[:-1], last[:end]]), last[end:]
    data = b"".join(held)
    end = data.rfind(b"\n", 0, BLOCK_BYTES) + 1
    if end == 0:
        raise SourceError(
            "a line is too long",
            where=piece.where,
            got=f"more than {BLOCK_BYTES >> 20} MB without a line end, beginning {data[:60]!r}",
            expected="one record a line",
            do="Name its format with --format.",
        )
    return data[:end], data[end:]


def split(block: bytes) -> list[bytes]:
    """Split a block into its lines, without their ends."""
    lines = block.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines
