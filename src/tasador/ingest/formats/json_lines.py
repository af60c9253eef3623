"""Lines that are JSON objects, one record a line, with the same fields as the UCSD data sets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tasador.ingest.formats import line as one_line
from tasador.ingest.formats.lines import blocks_of_lines, split
from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw import RawRows, from_records

__all__ = ["read", "read_record"]


def read(pieces: Iterable[Piece]) -> Iterator[RawRows]:
    """Read pieces, block by block."""
    for piece in pieces:
        for block in blocks_of_lines(piece):
            lines = split(block)
            yield from_records(lines, map(read_record, lines))


def read_record(line: bytes) -> dict[str, Any] | str:
    """Read one line: the record, or the name of the rule by which it is refused. See `line.read`."""
    return one_line.read(line, json.loads, refused_by=(ValueError, RecursionError), rule="line_not_json")
