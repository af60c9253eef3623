"""Rows of a CSV table, each with its exact text, however it is broken into lines."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, TypeAlias

from tasador.ingest.formats.lines import blocks_of_lines
from tasador.ingest.formats.piece import Piece

__all__ = ["DELIMITERS", "ENCODING", "QUOTE", "rows"]

#: What stands between cells, in CSV files that were seen.
DELIMITERS: Final = (",", ";", "\t", "|")
QUOTE: Final = '"'
ENCODING: Final = "utf-8"

#: Any byte is a character of its own here, so that a wrong one breaks no more than its row.
_BYTES: Final = "latin-1"

_BOM: Final = b"\xef\xbb\xbf"

Row: TypeAlias = "list[str] | str"


def rows(
    piece: Piece, *, delimiter: str = ",", quote: str = QUOTE, encoding: str = ENCODING
) -> Iterator[tuple[bytes, Row]]:
    """Read rows, the header too.

    A quote that nobody closes costs its line alone: reading goes on with the next one.

    Args:
        piece: The table; a byte-order mark is passed over.
        delimiter: The character between cells.
        quote: The character around cells that hold delimiters, line ends or, doubled, itself.
        encoding: One in which ASCII is itself.

    Returns:
        The bytes of each row without its last line end, and its cells, or the rule by which it is refused:
        `line_blank`, `row_misquoted`, `line_not_utf8` or `row_not_text`.
    """
    lines = _Lines(piece)
    # NOTE: the reader sees bytes as characters, since what is quoted does not depend on the encoding.
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield lines.give_up(), "row_misquoted"
            continue
        yield lines.take(), _decoded(cells, encoding) if cells else "line_blank"


def _decoded(cells: list[str], encoding: str) -> Row:
    text = "\0".join(cells)
    if text.isascii():
        return cells
    try:
        return text.encode(_BYTES).decode(encoding).split("\0")
    except UnicodeDecodeError:
        return "line_not_utf8" if encoding == ENCODING else "row_not_text"


class _Lines:
    """The lines of a piece as a CSV reader takes them; remembers those of the row that is being read."""

    def __init__(self, piece: Piece) -> None:
        self._lines = _lines(piece)
        self._again: deque[bytes] = deque()
        self._taken: list[bytes] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        return line.decode(_BYTES)

    def take(self) -> bytes:
        """The row that was read."""
        row = b"".join(self._taken)
        self._taken = []
        return row.removesuffix(b"\n").removesuffix(b"\r")

    def give_up(self) -> bytes:
        """The first line of the row that could not be read; the others come again."""
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return self.take()


def _lines(piece: Piece) -> Iterator[bytes]:
    first = True
    for block in blocks_of_lines(piece):
        lines = block.removeprefix(_BOM).splitlines(keepends=True) if first else block.splitlines(keepends=True)
        first = False
        yield from lines
