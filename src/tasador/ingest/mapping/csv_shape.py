"""How a text would be read as a CSV table, by how it begins."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

from tasador.ingest.formats import csv_rows
from tasador.ingest.formats.piece import Piece

__all__ = ["CsvShape", "csv_shape"]

#: Rows that are looked at, and the share of them that must have the same number of cells: the header's, or another.
_TRIED: Final = 100
_AGREEING_WITH_HEADER: Final = 0.5
_AGREEING: Final = 0.8

#: The encoding of a table that is not UTF-8, as far as Western tables go.
_OTHER_ENCODING: Final = "cp1252"

_NO_NAME: Final = re.compile(r"[\s<{\[]|-?[0-9.,]+$")


@dataclass(frozen=True, slots=True)
class CsvShape:
    """A CSV table.

    Attributes:
        delimiter: The character between cells.
        encoding: By its name in Python.
        header: The cells of the first line.
        cells: The number of cells that most rows have; the header's where there is no row.
    """

    delimiter: str
    encoding: str
    header: tuple[str, ...]
    cells: int


def csv_shape(head: bytes) -> CsvShape | None:
    """Find how a text is a CSV table with a header; None where it is none.

    Most rows must have the same number of cells, more than one, and the first line must hold names: no numbers, no
    markup, nothing with a space before it, as commas in sentences have behind them.

    Args:
        head: The beginning of a file; its last line may be cut.
    """
    whole = head if head.endswith(b"\n") or head.count(b"\n") == 0 else head[: head.rfind(b"\n") + 1]
    encoding = csv_rows.ENCODING if _is_utf8(whole) else _OTHER_ENCODING
    shapes = [_shape(whole, delimiter, encoding) for delimiter in csv_rows.DELIMITERS]
    return max((shape for shape in shapes if shape is not None), key=lambda shape: shape.cells, default=None)


def _is_utf8(text: bytes) -> bool:
    try:
        # NOTE: the end may be cut in the middle of a character.
        codecs.getincrementaldecoder(csv_rows.ENCODING)().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _shape(text: bytes, delimiter: str, encoding: str) -> CsvShape | None:
    piece = Piece("", lambda: iter((text,)))
    read = [row for _, row in islice(csv_rows.rows(piece, delimiter=delimiter, encoding=encoding), _TRIED)]
    header, rows = (read[0], read[1:]) if read else ("", [])
    # NOTE: the end may be cut in the middle of a quoted cell.
    rows = list(takewhile(lambda row: row != "row_misquoted", rows)) or rows
    if isinstance(header, str):
        return None
    names = [name for name in header if name]
    if len(names) < 2 or any(map(_NO_NAME.match, names)):
        return None
    numbers = Counter(len(row) for row in rows if isinstance(row, list))
    cells, agreeing = numbers.most_common(1)[0] if numbers else (len(header), len(rows))
    if cells < 2 or agreeing < (_AGREEING_WITH_HEADER if cells == len(header) else _AGREEING) * len(rows):
        return None
    return CsvShape(delimiter, encoding, tuple(name.strip() for name in header), cells)
