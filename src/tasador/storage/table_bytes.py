"""Tables as bytes that are made in memory first, and what a manifest says of them."""

from __future__ import annotations

import functools
import hashlib
import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

__all__ = ["encoded", "facts", "parquet", "put"]


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
