"""Price feeds on a cluster: lines and entries by the functions that run here; Spark brings an entry's records together.

Workers must see the feeds and the workspace at the same paths.
"""

from __future__ import annotations

import functools
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tasador import provenance
from tasador.engines.spark.cluster import cluster
from tasador.engines.spark.surveying import Job, check_code
from tasador.engines.spark.units import Unit, check_same, pieces, stamps, units_of_lines
from tasador.ingest.cleaning import Origin
from tasador.prices import feed
from tasador.prices.accounting import Accounting
from tasador.prices.discounts import GAME_COLUMNS
from tasador.prices.intervals import build, ranges
from tasador.storage.price_histories import Draft, History, Writer
from tasador.storage.sources import Source

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["fill", "tallies"]

#: What is read: a block, with its records, counts and what is set aside of it; or a candidate, `number` in its unit.
_READ: Final = (
    "unit int, block int, records int, counted string, aside binary, app_id long, shop string, currency string, "
    "at long, price double, regular double, usable boolean, number long"
)
_WRITTEN: Final = "files string, parts string, counted string"
_TALLIED: Final = "group string, measure string, percent int, n long"


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the records of a unit stand: its source, in their order, and how many of it come before.

    Attributes:
        sources: The sources' ids.
        of_unit: The source of each unit.
        before: How many records of the source come before each unit.
    """

    sources: tuple[str, ...]
    of_unit: tuple[int, ...]
    before: tuple[int, ...]


def fill(
    master: str,
    draft: Draft,
    sources: Sequence[Source],
    accounting: Accounting,
    *,
    max_reject_share: float,
    progress: Callable[[str, int, int], None],
) -> None:
    """Make the tables of a draft, and count what became of every record.

    Args:
        master: The cluster's address.
        draft: Takes the files, in a folder that the workers see too.
        sources: The feeds, in their order.
        accounting: Takes the counts.
        max_reject_share: The largest share of a source's lines, 0 to 1, that may be no records.
        progress: Told how far it is.

    Raises:
        SourceError: A source is no feed of prices, or changed meanwhile.
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    job = _job(sources)
    begun = stamps(job.sources)
    ids = tuple(source.sha256[:12] for source in sources)
    with cluster(master) as spark:
        progress("read", 0, 1)
        read = _read_all(spark, job, ids).persist()
        blocks = read.where("records is not null")
        heads = blocks.select("unit", "block", "records", "counted").orderBy("unit", "block").collect()
        for head in heads:
            accounting.join(Accounting.from_json(json.loads(head["counted"])))
        accounting.check([source.identity() for source in sources], max_reject_share=max_reject_share)
        progress("read", 1, 1)
        places = _places(job.units, ids, [(head["unit"], head["records"]) for head in heads])
        numbers = {(head["unit"], head["block"]): at for at, head in enumerate(heads)}
        aside = functools.partial(_write_aside, numbers=numbers, places=places, writer=draft.writer)
        for row in (
            blocks.where("aside is not null")
            .select("unit", "block", "aside")
            .mapInArrow(aside, "files string")
            .collect()
        ):
            draft.take(json.loads(row["files"]))
        written = _written(spark, read.where("records is null"), places, draft.writer)
        for done, row in enumerate(written, start=1):
            draft.take(json.loads(row["files"]), json.loads(row["parts"]))
            accounting.join(Accounting.from_json(json.loads(row["counted"])))
            progress("intervals", done, len(written))
    check_same(job.sources, begun)


def _job(sources: Sequence[Source]) -> Job:
    # NOTE: workers run in folders of their own.
    files = [[replace(file, path=file.path.resolve()) for file in source.files] for source in sources]
    units = [unit for number, of_source in enumerate(files) for unit in units_of_lines(number, of_source)]
    origins = [Origin(source.identity(), source.where, None, None) for source in sources]
    return Job(tuple(units), tuple(zip(files, origins, strict=True)), provenance.code()["fingerprint"])


def _read_all(spark: SparkSession, job: Job, ids: Sequence[str]) -> DataFrame:
    numbers = spark.range(0, len(job.units), 1, len(job.units))
    return numbers.mapInArrow(functools.partial(_read, job=job, ids=ids), _READ)


