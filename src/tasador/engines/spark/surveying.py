"""The first reading of sources on a cluster: the keys of their records, and what Spark finds by them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tasador import provenance
from tasador.engines.spark.units import Files, Unit, raw_blocks
from tasador.errors import TasadorError
from tasador.ingest.cleaning import Sifted, sift
from tasador.ingest.tally import STEPS, Tally, own_ids

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Job", "check_code", "count_steps", "repeats", "survey"]

#: A row of a survey: a block with the number of its records; or a record with its place, the app id where it keeps
#: every rule, its own id, and which steps it counts for.
_SURVEYED: Final = pl.Schema(
    {
        "source": pl.Int32(),
        "unit": pl.Int32(),
        "block": pl.Int32(),
        "records": pl.Int32(),
        "at": pl.Int64(),
        "app_id": pl.Int64(),
        "own_number": pl.Int64(),
        "own_text": pl.String(),
        "steps": pl.Int32(),
    }
)
_SQL: Final = ", ".join(
    f"{name} {'string' if dtype == pl.String() else 'long' if dtype == pl.Int64() else 'int'}"
    for name, dtype in _SURVEYED.items()
)

#: A record's place is its unit's number times so many, and its own in the unit.
_UNIT: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Job:
    """What workers are told of.

    Attributes:
        units: What is read at a time.
        sources: Files and origins.
        code: The fingerprint of the code that gives the work out.
    """

    units: tuple[Unit, ...]
    sources: tuple[Files, ...]
    code: str


def survey(spark: SparkSession, job: Job) -> DataFrame:
    """Read the keys of all records; a partition a unit."""
    numbers = spark.range(0, len(job.units), 1, len(job.units))
    return numbers.mapInArrow(functools.partial(_survey, job=job), _SQL)


def repeats(records: DataFrame) -> DataFrame:
    """Find the rows that are not kept: `unit`, `block`, `at`, and whether the row that is stands in another source.

    The row that comes first is kept, in the order of the sources and in each of its records: see
    `tasador.ingest.kept`.
    """
    from pyspark.sql import functions as sql

    good = records.where("app_id is not null")
    kept = good.groupBy("app_id").agg(sql.min(sql.struct("at", "source")).alias("kept"))
    return (
        good.join(kept, "app_id")
        .where("at != kept.at")
        .select("unit", "block", "at", (sql.col("source") != sql.col("kept.source")).alias("superseded"))
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


def check_code(expected: str) -> None:
    """Refuse to work with other code than the one that gave the work out: it may do otherwise.

    Args:
        expected: The fingerprint of that code.
    """
    found = provenance.code()["fingerprint"]
    if found != expected:
        raise TasadorError(
            "a worker has another Tasador",
            got=f"code {found}",
            expected=f"code {expected}",
            do="Install the same version on every machine of the cluster.",
        )


def _survey(batches: Iterable[pa.RecordBatch], *, job: Job) -> Iterator[pa.RecordBatch]:
    """Survey units: what runs in a worker."""
    check_code(job.code)
    for batch in batches:
        for number in batch.column(0).to_pylist():
            unit, before = job.units[number], 0
            for block, raw in enumerate(raw_blocks(unit, job.sources)):
                sifted = sift(raw.after(before), job.sources[unit.source][1])
                before += raw.records
                yield from _batches(sifted, unit=number, source=unit.source, block=block)


def _batches(sifted: Sifted, *, unit: int, source: int, block: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    candidates = sifted.candidates
    texts, numbers = own_ids(candidates)
    records = candidates.select(
        at=pl.col("record_no").cast(pl.Int64) + unit * _UNIT,
        app_id=pl.when(pl.col("record_no").is_in(sifted.good["record_no"].implode())).then("app_id"),
        own_number=numbers,
        own_text=pl.when(numbers.is_null()).then(texts),
        steps=pl.sum_horizontal(
            flag.fill_null(value=False).cast(pl.Int32) * (1 << bit) for bit, flag in enumerate(STEPS.values())
        ),
    )
    head = pl.DataFrame({"records": [sifted.raw.records]})
    rows = pl.concat([head, records], how="diagonal").with_columns(
        source=pl.lit(source), unit=pl.lit(unit), block=pl.lit(block)
    )
    table = rows.cast(dict(_SURVEYED)).select(_SURVEYED.names()).to_arrow()  # type: ignore[arg-type]
    kinds = {pl.Int32(): pa.int32(), pl.Int64(): pa.int64(), pl.String(): pa.string()}
    yield from table.cast(pa.schema([(name, kinds[dtype]) for name, dtype in _SURVEYED.items()])).to_batches()
