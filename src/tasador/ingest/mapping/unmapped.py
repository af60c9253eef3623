"""Tables that come without a mapping: one that Tasador brings fits, or the user is asked for one."""

from __future__ import annotations

import re
import shlex
from typing import Final

from tasador.errors import SourceError
from tasador.ingest.formats import parquet_rows
from tasador.ingest.formats.definition import Format
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping.built_in import NAMES, built_in, built_in_format
from tasador.ingest.mapping.csv_shape import csv_shape

__all__ = ["find_csv", "refuse_object", "refuse_parquet"]

#: How an object begins whose members are records, by app id.
_OBJECT: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"[0-9]+"\s*:\s*\{')


def find_csv(head: bytes, *, where: str) -> Format | None:
    """Find the mapping for a CSV table by its header; None where the text is no CSV table.

    Args:
        head: The beginning of a source.
        where: What to call it in errors.

    Raises:
        SourceError: It is a table whose columns are not known.
    """
    shape = csv_shape(head)
    if shape is None:
        return None
    for name in NAMES:
        mapping = built_in(name)
        if mapping.model.csv.delimiter == shape.delimiter and mapping.column_names() <= set(shape.header):
            return built_in_format(name)
    raise _unmapped(where, f"CSV with the columns {', '.join(shape.header)}")


def refuse_parquet(head: bytes, *, where: str) -> None:
    """Refuse a Parquet file; its columns are named if all of it is there.

    Raises:
        SourceError: It is one.
    """
    if not head.startswith(parquet_rows.MAGIC):
        return
    try:
        found = f"Parquet with the columns {', '.join(parquet_rows.columns(Piece(where, lambda: iter((head,)))))}"
    except SourceError:
        # NOTE: they are named at the end of the file, which is not here.
        found = "Parquet"
    raise _unmapped(where, found)


def refuse_object(head: bytes, *, where: str) -> None:
    """Refuse one JSON object with app ids as keys.

    Raises:
        SourceError: It is one.
    """
    if _OBJECT.match(head):
        raise _unmapped(where, "one JSON object with a record for each app id")


def _unmapped(where: str, got: str) -> SourceError:
    return SourceError(
        "nothing says what the columns of the table mean",
        where=where,
        got=got,
        expected="a mapping file, --map",
        do=f"`tasador ingest --suggest-map {shlex.quote(where)} > mapping.toml` proposes one; look it over, then add "
        "--map mapping.toml.",
    )
