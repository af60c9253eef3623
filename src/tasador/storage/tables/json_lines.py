"""Rows of JSON lines: one object a line, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from tasador.errors import SourceError
from tasador.storage.tables.block import Row

__all__ = ["TwiceError", "decode", "rows"]

_BOM: Final = b"\xef\xbb\xbf"

#: Length of a line, in bytes, at which a file is no table any more.
_MAX_LINE: Final = 16 << 20
_SHOWN: Final = 60


class TwiceError(ValueError):
    """An object has a key twice: which of its values is meant nobody can tell.

    Args:
        key: The key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!r} comes twice")
        self.key = key


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


def decode(line: bytes | str) -> Any:
    """Read a line's value; NaN and infinity, which JSON has not, are null.

    Raises:
        TwiceError: An object has a key twice.
        ValueError: It is no JSON.
        RecursionError: It is nested too deep.
    """
    return json.loads(line, parse_constant=lambda _: None, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


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
