"""Lines that are JSON objects, one record a line, with the same fields as the UCSD data sets."""

from __future__ import annotations

import json
from typing import Any

from tasador.ingest.formats.line import read

__all__ = ["read_record"]


def read_record(line: bytes) -> dict[str, Any] | str:
    """Read one line: the record, or the name of the rule that makes it a reject. See `line.read`."""
    return read(line, json.loads, refused_by=(ValueError, RecursionError), rule="line_not_json")
