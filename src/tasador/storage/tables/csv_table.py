"""Rows of a CSV table with a header: separated by commas, semicolons, tabs or bars, in UTF-8."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from tasador.errors import SourceError
from tasador.storage.tables.block import Row

__all__ = ["read"]

_DELIMITERS: Final = (",", ";", "\t", "|")

_BOM: Final = "\ufeff"

#: Length of a line, in bytes, at which a file is no table any more.
_MAX_LINE: Final = 16 << 20

_MISQUOTED: Final = "the row's quotes are not closed, or stand where none may be"


def read(file: BinaryIO, *, where: str) -> tuple[tuple[str, ...], str, Iterator[Row]]:
    """Read the header and find the delimiter, and then read the rows as they are asked for.

    Bytes that are no UTF-8 become lone surrogates, which writing in the same way turns back into them. A quote that
    nobody closes costs its line alone.

    Raises:
        SourceError: The header cannot be read, or has a column twice.
    """
    lines = _Lines(file, where)
    delimiter = _delimiter(lines.peek())
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        columns = tuple(next(reader))
    except csv.Error as error:
        raise SourceError(
            "the header is misquoted", where=where, got=repr(lines.give_up()[:80]), do="Mend it."
        ) from error
    lines.take()
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise SourceError(
            "a column comes twice",
            where=where,
            got=", ".join(map(repr, twice)),
            expected="each name once",
            do="Rename or drop one.",
        )
    return columns, delimiter, _rows(reader, lines, columns)


def _rows(reader: Iterator[list[str]], lines: _Lines, columns: tuple[str, ...]) -> Iterator[Row]:
    width = len(columns)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row({columns[0]: lines.give_up().rstrip("\r\n")}, _MISQUOTED)
            continue
        lines.take()
        if len(cells) == width:
            yield Row(dict(zip(columns, cells, strict=True)))
        elif cells:
            wrong = f"the row has {len(cells)} cells where the header has {width}"
            yield Row(dict(zip(columns, cells, strict=False)), wrong)


def _delimiter(header: str) -> str:
    def cells(delimiter: str) -> int:
        return len(next(csv.reader([header], delimiter=delimiter), []))

    # NOTE: the first of those that cut it into most cells.
    return max(_DELIMITERS, key=cells)


class _Lines:
    """Lines as a CSV reader takes them; remembers those of the row that is being read."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._file = file
        self._where = where
        self._again: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        self._taken.append(line)
        return line

    def _read(self) -> str:
        line = self._file.readline(_MAX_LINE)
        if not line:
            raise StopIteration
        if len(line) >= _MAX_LINE:
            raise SourceError(
                "a line is too long",
                where=self._where,
                got=f"{_MAX_LINE >> 20} MB without a line end",
                expected="one row a line",
                do="Check that the file is CSV.",
            )
        return line.decode("utf-8", "surrogateescape")

    def peek(self) -> str:
        """The first line, without a byte-order mark; it stays."""
        line = self._read().removeprefix(_BOM)
        self._again.append(line)
        return line

    def take(self) -> None:
        """Forget the lines of the row that was read."""
        self._taken.clear()

    def give_up(self) -> str:
        """The first line of the row that could not be read; the others come again."""
        self._again.extendleft(reversed(self._taken[1:]))
        first = self._taken[0]
        self._taken.clear()
        return first
