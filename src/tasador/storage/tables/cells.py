"""How a cell is written as text and as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

__all__ = ["json_line", "text"]


def text(value: Any) -> str:
    """Write a cell of CSV: nothing for null, JSON for flags, lists and objects."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(_plain(value))


def json_line(cells: dict[str, Any]) -> bytes:
    """Write a row as a line of JSON; what JSON has not, such as a date, becomes text, NaN and infinity null."""
    try:
        line = json.dumps(cells, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:
        line = json.dumps(_finite(cells), ensure_ascii=False, allow_nan=False, default=_plain)
    # NOTE: half of a surrogate pair, which UTF-8 has not, becomes its JSON escape.
    return line.encode("utf-8", "backslashreplace") + b"\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)
