"""The first reading of sources on a cluster: the keys of their records, and what Spark finds by them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tasador.engines.spark.units import Files, Unit, raw_blocks
from tasador.engines.spark.work import work
from tasador.ingest.cleaning import Sifted, sift
from tasador.ingest.tally import STEPS, Tally, own_ids

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Job", "count_steps", "repeats", "survey"]

#: A row of a survey: a block with the number of its records; or a record with its place, the app id where it keeps
#: every rule, the day on which it was observed, its own id, and which steps it counts for. A game of an earlier
#: snapshot has app id and day; its place is its app id.
_SURVEYED: Final = pl.Schema(
    {
        "source": pl.Int32(),
        "unit": pl.Int32(),
        "block": pl.Int32(),
        "records": pl.Int32(),
        "at": pl.Int64(),
        "app_id": pl.Int64(),
        "observed_on": pl.Int32(),
        "own_number": pl.Int64(),
        "own_text": pl.String(),
        "steps": pl.Int32(),
    }
)
_SQL: Final = ", ".join(
    f"{name} {'string' if dtype == pl.String() else 'long' if dtype == pl.Int64() else 'int'}"
    for name, dtype in _SURVEYED.items()
)

#: Where a row stands.
_PLACE: Final = ("unit", "block", "at")

#: A record's place is its unit's number times so many, and its own in the unit.
_UNIT: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Job:
    """What workers are told of.

    Attributes:
        units: What is read at a time.
        sources: Files and origins.
        earlier: The files of the games of the snapshot that this one goes on from; each is a unit of one block, after
            those of the sources.
    """

    units: tuple[Unit, ...]
    sources: tuple[Files, ...]
    earlier: tuple[Path, ...] = ()

    def source_of(self) -> list[int]:
        """List the source of each unit; the earlier snapshot is one more."""
        return [unit.source for unit in self.units] + [len(self.sources)] * len(self.earlier)

    def earlier_of(self, unit: int) -> Path | None:
        """Find the file of the earlier snapshot that a unit is; None where it is a source's."""
        return self.earlier[unit - len(self.units)] if unit >= len(self.units) else None


def survey(spark: SparkSession, job: Job) -> DataFrame:
    """Read the keys of all records; a partition a unit."""
    n = len(job.source_of())
    numbers = spark.range(0, n, 1, n)
    return numbers.mapInArrow(work(functools.partial(_survey, job=job)), _SQL)


def repeats(told: DataFrame, sources: int) -> DataFrame:
    """Find the rows that are not kept: `unit`, `block`, `at`, and whether the row that is stands in another source.

    The row that comes first is kept, in the order of the sources and in each of its records, but for those that were
    observed before the earlier snapshot's: see `tasador.ingest.kept`.

    Args:
        told: Records of the sources, and the games of the snapshot that this one goes on from, if any.
        sources: How many sources there are; rows of another number are the earlier snapshot's.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as sql

    # NOTE: found beside the rows of an app id, in one shuffle: joins would be broadcast by a wrong guess of size.
    of_app = Window.partitionBy("app_id")
    here = sql.col("source") < sources
    before = sql.max(sql.when(~here, sql.col("observed_on"))).over(of_app)
    first = sql.min(sql.when(sql.col("contends"), sql.struct("at", "source"))).over(of_app)
    return (
        told.where("app_id is not null")
        .withColumn("contends", here & ~sql.coalesce(before > sql.col("observed_on"), sql.lit(False)))  # noqa: FBT003
        .withColumn("kept", first)
        .where(f"if(contends, at != kept.at, kept is not null or source < {sources})")
        .select(*_PLACE, sql.expr("not contends or source != kept.source").alias("superseded"))
    )


def count_steps(records: DataFrame, tallies: list[Tally]) -> None:
    """Count the course project's steps of each source: of records of one own id, the first counts."""
    from pyspark.sql import functions as sql

    first = records.groupBy("source", "own_number", "own_text").agg(
        sql.min(sql.struct("at", "steps")).alias("first"), sql.count("*").alias("candidates")
    )
    counted = first.groupBy("source", sql.col("first.steps").alias("steps")).agg(
        sql.count("*").alias("rows"), sql.sum("candidates").alias("candidates")
    )
    for row in counted.collect():
        steps = tallies[row["source"]].steps
        steps["candidates"] += row["candidates"]
        for bit, name in enumerate(STEPS):
            steps[name] += row["rows"] if row["steps"] >> bit & 1 else 0


def _survey(batches: Iterable[pa.RecordBatch], *, job: Job) -> Iterator[pa.RecordBatch]:
    """Survey units: what runs in a worker."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            file = job.earlier_of(number)
            if file is not None:
                yield from _of_earlier(file, unit=number, source=len(job.sources))
                continue
            unit, before = job.units[number], 0
            for block, raw in enumerate(raw_blocks(unit, job.sources)):
                sifted = sift(raw.after(before), job.sources[unit.source][1])
                before += raw.records
                yield from _of_block(sifted, unit=number, source=unit.source, block=block)


def _of_earlier(file: Path, *, unit: int, source: int) -> Iterator[pa.RecordBatch]:
    games = pl.read_parquet(file, columns=["app_id", "observed_on"])
    records = games.select("app_id", pl.col("observed_on").to_physical(), at=pl.col("app_id").cast(pl.Int64))
    return _batches(games.height, records, unit=unit, source=source, block=0)


def _of_block(sifted: Sifted, *, unit: int, source: int, block: int) -> Iterator[pa.RecordBatch]:
    candidates = sifted.candidates
    texts, numbers = own_ids(candidates)
    records = candidates.select(
        at=pl.col("record_no").cast(pl.Int64) + unit * _UNIT,
        app_id=pl.when(pl.col("record_no").is_in(sifted.good["record_no"].implode())).then("app_id"),
        observed_on=pl.col("observed_on").to_physical(),
        own_number=numbers,
        own_text=pl.when(numbers.is_null()).then(texts),
        steps=pl.sum_horizontal(
            flag.fill_null(value=False).cast(pl.Int32) * (1 << bit) for bit, flag in enumerate(STEPS.values())
        ),
    )
    return _batches(sifted.raw.records, records, unit=unit, source=source, block=block)


def _batches(n: int, records: pl.DataFrame, *, unit: int, source: int, block: int) -> Iterator[pa.RecordBatch]:
    """Write a block's number of records, and what is told of them."""
    import pyarrow as pa

    head = pl.DataFrame({"records": [n]})
    rows = pl.concat([head, records], how="diagonal").with_columns(
        source=pl.lit(source), unit=pl.lit(unit), block=pl.lit(block)
    )
    told = rows.select(pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in _SURVEYED)
    table = told.cast(dict(_SURVEYED)).to_arrow()  # type: ignore[arg-type]
    kinds = {pl.Int32(): pa.int32(), pl.Int64(): pa.int64(), pl.String(): pa.string()}
    yield from table.cast(pa.schema([(name, kinds[dtype]) for name, dtype in _SURVEYED.items()])).to_batches()
