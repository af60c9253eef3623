"""The formats that a source may have, and how to tell them apart by their content."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tasador.ingest.formats import json_lines, python_literals

__all__ = ["FORMATS", "JSON_ARRAY", "Format", "detect"]

#: Records that are tried to find a source's format.
_TRIED: Final = 50


@dataclass(frozen=True, slots=True)
class Format:
    """How the records of a source are written.

    Attributes:
        name: What `--format` calls it.
        example: A record, for errors.
        read_record: Reads one, or names the rule that makes it a reject.
        read_canonical: Reads many at once that are written in the commonest way, where there is a way to.
    """

    name: str
    example: str
    read_record: Callable[[bytes], dict[str, Any] | str]
    read_canonical: Callable[[pl.Series], tuple[pl.Series, pl.DataFrame]] | None = None


PYTHON_LITERALS: Final = Format(
    "python-literals",
    "Python dictionaries such as {u'id': u'10', …}",
    python_literals.read_record,
    python_literals.read_canonical,
)
JSON_LINES: Final = Format("json-lines", 'JSON objects such as {"id": "10", …}', json_lines.read_record)
JSON_ARRAY: Final = Format("json-array", 'JSON objects such as {"id": "10", …}', json_lines.read_record)

#: By name. The first wins where a source can be read as several, since both mean the same then.
FORMATS: Final = {found.name: found for found in (PYTHON_LITERALS, JSON_LINES, JSON_ARRAY)}


def detect(lines: Sequence[bytes]) -> Format:
    """Find the format in which most of the first lines are records."""
    tried = [line for line in lines[: 4 * _TRIED] if line.strip()][:_TRIED]

    def records(found: Format) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sum(isinstance(found.read_record(line), dict) for line in tried)

    return max((PYTHON_LITERALS, JSON_LINES), key=records)
