"""Rows with true prices from a file that fits into memory: CSV, JSON lines or Parquet, with typed columns."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Final

import polars as pl

from tasador.errors import SourceError
from tasador.storage.nearby import nearby

__all__ = ["read_sample"]

_JSON_LINES: Final = (".jsonl", ".ndjson")
_KNOWN: Final = (".csv", *_JSON_LINES, ".parquet")


def read_sample(path: Path) -> pl.DataFrame:
    """Read all rows of a table, by the ending of its name; `.gz` behind it is unpacked.

    Raises:
        SourceError: The file cannot be read, is of another kind, or has no row.
    """
    if not path.exists():
        raise SourceError("no such file", where=path, do=nearby(path))
    packed = path.suffix.lower() == ".gz"
    ending = (path.with_suffix("") if packed else path).suffix.lower()
    if ending not in _KNOWN:
        raise SourceError("the rows are in no file that is known", where=path, expected=f"one of {', '.join(_KNOWN)}")
    try:
        data = path.read_bytes()
        frame = _parse(gzip.decompress(data) if packed else data, ending)
    except (OSError, EOFError, pl.exceptions.PolarsError) as error:
        got = error.strerror if isinstance(error, OSError) and error.strerror else str(error).split("\n", 1)[0]
        raise SourceError(
            "the rows cannot be read", where=path, got=got, expected=f"a table as {ending[1:]}", do="Check the file."
        ) from error
    if frame.is_empty():
        raise SourceError("the table has no row", where=path, expected="rows with true prices")
    return frame


def _parse(data: bytes, ending: str) -> pl.DataFrame:
    if ending == ".csv":
        return pl.read_csv(data, infer_schema_length=None, try_parse_dates=True)
    if ending in _JSON_LINES:
        return pl.read_ndjson(data, infer_schema_length=None)
    return pl.read_parquet(io.BytesIO(data))
