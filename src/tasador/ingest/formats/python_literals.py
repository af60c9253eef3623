"""Lines that are Python 2 dictionaries, one record a line, as the UCSD recommender data sets are published.

Nothing is evaluated: `ast.literal_eval` builds literals only.
"""

from __future__ import annotations

import ast
from typing import Any

__all__ = ["MAX_LINE_BYTES", "read_record"]

#: A longer line is no catalogue record, and parsing it would take memory without bound.
MAX_LINE_BYTES = 1 << 20


def read_record(line: bytes) -> dict[str, Any] | str:
    """Read one line.

    Args:
        line: The bytes of one line, without its end.

    Returns:
        The record, or the name of the rule that makes the line a reject: `line_blank`, `line_too_long`,
        `line_not_utf8`, `line_not_literal` or `line_not_record`.
    """
    if len(line) > MAX_LINE_BYTES:
        return "line_too_long"
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError:
        return "line_not_utf8"
    if not text:
        return "line_blank"
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return "line_not_literal"
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return "line_not_record"
    return value