def _read(batches: Iterable[pa.RecordBatch], *, job: Job, ids: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read units: what runs in a worker."""
    check_code(job.code)
    for batch in batches:
        for number in batch.column(0).to_pylist():
            unit = job.units[number]
            before = 0
            for block, (header, lines) in enumerate(_blocks(unit, job)):
                read = feed.read_block(lines, header, source=ids[unit.source], before=before)
                before += read.records
                yield from _sent(read, ids[unit.source], unit=number, block=block)


def _blocks(unit: Unit, job: Job) -> Iterator[tuple[feed.Header, bytes]]:
    files = job.sources[unit.source][0]
    header = None
    if unit.start:
        with files[unit.first].path.open("rb") as file:
            header = feed.read_header(file.readline(), where=files[unit.first].where)
    for piece in pieces(unit, files):
        yield from feed.blocks(piece, header)


def _sent(read: feed.Read, source: str, *, unit: int, block: int) -> Iterator[pa.RecordBatch]:
    counted = Accounting()
    counted.count_block(source, read.records, read.set_aside)
    aside = None
    if not read.set_aside.is_empty():
        data = io.BytesIO()
        read.set_aside.write_ipc(data)
        aside = data.getvalue()
    head = pl.DataFrame(
        {"records": [read.records], "counted": [json.dumps(counted.to_json())], "aside": [aside]},
        schema_overrides={"aside": pl.Binary},
    )
    candidates = read.candidates.select(
        pl.exclude("source", "record_no", "at"), at=pl.col("at").dt.epoch("us"), number="record_no"
    )
    rows = pl.concat([head, candidates], how="diagonal").with_columns(unit=pl.lit(unit), block=pl.lit(block))
    yield from _arrow(rows, _READ).to_batches()


def _arrow(rows: pl.DataFrame, fields: str) -> pa.Table:
    """Give rows the types of Spark's own."""
    import pyarrow as pa

    kinds = {
        "int": pa.int32(), "long": pa.int64(), "double": pa.float64(), "string": pa.string(), "binary": pa.binary(),
        "boolean": pa.bool_(),
    }  # fmt: skip
    schema = pa.schema([(name, kinds[kind]) for name, kind in (field.split(" ") for field in fields.split(", "))])
    return rows.select(schema.names).to_arrow().cast(schema)


def _places(units: Sequence[Unit], ids: tuple[str, ...], records: Iterable[tuple[int, int]]) -> _Places:
    counted = dict.fromkeys(range(len(units)), 0)
    for unit, n_records in records:
        counted[unit] += n_records
    before: list[int] = []
    for _, of_source in itertools.groupby(enumerate(units), key=lambda one: one[1].source):
        before += [0, *itertools.accumulate(counted[number] for number, _ in of_source)][:-1]
    return _Places(ids, tuple(unit.source for unit in units), tuple(before))


def _write_aside(
    batches: Iterable[pa.RecordBatch], *, numbers: Mapping[tuple[int, int], int], places: _Places, writer: Writer
) -> Iterator[pa.RecordBatch]:
    """Write what is set aside of blocks: what runs in a worker."""
    for batch in batches:
        for row in batch.to_pylist():
            rows = pl.read_ipc(io.BytesIO(row["aside"]))
            shifted = rows.with_columns(pl.col("record_no") + pl.lit(places.before[row["unit"]], pl.UInt32))
            files = writer.set_aside(numbers[row["unit"], row["block"]], shifted)
            yield from _arrow(pl.DataFrame({"files": [json.dumps(files)]}), "files string").to_batches()


def _written(spark: SparkSession, candidates: DataFrame, places: _Places, writer: Writer) -> list[Any]:
    """Bring the records of entries together in parts, and let workers write these."""
    import pyarrow as pa
    from pyspark.sql import functions as sql

    counted = pl.from_arrow(candidates.groupBy("app_id").agg(sql.count("*").alias("len")).toArrow())
    if not isinstance(counted, pl.DataFrame):
        raise TypeError(f"got {type(counted).__name__}, expected a table")
    app_ids = counted["app_id"].sort()
    part = pl.Series([one.high for one in ranges(counted)], dtype=app_ids.dtype).search_sorted(app_ids)
    told = spark.createDataFrame(pa.table({"app_id": app_ids.to_arrow(), "part": part.cast(pl.Int32).to_arrow()}))
    grouped = candidates.join(sql.broadcast(told), "app_id").groupBy("part")
    # NOTE: Spark looks at the types that a function names, and does not understand these.
    written = grouped.applyInArrow(lambda rows: _write_part(rows, places=places, writer=writer), _WRITTEN)
    return list(written.collect())


def _write_part(rows: pa.Table, *, places: _Places, writer: Writer) -> pa.Table:
    """Write a part: what runs in a worker."""
    frame = pl.from_arrow(rows)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"got {type(frame).__name__}, expected a table")
    unit = pl.col("unit")
    of_unit = [places.sources[source] for source in places.of_unit]
    units = list(range(len(of_unit)))
    candidates = frame.with_columns(
        source=unit.replace_strict(units, of_unit, return_dtype=pl.String),
        record_no=pl.col("number") + unit.replace_strict(units, list(places.before), return_dtype=pl.Int64),
    ).select(pl.col(name).cast(kind) for name, kind in feed.CANDIDATE.items())
    events, duplicates = build(candidates, list(places.sources))
    files, parts = writer.events(frame["part"][0], events, duplicates)
    counted = Accounting()
    counted.count_part(events, duplicates)
    said = {"files": files, "parts": parts, "counted": counted.to_json()}
    return _arrow(pl.DataFrame({name: [json.dumps(value)] for name, value in said.items()}), _WRITTEN)


def tallies(
    master: str, history: History, games: Path, count: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
) -> list[pl.DataFrame]:
    """Count something of every part of a price history.

    Args:
        master: The cluster's address.
        history: It.
        games: The folder of the games' files of a snapshot, which the workers see too.
        count: Counts events, given the `GAME_COLUMNS` of the games; counts of parts can be added up.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    import pyarrow as pa

    files = [part["file"] for part in history.manifest["parts"]]
    job = Job((), (), provenance.code()["fingerprint"])
    there = replace(history, directory=history.directory.resolve())
    step = functools.partial(_tally, job=job, history=there, games=games.resolve(), count=count)
    with cluster(master) as spark:
        told = spark.createDataFrame(pa.table({"file": files})).repartition(len(files), "file")
        found = pl.from_arrow(told.mapInArrow(step, _TALLIED).toArrow())
    if not isinstance(found, pl.DataFrame):
        raise TypeError(f"got {type(found).__name__}, expected a table")
    return [found]


def _tally(
    batches: Iterable[pa.RecordBatch],
    *,
    job: Job,
    history: History,
    games: Path,
    count: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame],
) -> Iterator[pa.RecordBatch]:
    """Count parts: what runs in a worker."""
    check_code(job.code)
    for batch in batches:
        for file in batch.column(0).to_pylist():
            yield from _arrow(count(history.part(file), _games(games)), _TALLIED).to_batches()


@functools.cache
def _games(place: Path) -> pl.DataFrame:
    """Read the games, once in the life of a worker's process."""
    return pl.read_parquet(place / "*.parquet", columns=list(GAME_COLUMNS))
