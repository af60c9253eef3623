"""Tables as bytes, made in memory first or row group by row group, and what a manifest says of them."""

from __future__ import annotations

import functools
import hashlib
import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

import polars as pl

__all__ = ["encoded", "facts", "parquet", "put", "write_parquet"]

#: A table that may not fit into memory is written so many rows at a time.
_GROUP_ROWS: Final = 100_000


def facts(data: bytes | memoryview) -> dict[str, Any]:
    """Say what a manifest says of a file: `sha256` and `size_bytes`."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}


def parquet(table: pl.DataFrame) -> memoryview:
    """Encode a table as Parquet; the same rows give the same bytes."""
    return encoded(functools.partial(table.write_parquet, compression="zstd", compression_level=1))


def encoded(write: Callable[[io.BytesIO], object]) -> memoryview:
    """Let a writer of Polars write to memory: of a full disk it tells by an error of its own instead of OSError."""
    data = io.BytesIO()
    write(data)
    return data.getbuffer()


def put(path: Path, data: bytes | memoryview, *, scratch: Path) -> None:
    """Write a file that is whole or absent, by way of a directory beside it.

    Two processes may write the same file, where one was thought lost.
    """
    begun = scratch / f"{uuid.uuid4().hex}.part"
    begun.write_bytes(data)
    begun.replace(path)


def write_parquet(rows: pl.LazyFrame, path: Path) -> dict[str, Any]:
    """Write a table of any size as Parquet, in memory for some row groups; the same rows give the same bytes.

    Returns:
        What `facts` says of it.

    Raises:
        OSError: The disk is full or the file cannot be written.
    """
    with path.open("wb") as file:
        told = _Told(file)
        try:
            rows.sink_parquet(  # type: ignore[call-overload]
                told,
                compression="zstd",
                compression_level=1,
                row_group_size=_GROUP_ROWS,
                maintain_order=True,
            )
        except pl.exceptions.ComputeError:
            if told.error is not None:
                raise told.error from None
            raise
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "size_bytes": path.stat().st_size}


class _Told:
    """A file that remembers the error which Polars tells in words of its own."""

    def __init__(self, file: BinaryIO) -> None:
        self.error: OSError | None = None
        self._file = file

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise
