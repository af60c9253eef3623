"""A mapping proposed for a table, by the names of its columns and by what they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasador.errors import SourceError
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping import evidence, values
from tasador.ingest.mapping.currencies import CURRENCIES
from tasador.ingest.mapping.layout import Shape, find_shape
from tasador.ingest.mapping.looks import LOOKS
from tasador.ingest.mapping.paths import at
from tasador.ingest.mapping.proposal import comment, heading, line
from tasador.ingest.mapping.synonyms import match
from tasador.ingest.mapping.table import Table, open_table

__all__ = ["suggest"]

#: Rows that are looked at, at most, and bytes of them.
_ROWS: Final = 50_000
_BYTES: Final = 64 << 20

_PLATFORMS: Final = ("windows", "mac", "linux")

#: What a list of records calls the label of each.
_LABELS: Final = ("description", "name")


@dataclass(frozen=True, slots=True)
class _Sample:
    """Rows of a table.

    Attributes:
        columns: The names of the table's columns.
        rows: Values by column.
        refused: Number of rows among them that could not be read.
        whole: Whether these are all rows.
    """

    columns: list[str]
    rows: list[Mapping[str, Any]]
    refused: int
    whole: bool

    def values(self, column: str) -> list[Any]:
        """The values of a column, those left out that are missing."""
        found = (at(row, column) for row in self.rows)
        return [value for value in found if value is not None and not (isinstance(value, str) and not value.strip())]


def suggest(piece: Piece) -> str:
    """Propose a mapping file for a table.

    Each line says in a comment what speaks for it. A line that cannot be written without the user's knowledge, such as
    the currency of prices that no column says, is left empty, and reading the file says so.

    Args:
        piece: The table, or a file of it.

    Raises:
        SourceError: It is no table, or needs no mapping.
    """
    shape = find_shape(piece)
    table = open_table(piece, shape.layout, shape.csv)
    if not table.columns:
        raise SourceError(
            "no record of a table can be read",
            where=piece.where,
            got=f"{shape.layout} without one",
            expected="records with named columns",
            do="Check that the file is whole.",
        )
    sample = _sample(table)
    columns = match(sample.columns)
    guessed = {} if columns.keys() & {"id", "url"} else _guessed_id(sample)
    columns |= guessed
    lines = _preface(piece, shape, sample)
    lines += [*_columns(sample, columns, guessed), *_price(sample, columns), *_kind(sample, columns)]
    others = [column for column in sample.columns if column not in columns.values()]
    if others:
        lines += ["", comment(f"Nothing is read from: {', '.join(others)}.")]
    return "\n".join(lines) + "\n"


def _sample(table: Table) -> _Sample:
    rows: list[Mapping[str, Any]] = []
    read, size = 0, 0
    for record, row in table.rows:
        read, size = read + 1, size + len(record)
        if not isinstance(row, str):
            rows.append(row)
        if read == _ROWS or size > _BYTES:
            return _Sample(table.columns, rows, read - len(rows), whole=False)
    return _Sample(table.columns, rows, read - len(rows), whole=True)


def _preface(piece: Piece, shape: Shape, sample: _Sample) -> list[str]:
    number = f"{len(sample.rows):,}"
    rows = f"its {number} rows" if sample.whole else f"the first {number} rows"
    rows += f"; {sample.refused:,} more cannot be read" if sample.refused else ""
    return [
        comment(f"How to read {piece.where}, proposed by the names of its columns and by {rows}."),
        comment("Look every line over; change what is wrong, and take out what is not wanted."),
        "",
        line("format", shape.layout),
        *shape.lines(),
    ]


def _columns(sample: _Sample, columns: dict[str, str], guessed: dict[str, str]) -> list[str]:
    lines = [heading("columns")]
    for key, look in LOOKS.items():
        column = columns.get(key)
        if column is None:
            lines += _without(key, sample, columns)
            continue
        column = _labels(column, sample)
        found = look(sample.values(column))
        says = f"no column is called so, but {found.says}" if key in guessed else found.says
        lines.append(line(key, {"column": column, **found.options}, says, off=not found.fits))
    return lines


def _guessed_id(sample: _Sample) -> dict[str, str]:
    """Take the one column for the id that has a whole number of its own in each row, if there is one."""
    alike = [column for column in sample.columns if column and _are_ids(sample.values(column), len(sample.rows))]
    return {"id": alike[0]} if len(alike) == 1 else {}


def _are_ids(found: list[Any], rows: int) -> bool:
    return 0 < rows == len(found) == len(set(map(str, found))) and all(
        str(values.whole_number(value)).isdecimal() for value in found
    )


def _labels(column: str, sample: _Sample) -> str:
    """Go down to the labels where a column holds lists of records."""
    held = sample.values(column)
    if held and isinstance(held[0], list) and any(isinstance(item, dict) for item in held[0]):
        return next((path for label in _LABELS if (path := f"{column}.{label}") in sample.columns), column)
    return column


def _without(key: str, sample: _Sample, columns: dict[str, str]) -> list[str]:
    """Write what is there in place of a column that none is called like."""
    if key == "platforms":
        own = {name: columns[name] for name in _PLATFORMS if name in columns}
        found = evidence.truths([value for column in own.values() for value in sample.values(column)])
        return [line(key, own, found.says, off=not found.fits)] if own else []
    if key == "name" or (key == "id" and "url" not in columns):
        return [line(key, "", f"no column is called so: fill in one of {', '.join(sample.columns)}", off=True)]
    return []


def _price(sample: _Sample, columns: dict[str, str]) -> list[str]:
    column = columns.get("price")
    if column is None:
        return []
    found = evidence.prices(sample.values(column))
    off = not found.fits
    lines = ["", "# [price]"] if off else [heading("price")]
    lines.append(line("column", column, found.says, off=off))
    if "current" in columns:
        says = evidence.prices(sample.values(columns["current"])).says
        lines.append(line("current", columns["current"], says, off=off))
    options = dict(found.options)
    code = options.pop("currency", None)
    lines += [line(key, value, off=off) for key, value in options.items()]
    if "currency" in columns:
        codes = sample.values(columns["currency"])
        says = evidence.share(codes, lambda value: str(value).upper() in CURRENCIES, "are codes of currencies").says
        lines.append(line("currency_column", columns["currency"], says, off=off))
    elif code is not None:
        lines.append(line("currency", code, "by the sign of the amounts", off=off))
    else:
        lines.append(line("currency", "", "no column says it: fill in the ISO 4217 code, such as USD or EUR", off=off))
    return lines


def _kind(sample: _Sample, columns: dict[str, str]) -> list[str]:
    lines: list[str] = []
    if "kind" in columns:
        found = evidence.kinds(sample.values(columns["kind"]))
        lines.append(line("column", columns["kind"], found.says, off=not found.fits))
    if "is_dlc" in columns:
        said = Counter(str(value) for value in sample.values(columns["is_dlc"]) if values.truth(value) is True)
        if said:
            (word, times), *_ = said.most_common(1)
            lines.append(line("dlc", {"column": columns["is_dlc"], "equals": word}, f"so say {times:,} rows"))
    return [heading("kind"), *lines] if any(not one.startswith("#") for one in lines) else lines
