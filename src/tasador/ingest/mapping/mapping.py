"""A mapping: what the columns of a table mean, said by a user."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tasador.ingest.formats import csv_rows
from tasador.ingest.formats.batches import batches
from tasador.ingest.formats.definition import Format
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping import checks, mapping_file
from tasador.ingest.mapping.mapping_file import MappingFile
from tasador.ingest.mapping.model import MappingModel
from tasador.ingest.mapping.records import reader
from tasador.ingest.mapping.table import open_table
from tasador.ingest.mapping.validation import nearest, validate
from tasador.ingest.raw import RawRows
from tasador.ingest.raw_fields import FIELDS

__all__ = ["Mapping"]

#: The keys whose value is the name of a column.
#: The keys whose columns every table must have.
_NEEDED: Final = (("columns", "id"), ("columns", "name"), ("columns", "app_name"))
_COLUMN_KEYS: Final = ("column", "current", "currency_column", "windows", "mac", "linux")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, checked as far as that can be done without data.

    Attributes:
        file: The file that says it.
        model: What it says.
    """

    file: MappingFile
    model: MappingModel

    @classmethod
    def read(cls, text: str, where: str) -> Mapping:
        """Read a mapping file.

        Args:
            text: TOML.
            where: What to call it in errors.

        Raises:
            SourceError: It is no TOML, or says something that a mapping cannot say; names the line.
        """
        file = mapping_file.parse(text, where)
        model = validate(file)
        checks.check(file, model)
        return cls(file, model)

    @property
    def name(self) -> str:
        """A name by content: what is said, but not comments, order and ways to write it."""
        canonical = json.dumps(self.model.model_dump(mode="json"), sort_keys=True)
        return f"mapping-{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"

    @property
    def columns(self) -> list[tuple[tuple[str, ...], str]]:
        """The columns that it names, with the path of the key that names each."""
        return [
            ((*path, key), column)
            for path, table in checks.told(self.file, self.model)
            for key in _COLUMN_KEYS
            if isinstance(column := getattr(table, key, None), str)
        ]

    def column_names(self) -> frozenset[str]:
        """The names of the columns that it names."""
        return frozenset(column for _, column in self.columns)

    def format(self) -> Format:
        """Make the format of sources that the mapping describes.

        Reading raises `SourceError` before the first record of a file if it lacks a column that the mapping names.
        """
        currency = None if self.model.price is None else self.model.price.currency
        named = ", ".join(dict.fromkeys(column for _, column in self.columns))
        return Format(self.name, f"records with the columns {named}", self._read, currency=currency)

    def check(self, columns: list[str], *, where: str, optional: bool = False) -> None:
        """Check that a table has the columns that the mapping names.

        Args:
            columns: The table's own.
            where: What to call the table in errors.
            optional: Whether records may lack columns, as they may in JSON: then only the id and name must be there,
                and one that is written almost like another is a mistake.

        Raises:
            SourceError: It lacks one; names the line of the mapping.
        """
        there = frozenset(columns)
        for path, column in self.columns:
            alike = nearest(column, columns)
            if column not in there and (not optional or alike or path[:2] in _NEEDED):
                raise self.file.error(
                    path,
                    f"{where} has no column {column!r}",
                    got=f"the columns {', '.join(columns)}",
                    expected=f"{column!r} among them",
                    do=alike or self._delimiter_hint(columns),
                )

    def _delimiter_hint(self, columns: list[str]) -> str:
        if self.model.format == "csv" and len(columns) == 1:
            found = next((one for one in csv_rows.DELIMITERS if one in columns[0]), None)
            if found is not None:
                return f"Is {found!r} the delimiter? It is told under [csv]."
        return "Name a column that is there."

    def _read(self, pieces: Iterable[Piece]) -> Iterator[RawRows]:
        return batches(itertools.chain.from_iterable(map(self._records, pieces)))

    def _records(self, piece: Piece) -> Iterator[tuple[bytes, dict[str, Any] | str]]:
        table = open_table(piece, self.model.format, self.model.csv)
        if table.columns:
            self.check(table.columns, where=piece.where, optional=self.model.format.startswith("json"))
        read = reader(self.model)
        # NOTE: named beside what is read, so that the quality report tells what was left.
        left = dict.fromkeys(column for column in table.columns if self._is_left(column))
        for record, row in table.rows:
            yield record, row if isinstance(row, str) else {**left, **read(row)}

    def _is_left(self, column: str) -> bool:
        """Whether nothing is read from a column, nor from one that it is a part of."""
        named = self.column_names()
        return column not in FIELDS and not any(column == one or column.startswith(f"{one}.") for one in named)
