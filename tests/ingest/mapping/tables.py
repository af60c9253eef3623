"""Tables and mappings for tests."""

from __future__ import annotations

import io
import json
from typing import Any, Final

import polars as pl

from tasador.ingest.mapping import Mapping
from tests.ingest.records import Catalogue, clean, piece

#: A mapping that needs no more than its format.
IDENTITY: Final = """
[columns]
id = "appid"
name = "name"
release_date = "released"
"""


def csv(*rows: str, columns: str = "appid,name,released") -> bytes:
    """Write a table."""
    return "".join(f"{row}\n" for row in (columns, *rows)).encode()


def json_lines(*records: dict[str, Any]) -> bytes:
    """Write records, one a line."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def parquet(rows: list[dict[str, Any]], **schema: Any) -> bytes:
    """Write rows as Parquet; columns whose type matters are named with it."""
    file = io.BytesIO()
    pl.DataFrame(rows, schema_overrides=schema).write_parquet(file)
    return file.getvalue()


def mapping(more: str = "", *, layout: str = "csv", columns: str = IDENTITY) -> Mapping:
    """Make a mapping: the columns that every game needs, and more."""
    return Mapping.read(f'format = "{layout}"\n{columns}{more}', "mapping.toml")


def cleaned(table: bytes, told: Mapping, *, max_reject_share: float = 1.0) -> Catalogue:
    """Clean a table."""
    return clean([piece(table)], told.format(), max_reject_share=max_reject_share)


def game(table: bytes, told: Mapping) -> dict[str, Any]:
    """Clean a table of one row that is a game."""
    (row,) = cleaned(table, told).parts.games.iter_rows(named=True)
    return row


def one(value: str, told: str, **more: str) -> dict[str, Any]:
    """Clean a row that has a value in a column of its own, `value`, and genres, which make it a game in any case."""
    cells = {"appid": "1", "name": "A Game", "released": "2015-03-02", "labels": "Action", "value": value, **more}
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells.values()]
    genres = "" if "genres" in told else 'genres = { column = "labels", separator = ";" }\n'
    return game(csv(",".join(quoted), columns=",".join(cells)), mapping(genres + told))
