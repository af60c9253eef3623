"""Price feeds on a cluster: lines and entries by the functions that run here; Spark brings an entry's records together.

Workers must see the feeds and the workspace at the same paths.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tasador.engines.spark.cluster import cluster
from tasador.engines.spark.surveying import Job
from tasador.engines.spark.units import Unit, check_same, pieces, stamps, units_of_lines
from tasador.engines.spark.work import kept, work
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

__all__ = ["by_parts", "fill"]

#: What is read: a block, with its records, counts and what is set aside of it; or a candidate, `number` in its unit.
_READ: Final = (
    "unit int, block int, records int, counted string, aside binary, app_id long, shop string, currency string, "
    "at long, price double, regular double, usable boolean, number long"
)
_WRITTEN: Final = "files string, parts string, counted string"
_ANSWERED: Final = "rows binary"


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
    now: dt.datetime,
    *,
    max_reject_share: float,
    progress: Callable[[str, int, int], None],
) -> Accounting:
    """Make the tables of a draft, and count what became of every record.

    Args:
        master: The cluster's address.
        draft: Takes the files, in a folder that the workers see too.
        sources: The feeds, in their order.
        now: The moment of the import, the same for all workers.
        max_reject_share: The largest share of a source's lines, 0 to 1, that may be no records.
        progress: Told how far it is.

    Raises:
        SourceError: A source is no feed of prices, or changed meanwhile.
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    job = _job(sources)
    begun = stamps(job.sources)
    accounting = Accounting()
    ids = tuple(source.sha256[:12] for source in sources)
    progress("read", 0, 1)
    with cluster(master) as spark, kept(_read_all(spark, job, ids, now)) as read:
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
            .mapInArrow(work(aside), "files string")
            .collect()
        ):
            draft.take(json.loads(row["files"]))
        written = _written(read.where("records is null"), places, draft.writer)
        for done, row in enumerate(written, start=1):
            draft.take(json.loads(row["files"]), json.loads(row["parts"]))
            accounting.join(Accounting.from_json(json.loads(row["counted"])))
            progress("intervals", done, len(written))
    check_same(job.sources, begun)
    return accounting


def _job(sources: Sequence[Source]) -> Job:
    # NOTE: workers run in folders of their own.
    files = [[replace(file, path=file.path.resolve()) for file in source.files] for source in sources]
    units = [unit for number, of_source in enumerate(files) for unit in units_of_lines(number, of_source)]
    origins = [Origin(source.identity(), source.where, None, None) for source in sources]
    return Job(tuple(units), tuple(zip(files, origins, strict=True)))


def _read_all(spark: SparkSession, job: Job, ids: Sequence[str], now: dt.datetime) -> DataFrame:
    numbers = spark.range(0, len(job.units), 1, len(job.units))
    return numbers.mapInArrow(work(functools.partial(_read, job=job, ids=ids, now=now)), _READ)


def _read(
    batches: Iterable[pa.RecordBatch], *, job: Job, ids: Sequence[str], now: dt.datetime
) -> Iterator[pa.RecordBatch]:
    """Read units: what runs in a worker."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            unit = job.units[number]
            before = 0
            for block, (header, lines) in enumerate(_blocks(unit, job)):
                read = feed.read_block(lines, header, source=ids[unit.source], before=before, now=now)
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


def _written(candidates: DataFrame, places: _Places, writer: Writer) -> list[Any]:
    """Bring the records of entries together in parts, and let workers write these."""
    from pyspark.sql import functions as sql

    counted = pl.from_arrow(candidates.groupBy("app_id").agg(sql.count("*").alias("len")).toArrow())
    if not isinstance(counted, pl.DataFrame):
        raise TypeError(f"got {type(counted).__name__}, expected a table")
    highs = [one.high for one in ranges(counted)]
    # NOTE: told to each worker as bounds: a table of app ids would not fit into a driver of Spark's own size.
    parted = candidates.mapInArrow(work(functools.partial(_part, highs=highs)), f"{_READ}, part int")
    grouped = parted.groupBy("part")
    written = grouped.applyInArrow(work(functools.partial(_write_part, places=places, writer=writer)), _WRITTEN)
    return list(written.collect())


def _part(batches: Iterable[pa.RecordBatch], *, highs: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Say of candidates which part they belong to, by the highest app id of each: what runs in a worker."""
    bounds = pl.Series(highs, dtype=pl.Int64)
    for batch in batches:
        rows = pl.DataFrame(batch)
        yield from _arrow(
            rows.with_columns(part=bounds.search_sorted(rows["app_id"])), f"{_READ}, part int"
        ).to_batches()


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


def by_parts(
    master: str, history: History, games: Path | None, answer: Callable[..., pl.DataFrame]
) -> Iterator[pl.DataFrame]:
    """Answer something from every part of a price history, in the order of the parts.

    Args:
        master: The cluster's address.
        history: It.
        games: The folder of the games' files of a snapshot, which the workers see too; None where they are not asked.
        answer: Answers from events, given the `GAME_COLUMNS` of the games where there are some.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    files = [part["file"] for part in history.manifest["parts"]]
    there = replace(history, directory=history.directory.resolve())
    place = None if games is None else games.resolve()
    step = work(functools.partial(_answer, history=there, files=files, games=place, answer=answer))
    with (
        cluster(master) as spark,
        kept(spark.range(0, len(files), 1, len(files)).mapInArrow(step, _ANSWERED)) as answered,
    ):
        # NOTE: all are made at a time, and then fetched one after another.
        answered.count()
        for row in answered.toLocalIterator():
            yield pl.read_ipc(io.BytesIO(row["rows"]))


def _answer(
    batches: Iterable[pa.RecordBatch],
    *,
    history: History,
    files: Sequence[str],
    games: Path | None,
    answer: Callable[..., pl.DataFrame],
) -> Iterator[pa.RecordBatch]:
    """Answer from parts: what runs in a worker."""
    known = [] if games is None else [_games(games)]
    for batch in batches:
        for number in batch.column(0).to_pylist():
            data = io.BytesIO()
            answer(history.part(files[number]), *known).write_ipc(data, compression="zstd")
            yield from _arrow(pl.DataFrame({"rows": [data.getvalue()]}), _ANSWERED).to_batches()


@functools.cache
def _games(place: Path) -> pl.DataFrame:
    """Read the games, once in the life of a worker's process."""
    return pl.read_parquet(place / "*.parquet", columns=list(GAME_COLUMNS))
