"""Tables appraised on a cluster: blocks of rows go out, their answers come back in order."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.columns import COLUMNS
from tasador.engines.answering import Answer, Answering, answers
from tasador.engines.spark.cluster import cluster
from tasador.storage import bundles
from tasador.storage.tables import Block, Row

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

__all__ = ["answering"]

#: Rows that a task answers at a time: some seconds' work, so that no core waits long for the last of the others.
_ROWS_SENT: Final = 512

#: Blocks that are out at a time, for each core.
_BLOCKS_A_CORE: Final = 2

_SQL: Final = {float: "double", str: "string", bool: "boolean"}
_ANSWERED: Final = ", ".join(f"{name} {_SQL[kind]}" for name, kind in COLUMNS.items())


@contextlib.contextmanager
def answering(bundle: Path, master: str) -> Iterator[Answering]:
    """Answer on a cluster: each worker opens the version once, its hashes checked there too.

    Args:
        bundle: The version's directory.
        master: The cluster's address.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    with cluster(master) as spark, tempfile.TemporaryDirectory(prefix="tasador-") as scratch:
        spark.sparkContext.addArchive(f"{_packed(bundle, Path(scratch))}#{bundle.name}")
        yield functools.partial(_answered, spark, bundle.name)


def _packed(bundle: Path, scratch: Path) -> Path:
    return Path(shutil.make_archive(str(scratch / bundle.name), "zip", bundle))


def _answered(
    spark: SparkSession, version: str, blocks: Iterator[Block], today: date
) -> Iterator[tuple[Block, list[Answer]]]:
    import pyarrow as pa

    step = functools.partial(_answer, version=version, today=today)
    while wave := list(itertools.islice(blocks, _BLOCKS_A_CORE * spark.sparkContext.defaultParallelism)):
        parts = [part for block in wave for part in _encoded(block)]
        sent = pa.table({"rows": pa.array(parts, pa.binary())})
        answered = spark.createDataFrame(sent).mapInArrow(step, _ANSWERED).toArrow()
        rows = itertools.chain.from_iterable(batch.to_pylist() for batch in answered.to_batches())
        for block in wave:
            yield block, list(itertools.islice(rows, len(block.rows)))


def _answer(batches: Iterable[pa.RecordBatch], *, version: str, today: date) -> Iterator[pa.RecordBatch]:
    """Answer parts of blocks: what runs in a worker."""
    import pyarrow as pa

    types = {float: pa.float64(), str: pa.string(), bool: pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    appraiser = _appraiser(version)
    for batch in batches:
        for part in batch.column("rows"):
            found = answers(appraiser, _decoded(part.as_py()), today)
            yield pa.RecordBatch.from_pylist(found, schema)


@functools.cache
def _appraiser(version: str) -> Appraiser:
    """Open a version, once in the life of a worker's process."""
    from pyspark import SparkFiles

    found = bundles.read_directory(Path(SparkFiles.get(version)))
    return Appraiser(found.files, version=version, snapshot=found.manifest["snapshot"])


def _encoded(block: Block) -> Iterator[bytes]:
    """Write the rows of a block, those of a table with types as Arrow: nothing of a cell is lost on the way."""
    for start in range(0, len(block.rows), _ROWS_SENT):
        if block.frame is not None:
            data = io.BytesIO()
            block.frame.slice(start, _ROWS_SENT).write_ipc_stream(data)
            yield data.getvalue()
        else:
            rows = block.rows[start : start + _ROWS_SENT]
            yield json.dumps([{"cells": row.cells, "wrong": row.wrong} for row in rows]).encode()


def _decoded(data: bytes) -> list[Row]:
    if data.startswith(b"["):
        return [Row(row["cells"], row["wrong"]) for row in json.loads(data)]
    return [Row(cells) for cells in pl.read_ipc_stream(data).iter_rows(named=True)]
