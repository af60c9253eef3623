"""What every format asks of a line before it reads it, and of a value before it is a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["MAX_LINE_BYTES", "read"]

#: A longer line is no catalogue record, and parsing it would take memory without bound.
MAX_LINE_BYTES: Final = 1 << 20


def read(
    line: bytes, parse: Callable[[str], Any], *, refused_by: tuple[type[Exception], ...], rule: str
) -> dict[str, Any] | str:
    """Read one line.

    Args:
        line: The bytes of one line, without its end.
        parse: Reads its text.
        refused_by: What `parse` raises where the text is not of its format.
        rule: The rule that such a line breaks.

    Returns:
        The record, or the name of the rule that makes the line a reject: `line_blank`, `line_too_long`,
        `line_not_utf8`, `rule` or `line_not_record`.
    """
    if len(line) > MAX_LINE_BYTES:
        return "line_too_long"
    try:
        # NOTE: a file that some editors saved begins with a byte-order mark.
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return "line_not_utf8"
    if not text:
        return "line_blank"
    try:
        value = parse(text)
    except refused_by:
        return rule
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return "line_not_record"
    return value
