"""The formats that a source may have, and how to tell them apart by their content."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final

from tasador.ingest.formats import appdetails, json_array, json_lines, python_literals
from tasador.ingest.formats.definition import Format
from tasador.ingest.formats.lines import split
from tasador.ingest.mapping import unmapped
from tasador.ingest.mapping.built_in import NAMES, built_in_format

__all__ = ["FORMATS", "Format", "detect"]

#: Records that are tried to find a source's format.
_TRIED: Final = 50

PYTHON_LITERALS: Final = Format(
    "python-literals",
    "Python dictionaries such as {u'id': u'10', …}",
    python_literals.read,
    currency="USD",
    by_line=True,
)
JSON_LINES: Final = Format(
    "json-lines", 'JSON objects such as {"id": "10", …}', json_lines.read, currency="USD", by_line=True
)
JSON_ARRAY: Final = Format("json-array", 'JSON objects such as {"id": "10", …}', json_array.read, currency="USD")
APPDETAILS: Final = Format(
    "appdetails", 'answers of the store such as {"10": {"success": true, "data": {…}}}', appdetails.read
)

#: By name.
FORMATS: Final = {
    found.name: found for found in (PYTHON_LITERALS, JSON_LINES, JSON_ARRAY, APPDETAILS, *map(built_in_format, NAMES))
}


def detect(head: bytes, *, where: str) -> Format:
    """Find the format of a source by how it begins.

    Args:
        head: Its first bytes, a megabyte at most; the last line may be cut.
        where: What to call the source in errors.

    Raises:
        SourceError: It is a table, and nothing says what its columns mean.
    """
    unmapped.refuse_parquet(head, where=where)
    if appdetails.looks_like_answers(head):
        return APPDETAILS
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        return JSON_ARRAY
    unmapped.refuse_object(head, where=where)
    lines = [line for line in split(head)[: 4 * _TRIED] if line.strip()][:_TRIED]

    def records(read_record: Callable[[bytes], dict[str, Any] | str]) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sum(isinstance(read_record(line), dict) for line in lines)

    literals, objects = records(python_literals.read_record), records(json_lines.read_record)
    if not literals and not objects:
        if (table := unmapped.find_csv(head, where=where)) is not None:
            return table
        raise unmapped.unknown(head, where=where)
    # NOTE: where both read all lines, only JSON reads those to come that say true, false or null.
    return JSON_LINES if objects >= max(literals, 1) else PYTHON_LITERALS
