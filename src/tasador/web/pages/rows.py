"""A table of games that was pasted or read from a file in the browser: CSV with a header, JSON lines or an array."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tasador.appraisal.columns import COLUMNS
from tasador.appraisal.said import Said
from tasador.appraisal.vocabulary import nearest
from tasador.storage.json_line import TwiceError, decode
from tasador.web.appraisal_schema import MOST_GAMES

__all__ = ["MOST_COLUMNS", "Row", "Table", "UnreadableError", "read_table", "written"]

#: A table may have so many columns: what a row leaves out is written too, so that rows times columns is what it takes.
MOST_COLUMNS: Final = 100

_DELIMITERS: Final = (",", ";", "\t")


class UnreadableError(Exception):
    """The text is no table that can be answered.

    Attributes:
        says: Why.
    """

    def __init__(self, says: Said) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: By column.
        wrong: Why it cannot be read; None where it can.
    """

    cells: dict[str, Any]
    wrong: Said | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        columns: Its columns, in order.
        rows: Its rows, in order.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(text: str, columns: Sequence[str] = ()) -> Table:
    """Read a table.

    Args:
        columns: Those of JSON objects, where these are a piece of more; else they are all that the objects have.

    Raises:
        UnreadableError: It has no rows, no column `name`, a column twice, one that would be added, or too many of them
            or of rows.
    """
    plain = text.lstrip("\ufeff").strip("\r\n")
    if not plain.strip():
        raise UnreadableError(Said("There are no rows: paste some, or choose a file."))
    match plain.lstrip()[0]:
        case "{":
            lines = (line for line in plain.splitlines() if line.strip())
            table = _objects(map(_line, lines), columns)
        case "[":
            table = _objects(map(_object, _array(plain)), columns)
        case _:
            table = _csv(plain)
    if len(table.rows) > MOST_GAMES:
        raise UnreadableError(Said("There are more than {most} rows.", most=MOST_GAMES))
    if not table.rows:
        raise UnreadableError(Said("There is a header and nothing below it."))
    if "name" not in table.columns:
        if close := nearest("name", table.columns):
            raise UnreadableError(Said("No column is called name. Rename {column}: case matters.", column=close[0]))
        raise UnreadableError(Said("No column is called name. The first line names the columns."))
    if taken := [column for column in COLUMNS if column in table.columns]:
        raise UnreadableError(
            Said("These columns would be added and are there already: {columns}.", columns=", ".join(taken))
        )
    return table


def written(table: Table, answers: Iterable[dict[str, Any]], *, header: bool) -> str:
    """Write a table with its answers as CSV.

    Args:
        answers: Cells of the columns that the table gets, by row.
        header: Whether the first line names the columns.
    """
    text = io.StringIO()
    out = csv.DictWriter(text, [*table.columns, *COLUMNS], extrasaction="ignore", lineterminator="\r\n")
    if header:
        out.writeheader()
    for row, answer in zip(table.rows, answers, strict=True):
        out.writerow({name: _cell(value) for name, value in {**row.cells, **answer}.items()})
    return text.getvalue()


def _csv(text: str) -> Table:
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        columns = tuple(name.strip() for name in next(reader))
        _check_columns(len(columns))
        if twice := sorted({name for name in columns if columns.count(name) > 1}):
            raise UnreadableError(
                Said("A column comes twice: {columns}. Rename or drop one.", columns=", ".join(map(repr, twice)))
            )
        # NOTE: one more than there may be tells that there are too many.
        rows = tuple(_row(columns, cells) for cells in islice(filter(None, reader), MOST_GAMES + 1))
    except csv.Error as error:
        raise UnreadableError(Said("Line {line} is no CSV: {why}.", line=reader.line_num, why=str(error))) from error
    return Table(columns, rows)


def _row(columns: tuple[str, ...], cells: list[str]) -> Row:
    wrong = Said("more cells than the header has") if len(cells) > len(columns) else None
    return Row(dict(zip(columns, cells, strict=False)), wrong)


def _objects(objects: Iterable[Row], columns: Sequence[str]) -> Table:
    rows = tuple(islice(objects, MOST_GAMES + 1))
    found = tuple(columns) or tuple(dict.fromkeys(name for row in rows for name in row.cells))
    _check_columns(len(found))
    return Table(found, rows)


def _check_columns(n: int) -> None:
    if n > MOST_COLUMNS:
        raise UnreadableError(Said("There are more than {most} columns.", most=MOST_COLUMNS))


def _array(text: str) -> list[Any]:
    try:
        found: list[Any] = decode(text)
    except TwiceError as error:
        raise UnreadableError(Said("An object of the array has the key {key} twice.", key=error.key)) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(Said("It begins like a JSON array, and is none: {why}.", why=str(error))) from error
    return found


def _line(line: str) -> Row:
    try:
        return _object(decode(line))
    except TwiceError as error:
        return Row({}, Said("the line has the key {key} twice", key=error.key))
    except (ValueError, RecursionError):
        return Row({}, Said("the line is no JSON"))


def _object(found: Any) -> Row:
    return Row(found) if isinstance(found, dict) else Row({}, Said("no JSON object"))


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else value
