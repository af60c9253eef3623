"""Rows of JSON lines: one object a line, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from tasador.errors import SourceError
from tasador.storage.json_line import TwiceError, decode
from tasador.storage.tables.block import Row

__all__ = ["rows"]

_BOM: Final = b"\xef\xbb\xbf"

#: Length of a line, in bytes, at which a file is no table any more.
_MAX_LINE: Final = 16 << 20
_SHOWN: Final = 60


def rows(file: BinaryIO, *, where: str) -> Iterator[Row]:
    """Read rows; lines without text are none.

    Raises:
        SourceError: A line has no end.
    """
    first = True
    while line := file.readline(_MAX_LINE):
        if len(line) >= _MAX_LINE:
            raise SourceError(
                "a line is too long",
                where=where,
                got=f"{_MAX_LINE >> 20} MB without a line end",
                expected="one JSON object a line",
                do="Check that the file is JSON lines.",
            )
        if first:
            line = line.removeprefix(_BOM)
            first = False
        if line.strip():
            yield _row(line)


def _row(line: bytes) -> Row:
    try:
        value = decode(line)
    except (ValueError, RecursionError) as error:
        shown = line[:_SHOWN].decode("utf-8", "replace").strip()
        wrong = "the line has two meanings" if isinstance(error, TwiceError) else "the line is no JSON"
        return Row({}, f"{wrong}: {error}; got {shown!r}")
    if isinstance(value, dict):
        return Row(value)
    return Row({}, f"the line is no JSON object; got {line[:_SHOWN].decode('utf-8', 'replace').strip()!r}")
