"""Writes a table's rows with columns added to each: whole or not at all where it is a file."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from tasador.errors import TasadorError
from tasador.storage import atomic
from tasador.storage.json_line import decode
from tasador.storage.tables.block import Block, TableFormat
from tasador.storage.tables.cells import json_line, text

__all__ = ["Write", "write_table"]

#: Writes a block's rows, each with the values of the added columns.
Write: TypeAlias = Callable[[Block, Sequence[Mapping[str, Any]]], None]

_COPIED: Final = 1 << 20


@contextlib.contextmanager
def write_table(
    target: Path | BinaryIO,
    written: TableFormat,
    columns: tuple[str, ...] | None,
    added: Mapping[str, type],
    *,
    delimiter: str = ",",
) -> Iterator[Write]:
    """Write a table, row by row in the order given; CSV and JSON lines are packed where the name ends in .gz.

    Args:
        target: A file, which is replaced in one step when the block ends without an error, or a stream, a pipe or a
            device, which is written to as rows come.
        written: Its format.
        columns: The rows' columns; None where each row names its own.
        added: The columns to add, and their types.
        delimiter: What to put between cells of CSV.

    Raises:
        TasadorError: The target is a folder, or is in none.
        OSError: The disk is full or the place cannot be written; a file is as it was.
    """
    with contextlib.ExitStack() as stack:
        if isinstance(target, Path) and not _is_device(target := target.resolve()):
            _check_place(target)
            scratch = stack.enter_context(atomic.scratch_directory(target.parent))
            made = scratch / target.name
            with (
                made.open("wb") as file,
                _writer(file, written, columns, added, scratch, target.name, delimiter) as write,
            ):
                yield write
            with made.open("rb") as whole:
                os.fsync(whole.fileno())
            made.replace(target)
            return
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasador-")))
        stream = stack.enter_context(target.open("wb")) if isinstance(target, Path) else target
        with _writer(stream, written, columns, added, scratch, "", delimiter) as write:
            yield write
        stream.flush()


def _is_device(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()


def _check_place(target: Path) -> None:
    if target.is_dir() or not target.parent.is_dir():
        raise TasadorError(
            "cannot write there",
            where=target,
            got="a folder" if target.is_dir() else f"no folder {target.parent}",
            expected="a file in a folder that is there",
            do="Name a file.",
        )


@contextlib.contextmanager
def _writer(
    file: BinaryIO,
    written: TableFormat,
    columns: tuple[str, ...] | None,
    added: Mapping[str, type],
    scratch: Path,
    name: str,
    delimiter: str,
) -> Iterator[Write]:
    if written == "parquet":
        from tasador.storage.tables.parquet_parts import write_parts

        with write_parts(scratch, columns, added) as (write, made):
            yield write
        with made.open("rb") as whole:
            shutil.copyfileobj(whole, file, _COPIED)
        return
    # NOTE: without a time stamp, the same rows give the same bytes.
    packed = gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) if name.endswith(".gz") else None
    out = file if packed is None else packed
    if written == "jsonl":
        yield lambda block, answers: _write_json(out, block, answers)
    elif columns is not None:
        with _csv_writer(out, columns, added, delimiter) as write_row:
            yield lambda block, answers: _write_csv(write_row, block, answers)
    else:
        with _spooled_csv(out, added, scratch) as write:
            yield write
    if packed is not None:
        packed.close()


def _write_json(file: BinaryIO | gzip.GzipFile, block: Block, answers: Sequence[Mapping[str, Any]]) -> None:
    lines = [json_line({**row.cells, **answer}) for row, answer in zip(block.rows, answers, strict=True)]
    file.write(b"".join(lines))
    file.flush()


def _write_csv(
    write_row: Callable[[Mapping[str, Any]], None], block: Block, answers: Sequence[Mapping[str, Any]]
) -> None:
    for row, answer in zip(block.rows, answers, strict=True):
        write_row({**row.cells, **answer})


@contextlib.contextmanager
def _csv_writer(
    file: BinaryIO | gzip.GzipFile, columns: Sequence[str], added: Mapping[str, type], delimiter: str
) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Write a header, then rows; a cell that a row lacks is empty."""
    names = (*columns, *added)
    lines = io.TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="")
    rows = csv.writer(lines, delimiter=delimiter, lineterminator="\n")
    rows.writerow(names)
    yield lambda cells: rows.writerow([text(cells.get(name)) for name in names])
    lines.flush()
    # NOTE: the file stays open for its owner.
    lines.detach()


@contextlib.contextmanager
def _spooled_csv(file: BinaryIO | gzip.GzipFile, added: Mapping[str, type], scratch: Path) -> Iterator[Write]:
    """Hold rows back until all are known: CSV names its columns first, and any row may bring another."""
    columns: dict[str, None] = {}
    spool = scratch / ".rows.jsonl"
    with spool.open("wb") as held:

        def write(block: Block, answers: Sequence[Mapping[str, Any]]) -> None:
            for row in block.rows:
                columns.update(dict.fromkeys(row.cells))
            _write_json(held, block, answers)

        yield write
    with spool.open("rb") as lines, _csv_writer(file, tuple(columns), added, ",") as write_row:
        for line in lines:
            write_row(decode(line))
