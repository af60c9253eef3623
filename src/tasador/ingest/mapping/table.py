"""A source as a table: named columns, and records one by one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasador.errors import SourceError
from tasador.ingest.formats import csv_rows, json_array, json_lines, parquet_rows
from tasador.ingest.formats.json_object import members
from tasador.ingest.formats.lines import blocks_of_lines, split
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping.model import KEY, Csv, Layout
from tasador.ingest.mapping.paths import columns_of

__all__ = ["Table", "open_table"]

#: Records of JSON and Parquet that are looked at to learn the columns.
_LOOKED_AT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        columns: The names of its columns, in JSON and Parquet paths too, as far as the first records have them; none
            where they are no records.
        rows: Each record as it stands in the source, or a Parquet row as JSON, with its values by column, or the rule
            by which it is refused.
    """

    columns: list[str]
    rows: Iterator[tuple[bytes, Mapping[str, Any] | str]]


def open_table(piece: Piece, layout: Layout, csv: Csv) -> Table:
    """Open a table and learn its columns.

    Args:
        piece: The file.
        layout: How it is written.
        csv: How, if it is CSV.

    Raises:
        SourceError: A CSV file's header cannot be read or names a column twice, or a file of another layout is damaged.
    """
    if layout == "csv":
        return _csv_table(piece, csv)
    rows = _records(piece, layout)
    first = list(itertools.islice(rows, _LOOKED_AT))
    columns = columns_of(row for _, row in first if not isinstance(row, str))
    return Table(columns, itertools.chain(first, rows))


def _csv_table(piece: Piece, csv: Csv) -> Table:
    rows = itertools.islice(_csv_rows(piece, csv), csv.skip_lines, None)
    columns = _checked(csv.header, piece) if csv.header is not None else _header(next(rows, None), piece)
    return Table(columns, _by_column(rows, columns))


def _csv_rows(piece: Piece, csv: Csv) -> Iterator[tuple[bytes, csv_rows.Row]]:
    return csv_rows.rows(piece, delimiter=csv.delimiter, quote=csv.quote, encoding=csv.encoding)


def _header(row: tuple[bytes, csv_rows.Row] | None, piece: Piece) -> list[str]:
    if row is None or isinstance(row[1], str):
        raise SourceError(
            "the header of the table cannot be read",
            where=piece.where,
            got="nothing" if row is None else f"{row[0][:60]!r} ({row[1]})",
            expected="the names of the columns in the first line",
            do="Check that it is a CSV file, and the [csv] table of the mapping.",
        )
    return _checked([name.strip() for name in row[1]], piece)


def _checked(names: list[str], piece: Piece) -> list[str]:
    twice = [name for name, times in Counter(names).items() if times > 1 and name]
    if twice:
        raise SourceError(
            "the header of the table names a column twice",
            where=piece.where,
            got=", ".join(twice),
            expected="a name for each column",
            do="Rename one of them in the file, or name all columns in the mapping: header = [...] under [csv].",
        )
    return names


def _by_column(
    rows: Iterator[tuple[bytes, csv_rows.Row]], columns: list[str]
) -> Iterator[tuple[bytes, Mapping[str, Any] | str]]:
    for record, cells in rows:
        if isinstance(cells, str):
            yield record, cells
        elif len(cells) != len(columns):
            yield record, "row_ragged"
        else:
            yield record, dict(zip(columns, cells, strict=True))


def _records(piece: Piece, layout: Layout) -> Iterator[tuple[bytes, Mapping[str, Any] | str]]:
    match layout:
        case "parquet":
            yield from parquet_rows.rows(piece)
        case "json-array":
            for element in json_array.elements(piece):
                yield element, json_lines.read_record(element)
        case "json-object":
            for member in members(piece):
                known = isinstance(member.value, dict)
                yield b"{%b}" % member.text, {KEY: member.key, **member.value} if known else "line_not_record"
        case _:
            for block in blocks_of_lines(piece):
                for line in split(block):
                    yield line, json_lines.read_record(line)
