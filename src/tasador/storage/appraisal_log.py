"""What was asked and answered, for monitoring: Parquet files, and the journals that are not yet part of them."""

from __future__ import annotations

import contextlib
import fcntl
import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from tasador.errors import WorkspaceError
from tasador.storage import atomic
from tasador.storage.appraisal_journal import SUFFIX

__all__ = ["SCHEMA", "read", "read_whole", "rotate"]

_PARQUET: Final = ".parquet"
_DAMAGED: Final = ".damaged"
_OWNER_ONLY: Final = 0o600
_LABELS: Final = pl.List(pl.String)

#: One row an appraisal. `given` are the fields that the request had; of the others the game's value was assumed, or is
#: null. The columns of the answer are those that `tasador appraise` adds to a table.
SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "at": pl.Datetime("us", "UTC"),
    "id": pl.String,
    "request_id": pl.String,
    "model_version": pl.String,
    "snapshot": pl.String,
    "given": _LABELS,
    "name": pl.String,
    "kind": pl.String,
    "release_date": pl.Date,
    "genres": _LABELS,
    "specs": _LABELS,
    "tags": _LABELS,
    "developer": pl.String,
    "publisher": pl.String,
    "early_access": pl.Boolean,
    "base_app_id": pl.UInt32,
    "app_id": pl.UInt32,
    "required_age": pl.UInt8,
    "platforms": _LABELS,
    "languages": _LABELS,
    "estimate_usd": pl.Float64,
    "lower_50": pl.Float64,
    "upper_50": pl.Float64,
    "lower_80": pl.Float64,
    "upper_80": pl.Float64,
    "lower_95": pl.Float64,
    "upper_95": pl.Float64,
    "suggested_usd": pl.Float64,
    "p_suggested": pl.Float64,
    "p_free": pl.Float64,
    "confidence": pl.String,
    "abstained": pl.Boolean,
    "reasons": _LABELS,
}

#: Journals have these as texts.
_TEXTS: Final = {"at": pl.String, "release_date": pl.String}


logger = logging.getLogger(__name__)


def rotate(directory: Path) -> int:
    """Turn the journals that have no writer any more into Parquet files, each in one step; give their number.

    Killed in between it leaves a journal and its Parquet file, and does it again the next time. Several processes may
    do it at once. A journal that is damaged is set aside under another name, and logged.

    Raises:
        OSError: The disk is full; the journal is as it was.
    """
    done = 0
    for journal in sorted(directory.glob(f"*{SUFFIX}")):
        file = _closed(journal)
        if file is None:
            continue
        with file:
            try:
                rows = _rows(journal, file.read())
            except WorkspaceError as error:
                aside = journal.rename(journal.with_suffix(_DAMAGED))
                logger.error("appraisals_damaged file=%s error=%s", aside, error.got)
                continue
            if not rows.is_empty():
                packed = io.BytesIO()
                rows.write_parquet(packed)
                atomic.write_bytes(journal.with_suffix(_PARQUET), packed.getvalue(), mode=_OWNER_ONLY)
            journal.unlink()
            done += 1
    return done


def read(directory: Path) -> pl.DataFrame:
    """Read all appraisals, the oldest first, also those that a server writes down now.

    Raises:
        WorkspaceError: A file is damaged.
    """
    rows, damaged = read_whole(directory)
    if damaged:
        raise damaged[0]
    return rows


def read_whole(directory: Path) -> tuple[pl.DataFrame, list[WorkspaceError]]:
    """Read the appraisals of the files that can be read, as `read` does, and say what is wrong with the others."""
    frames: dict[str, pl.DataFrame] = {}
    damaged: list[WorkspaceError] = []
    for journal in directory.glob(f"*{SUFFIX}"):
        if (file := _opened(journal)) is not None:
            with file, _told(damaged):
                frames[journal.stem] = _rows(journal, file.read())
    # NOTE: a journal that became Parquet meanwhile is read once, and one that was gone when it was opened is there now.
    for path in directory.glob(f"*{_PARQUET}"):
        if frames.get(path.stem, _EMPTY).is_empty():
            with _told(damaged):
                frames[path.stem] = _parquet(path)
    return pl.concat([_EMPTY, *frames.values()]).sort("at", "id"), damaged


@contextlib.contextmanager
def _told(damaged: list[WorkspaceError]) -> Iterator[None]:
    try:
        yield
    except WorkspaceError as error:
        damaged.append(error)


def _closed(journal: Path) -> io.BufferedReader | None:
    """Open and lock a journal; None where it has a writer, or somebody else turns it into Parquet, or did."""
    file = _opened(journal)
    if file is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    if not journal.exists():
        file.close()
        return None
    return file


def _opened(journal: Path) -> io.BufferedReader | None:
    try:
        return journal.open("rb")
    except FileNotFoundError:
        return None


def _rows(journal: Path, lines: bytes) -> pl.DataFrame:
    """Read a journal; a line that its killed writer did not end is none."""
    whole = lines[: lines.rfind(b"\n") + 1]
    if not whole:
        return _EMPTY
    try:
        found = pl.read_ndjson(io.BytesIO(whole), schema={**SCHEMA, **_TEXTS})
        return found.with_columns(
            pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC"), pl.col("release_date").str.to_date()
        )
    except pl.exceptions.PolarsError as error:
        raise _damaged(journal, error) from error


def _parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.scan_parquet(path, schema=SCHEMA, missing_columns="insert", extra_columns="ignore").collect()
    except pl.exceptions.PolarsError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(
        "a file of the appraisal log is damaged",
        where=path,
        got=str(error)[:200],
        do="Move it out of the directory: the others can be read without it.",
    )


_EMPTY: Final = pl.DataFrame(schema=SCHEMA)

if __name__ == "__main__":
    # NOTE: beside a server, which goes first.
    os.nice(10)
    rotate(Path(sys.argv[1]))
