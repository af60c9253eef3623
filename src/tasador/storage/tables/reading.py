"""Opens a table by what its first bytes say, and reads it block by block."""

from __future__ import annotations

import contextlib
import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from tasador.errors import SourceError
from tasador.storage.nearby import nearby
from tasador.storage.tables import csv_table, json_lines
from tasador.storage.tables.block import BLOCK_ROWS, Block, Row, TableFormat

__all__ = ["Table", "open_table"]

Reader: TypeAlias = "io.BufferedReader[Any]"

_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = 4_096
_BUFFER: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is open for reading, once.

    Attributes:
        where: What to call it in errors.
        format: How it is written.
        columns: Its columns; None where each row names its own.
        total: Its size in the units of `Block.done`; 0 when nobody knows.
        blocks: Gives its rows.
        delimiter: What stands between its cells, where it is CSV.
    """

    where: str
    format: TableFormat
    columns: tuple[str, ...] | None
    total: int
    blocks: Callable[[], Iterator[Block]]
    delimiter: str = ","


@contextlib.contextmanager
def open_table(source: Path | BinaryIO) -> Iterator[Table]:
    """Open a table: CSV with a header, JSON lines, either of them in gzip, or Parquet.

    Args:
        source: A file, or a stream such as standard input.

    Raises:
        SourceError: There is no such file, it is empty, of another format or encoding, or its header is unusable.
        OSError: It cannot be read.
    """
    with contextlib.ExitStack() as stack:
        if isinstance(source, Path):
            _check_file(source)
            where, total = str(source), source.stat().st_size
            raw: Reader = stack.enter_context(source.open("rb"))
        else:
            where, total = "standard input", 0
            raw = io.BufferedReader(_Stream(source), _BUFFER)
        yield _open(raw, source, where, total, stack)


def _open(raw: Reader, source: Path | BinaryIO, where: str, total: int, stack: contextlib.ExitStack) -> Table:
    file = raw
    if raw.peek(2)[:2] == _GZIP:
        # NOTE: the position of the packed file tells how far the reading is.
        unpacked = stack.enter_context(gzip.GzipFile(fileobj=raw))
        with _whole(where):
            file = io.BufferedReader(unpacked, _BUFFER)
            head = file.peek(_HEAD)[:_HEAD]
    else:
        head = file.peek(_HEAD)[:_HEAD]
    _check_head(head, where)

    if head.startswith(_PARQUET):
        from tasador.storage.tables import parquet_table

        path = source if isinstance(source, Path) and file is raw else _spooled(file, where, stack)
        columns, rows = parquet_table.measure(path, where=where)
        return Table(where, "parquet", columns, rows, lambda: parquet_table.blocks(path, where=where))
    if head.removeprefix(_BOM).lstrip().startswith(b"{"):
        return Table(where, "jsonl", None, total, lambda: _blocks(json_lines.rows(file, where=where), raw.tell, where))
    with _whole(where):
        columns, delimiter, csv_rows = csv_table.read(file, where=where)
    return Table(where, "csv", columns, total, lambda: _blocks(csv_rows, raw.tell, where), delimiter)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SourceError("this is a folder", where=path, expected="a table in one file", do="Name a file in it.")
    if not path.exists():
        raise SourceError("no such file", where=path, do=nearby(path))


def _check_head(head: bytes, where: str) -> None:
    if not head.removeprefix(_BOM).strip():
        raise SourceError(
            "the file is empty",
            where=where,
            expected="CSV with a header, JSON lines or Parquet",
            do="Name a file that has rows.",
        )
    if head.startswith(_UTF16) or (b"\0" in head and not head.startswith(_PARQUET)):
        raise SourceError(
            "the file is no text",
            where=where,
            got="UTF-16 or binary data",
            expected="CSV or JSON lines in UTF-8, or Parquet",
            do="Save it as CSV in UTF-8.",
        )
    if head.removeprefix(_BOM).lstrip().startswith(b"["):
        raise SourceError(
            "the file is one JSON array",
            where=where,
            got="[",
            expected="one JSON object a line",
            do="`jq -c '.[]' FILE` writes one a line.",
        )


def _blocks(rows: Iterator[Row], position: Callable[[], int], where: str) -> Iterator[Block]:
    block: list[Row] = []
    with _whole(where):
        for row in rows:
            block.append(row)
            if len(block) == BLOCK_ROWS:
                yield Block(block, position())
                block = []
    if block:
        yield Block(block, position())


@contextlib.contextmanager
def _whole(where: str) -> Iterator[None]:
    """Tell damage of a packed file in words."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            "the gzip archive is damaged or ends in the middle",
            where=where,
            got=error,
            expected="a whole archive",
            do="Download or pack it again.",
        ) from error


def _spooled(file: Reader, where: str, stack: contextlib.ExitStack) -> Path:
    """Put a Parquet table into a file: its table of contents stands at its end."""
    path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasador-"))) / "table.parquet"
    with _whole(where), path.open("wb") as spool:
        shutil.copyfileobj(file, spool, _BUFFER)
    return path


class _Stream(io.RawIOBase):
    """A stream that another owns: closing this one leaves it open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read_bytes = 0

    def tell(self) -> int:
        return self._read_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # NOTE: what has come is handed on, where the stream can do that, so that a pipe is answered as it fills.
        read = getattr(self._stream, "read1", self._stream.read)
        data: bytes = read(len(buffer))
        buffer[: len(data)] = data
        self._read_bytes += len(data)
        return len(data)
