"""Tables that come without a mapping: one that Tasador brings fits, or the user is asked for one."""

from __future__ import annotations

import re
import shlex
from typing import Final

from tasador.errors import SourceError
from tasador.ingest.formats import csv_rows, parquet_rows
from tasador.ingest.formats.definition import Format
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping.built_in import NAMES, built_in, built_in_format
from tasador.ingest.mapping.csv_shape import csv_shape

__all__ = ["find_csv", "is_object", "refuse_object", "refuse_parquet", "unknown"]

#: A line with fewer cells is no row of a table.
_LEAST_CELLS: Final = 3

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


def is_object(head: bytes) -> bool:
    """Whether a source that begins so is one JSON object with app ids as keys."""
    first, second, *_ = [*filter(bytes.strip, head.split(b"\n", 2)), b"", b""]
    return _OBJECT.match(head) is not None and not (first.rstrip().endswith(b"}") and second.startswith(b"{"))


def refuse_object(head: bytes, *, where: str) -> None:
    """Refuse one JSON object with app ids as keys.

    Raises:
        SourceError: It is one.
    """
    if is_object(head):
        raise _unmapped(where, "one JSON object with a record for each app id")


def unknown(head: bytes, *, where: str) -> SourceError:
    """Make the error of a source in which nothing is a record."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = start.split(b"\n", 1)[0]
    do = "Check the file; --format names its format if it is damaged at its beginning."
    if start.startswith(b"<"):
        do = "This looks like a web page: check the address, or download the file itself."
    elif any(first.count(delimiter.encode()) >= _LEAST_CELLS - 1 for delimiter in csv_rows.DELIMITERS):
        do = (
            "If this is a table without names of columns, name them in a mapping (header = [...] under [csv]) and add "
            "--map FILE; one without app ids is no catalogue."
        )
    return SourceError(
        "nothing in it is a record",
        where=where,
        got=f"a beginning such as {first[:60].decode('utf-8', 'backslashreplace')!r}",
        expected="Python dictionaries, JSON, answers of the store, or a table with names of columns",
        do=do,
    )


def _unmapped(where: str, got: str) -> SourceError:
    return SourceError(
        "nothing says what the columns of the table mean",
        where=where,
        got=got,
        expected="a mapping file, --map",
        do=f"`tasador ingest --suggest-map {shlex.quote(where)} > mapping.toml` proposes one; look it over, then add "
        "--map mapping.toml.",
    )
