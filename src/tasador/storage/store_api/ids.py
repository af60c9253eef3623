"""The file that names apps: one id a line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tasador.errors import SourceError

__all__ = ["read_ids"]

_LARGEST: Final = 2**32 - 1
_EXPECTED: Final = f"a whole number from 1 to {_LARGEST:,}"


def read_ids(path: Path) -> tuple[int, ...]:
    """Read app ids from a text file.

    One id a line. What follows a `#` is a comment, and blank lines say nothing. An id that comes again counts once.

    Returns:
        The ids in the order of the file.

    Raises:
        SourceError: The file cannot be read, a line is no id, or there is none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(
            "the app ids cannot be read",
            where=path,
            got=error.strerror,
            expected="a text file with one app id a line",
            do="Check the path.",
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8 text", where=path, got=error, do="Convert it to UTF-8.") from error
    lines = [line.partition("#")[0].strip() for line in text.split("\n")]
    found = dict.fromkeys(_app_id(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line)
    if not found:
        raise SourceError("no app ids", where=path, got="no line with one", expected="one at least", do="Add one.")
    return tuple(found)


def _app_id(text: str, where: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or not 1 <= int(text) <= _LARGEST:
        raise SourceError(
            "no app id",
            where=where,
            got=repr(text[:60]),
            expected=_EXPECTED,
            do="Mend or remove the line; # begins a comment.",
        )
    return int(text)
