"""Tables appraised on a cluster: blocks of rows go out and answers come back in order, or workers take whole files."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import itertools
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.columns import COLUMNS
from tasador.engines.answering import Answer, Answering, answers, here
from tasador.engines.spark.cluster import cluster, slots
from tasador.engines.spark.work import collected, work
from tasador.storage import bundles
from tasador.storage.tables import Block, Row

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark import Broadcast
    from pyspark.sql import SparkSession

__all__ = ["answering", "by_file"]

#: Rows that a task answers at a time: some seconds' work, so that no core waits long for the last of the others.
_ROWS_SENT: Final = 512

#: Blocks that are out at a time, for each core.
_BLOCKS_A_CORE: Final = 2

#: A version's name, its manifest's hash, and its files as they were sent.
Sent: TypeAlias = "tuple[str, str, Broadcast[bytes]]"

#: The versions that this process has opened, by their manifest's hash: two workspaces may have one of the same name.
_OPENED: Final[dict[str, Appraiser]] = {}

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
    with cluster(master) as spark:
        yield functools.partial(_answered, spark, _sent(spark, bundle))


def by_file(
    bundle: Path,
    master: str,
    files: Sequence[tuple[Path, Path]],
    step: Callable[[Answering, Path, Path], Any],
    told: Callable[[int, int], None],
) -> list[Any]:
    """Answer tables where they lie: each is read and written by one worker.

    Args:
        bundle: The version's directory.
        master: The cluster's address.
        files: Tables and where their answers go, at paths that the workers see too.
        step: Appraises a table, and tells what JSON can hold; it may be done again where a worker is lost.
        told: Told how many are done, of how many.

    Returns:
        What is told of each, in their order.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    with cluster(master) as spark:
        answer = work(functools.partial(_answer_file, version=_sent(spark, bundle), files=files, step=step))
        made = spark.range(0, len(files), 1, len(files)).mapInArrow(answer, "number int, told string")
        rows = sorted((row["number"], row["told"]) for row in collected(spark, made, told))
    return [json.loads(said) for _, said in rows]


def _answer_file(
    batches: Iterable[pa.RecordBatch],
    *,
    version: Sent,
    files: Sequence[tuple[Path, Path]],
    step: Callable[[Answering, Path, Path], Any],
) -> Iterator[pa.RecordBatch]:
    """Answer a table: what runs in a worker."""
    import pyarrow as pa

    for batch in batches:
        for number in batch.column(0).to_pylist():
            told = step(here(_appraiser(version)), *files[number])
            yield pa.RecordBatch.from_pydict({"number": pa.array([number], pa.int32()), "told": [json.dumps(told)]})


def _sent(spark: SparkSession, bundle: Path) -> Sent:
    """Send a version to all workers."""
    with tempfile.TemporaryDirectory(prefix="tasador-") as scratch:
        packed = Path(shutil.make_archive(str(Path(scratch) / bundle.name), "zip", bundle))
        digest = hashlib.sha256((bundle / "manifest.json").read_bytes()).hexdigest()
        return bundle.name, digest, spark.sparkContext.broadcast(packed.read_bytes())


def _answered(
    spark: SparkSession, version: Sent, blocks: Iterator[Block], today: date
) -> Iterator[tuple[Block, list[Answer]]]:
    import pyarrow as pa

    step = functools.partial(_answer, version=version, today=today)
    while wave := list(itertools.islice(blocks, _BLOCKS_A_CORE * slots(spark))):
        parts = [part for block in wave for part in _encoded(block)]
        sent = pa.table({"rows": pa.array(parts, pa.binary())})
        answered = spark.createDataFrame(sent).mapInArrow(work(step), _ANSWERED).toArrow()
        rows = itertools.chain.from_iterable(batch.to_pylist() for batch in answered.to_batches())
        for block in wave:
            yield block, list(itertools.islice(rows, len(block.rows)))


def _answer(batches: Iterable[pa.RecordBatch], *, version: Sent, today: date) -> Iterator[pa.RecordBatch]:
    """Answer parts of blocks: what runs in a worker."""
    import pyarrow as pa

    types = {float: pa.float64(), str: pa.string(), bool: pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    appraiser = _appraiser(version)
    for batch in batches:
        for part in batch.column("rows"):
            found = answers(appraiser, _decoded(part.as_py()), today)
            yield pa.RecordBatch.from_pylist(found, schema)


def _appraiser(version: Sent) -> Appraiser:
    """Open a version, once in the life of a worker's process."""
    name, digest, packed = version
    if digest not in _OPENED:
        with tempfile.TemporaryDirectory(prefix="tasador-") as scratch:
            place = Path(scratch) / name
            zipfile.ZipFile(io.BytesIO(packed.value)).extractall(place)
            found = bundles.read_directory(place)
        _OPENED[digest] = Appraiser(found.files, version=name, snapshot=found.manifest["snapshot"])
    return _OPENED[digest]


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
