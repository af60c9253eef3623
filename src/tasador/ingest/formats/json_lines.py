"""Lines that are JSON objects, one record a line, with the same fields as the UCSD data sets."""

from __future__ import annotations

import json
from typing import Any

from tasador.ingest.formats.python_literals import MAX_LINE_BYTES

__all__ = ["read_record"]


def read_record(line: bytes) -> dict[str, Any] | str:
    """Read one line.

    Args:
        line: The bytes of one line, without its end.

    Returns:
        The record, or the name of the rule that makes the line a reject: `line_blank`, `line_too_long`,
        `line_not_utf8`, `line_not_json` or `line_not_record`.
    """
    if len(line) > MAX_LINE_BYTES:
        return "line_too_long"
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return "line_not_utf8"
    if not text:
        return "line_blank"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "line_not_json"
    return value if isinstance(value, dict) else "line_not_record"
