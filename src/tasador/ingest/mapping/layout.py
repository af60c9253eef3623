"""How a file is a table, by its content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tasador.errors import SourceError
from tasador.ingest.formats import appdetails, csv_rows, json_lines, parquet_rows, python_literals
from tasador.ingest.formats.lines import split
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping import unmapped
from tasador.ingest.mapping.csv_shape import csv_shape
from tasador.ingest.mapping.model import Csv, Layout
from tasador.ingest.mapping.proposal import heading, line

__all__ = ["Shape", "find_shape"]

#: Lines that are tried.
_TRIED: Final = 50


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is a table.

    Attributes:
        layout: How it is written.
        csv: How, if it is CSV.
        cells: Cells of most rows of CSV; None where the header names as many.
    """

    layout: Layout
    csv: Csv = field(default_factory=Csv)
    cells: int | None = None

    def lines(self) -> list[str]:
        """Write what a mapping must say of it besides the format."""
        told = [
            line(name, value)
            for name, value, usual in (
                ("delimiter", self.csv.delimiter, csv_rows.DELIMITERS[0]),
                ("encoding", self.csv.encoding, csv_rows.ENCODING),
            )
            if value != usual
        ]
        if self.cells is not None and self.csv.header is not None:
            says = f"the first line has {len(self.csv.header)} names, most rows have {self.cells} cells: complete it"
            told += [line("skip_lines", 1, off=True), line("header", self.csv.header, says, off=True)]
        return [heading("csv"), *told] if told else []


def find_shape(piece: Piece) -> Shape:
    """Find how a file is a table.

    Raises:
        SourceError: It is none, or of a format that needs no mapping.
    """
    head = next(piece.blocks(), b"")
    if head.startswith(parquet_rows.MAGIC):
        return Shape("parquet")
    if appdetails.looks_like_answers(head):
        raise _known(piece, "appdetails")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"["):
        return Shape("json-array")
    if unmapped.is_object(head):
        return Shape("json-object")
    if start.startswith(b"{"):
        lines = [line for line in split(head) if line.strip()][:_TRIED]
        if any(isinstance(json_lines.read_record(line), dict) for line in lines):
            return Shape("json-lines")
        if any(isinstance(python_literals.read_record(line), dict) for line in lines):
            raise _known(piece, "python-literals")
        return Shape("json-object")
    found = csv_shape(head)
    if found is None:
        raise SourceError(
            "no table",
            where=piece.where,
            got=repr(head[:60]),
            expected="CSV with a header, JSON records or Parquet",
            do="Check the file.",
        )
    header = list(found.header)
    csv = Csv(delimiter=found.delimiter, encoding=found.encoding, header=None if found.cells == len(header) else header)
    return Shape("csv", csv, None if csv.header is None else found.cells)


def _known(piece: Piece, name: str) -> SourceError:
    return SourceError(
        "the source needs no mapping", where=piece.where, got=f"the format {name}", do="Ingest it as it is."
    )
