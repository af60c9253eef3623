"""The second reading of sources on a cluster: workers write the parts of the tables, each as one process would."""

from __future__ import annotations

import functools
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from tasador.engines.spark.surveying import Job
from tasador.engines.spark.units import raw_blocks
from tasador.engines.spark.work import collected, work
from tasador.ingest.cleaning import Cleaned, Origin, carry_over, settle, sift
from tasador.ingest.raw import RawRows
from tasador.ingest.refusals import REPEATED, SUPERSEDED
from tasador.ingest.tally import Tally
from tasador.storage.snapshots import PART_ROWS, PartWriter

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Block", "Part", "plan", "write"]

_NOTHING: Final = pl.DataFrame(schema={"number": pl.Int64, "rules": pl.List(pl.String)})
_WRITTEN: Final = "part int, name string, sha256 string, size_bytes long, tallies string"


class Block(NamedTuple):
    """A block that goes into a part.

    Attributes:
        unit: The number of its unit.
        number: Its own in the unit.
        records: How many it has.
        games: How many of them are games.
        before_unit: How many records of the source come before its unit.
        before: How many come before itself.
        games_before: How many games of all sources come before.
    """

    unit: int
    number: int
    records: int
    games: int
    before_unit: int
    before: int
    games_before: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the tables, and the blocks that it is made of."""

    number: int
    blocks: tuple[Block, ...]


def plan(counted: Iterable[tuple[int, int, int, int]], source_of: Sequence[int]) -> list[Part]:
    """Put blocks into parts, as a draft that is given one after the other does.

    Args:
        counted: Unit, number in it, records and games of each block, in any order.
        source_of: The source of each unit.
    """
    blocks: list[Block] = []
    records: dict[int, int] = defaultdict(int)
    games = 0
    for unit, of_unit in itertools.groupby(sorted(counted), key=lambda block: block[0]):
        before_unit = records[source_of[unit]]
        for _, number, n_records, n_games in of_unit:
            blocks.append(Block(unit, number, n_records, n_games, before_unit, records[source_of[unit]], games))
            records[source_of[unit]] += n_records
            games += n_games
    parts: list[Part] = []
    held: list[Block] = []
    for block in blocks:
        held.append(block)
        if sum(one.records for one in held) >= PART_ROWS or block is blocks[-1]:
            parts.append(Part(len(parts), tuple(held)))
            held = []
    return parts


def write(
    spark: SparkSession,
    job: Job,
    parts: Sequence[Part],
    lost: DataFrame,
    writer: PartWriter,
    told: Callable[[int, int], None],
) -> list[Any]:
    """Write parts; a task has those that begin in one unit.

    Args:
        lost: `unit`, `block`, `at` and `superseded` of the rows that are not kept.
        writer: Writes a part where all workers can.
        told: Told how many tasks are done, of how many.

    Returns:
        Of each part, in any order: `part`, `name`, `sha256`, `size_bytes`, and `tallies`, JSON by source.
    """
    import pyarrow as pa
    from pyspark.sql import functions as sql

    tasks = [list(of_unit) for _, of_unit in itertools.groupby(parts, key=lambda part: part.blocks[0].unit)]
    where = [(one.unit, one.number, at) for at, task in enumerate(tasks) for part in task for one in part.blocks]
    blocks = spark.createDataFrame(
        pa.table(dict(zip(("unit", "block", "task"), map(list, zip(*where, strict=True)), strict=True)))
    )
    mine = lost.join(sql.broadcast(blocks), ["unit", "block"]).select(
        "task", sql.struct("unit", "at", "superseded").alias("one")
    )
    none = spark.range(0, len(tasks), 1).select(sql.col("id").alias("task"), sql.lit(None).alias("one"))
    each = none.union(mine).groupBy("task").agg(sql.collect_list("one").alias("lost"))
    spread = each.repartitionById(len(tasks), sql.col("task").cast("int"))
    step = functools.partial(_write, job=job, tasks=tasks, writer=writer)
    return collected(spark, spread.mapInArrow(work(step), _WRITTEN), told)


def _write(
    batches: Iterable[pa.RecordBatch], *, job: Job, tasks: Sequence[Sequence[Part]], writer: PartWriter
) -> Iterator[pa.RecordBatch]:
    """Write the parts of tasks: what runs in a worker."""
    import pyarrow as pa

    kinds = {"int": pa.int32(), "long": pa.int64(), "string": pa.string()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in (field.split(" ") for field in _WRITTEN.split(", "))])
    for batch in batches:
        for row in batch.to_pylist():
            lost = _by_unit(row["lost"])
            for written in _parts(job, tasks[row["task"]], lost, writer):
                yield pa.RecordBatch.from_pylist([written], schema)


def _by_unit(lost: Iterable[Mapping[str, Any]]) -> dict[int, pl.DataFrame]:
    """Gather the rows that are not kept: their numbers in their unit, and the rules."""
    schema = {"unit": pl.Int32, "at": pl.Int64, "superseded": pl.Boolean}
    rows = pl.DataFrame(list(lost), schema=schema).select(
        "unit",
        number=pl.col("at") & 0xFFFF_FFFF,
        rules=pl.concat_list(pl.when("superseded").then(pl.lit(SUPERSEDED)).otherwise(pl.lit(REPEATED))),
    )
    return {key[0]: part for key, part in rows.sort("number").partition_by("unit", as_dict=True).items()}


def _parts(
    job: Job, parts: Sequence[Part], lost: Mapping[int, pl.DataFrame], writer: PartWriter
) -> Iterator[dict[str, Any]]:
    raws = _raws(job, [block for part in parts for block in part.blocks if job.earlier_of(block.unit) is None])
    for part in parts:
        tallies: dict[int, Tally] = defaultdict(Tally)
        pieces: list[Cleaned] = []
        for block in part.blocks:
            rows, file = lost.get(block.unit, _NOTHING), job.earlier_of(block.unit)
            if file is not None:
                pieces.append(_kept(file, rows, block, tallies[len(job.sources)]))
            else:
                source = job.units[block.unit].source
                pieces.append(_cleaned(next(raws), job.sources[source][1], rows, block, tallies[source]))
        name, facts = writer.write(
            part.number, pl.concat([one.games for one in pieces]), pl.concat([one.set_aside for one in pieces])
        )
        counted = json.dumps({source: tally.to_json() for source, tally in tallies.items()})
        yield {"part": part.number, "name": name, **facts, "tallies": counted}


def _cleaned(raw: RawRows, origin: Origin, lost: pl.DataFrame, block: Block, tally: Tally) -> Cleaned:
    shifted = raw.after(block.before)
    first = block.before - block.before_unit
    repeated = lost.filter(pl.col("number").is_between(first + 1, first + block.records)).select(
        (pl.col("number") + block.before_unit).cast(pl.UInt32).alias("record_no"), "rules"
    )
    found = settle(sift(shifted, origin), origin, repeated, games_before=block.games_before)
    tally.count(shifted, found.games, found.set_aside)
    return found


def _kept(file: Path, replaced: pl.DataFrame, block: Block, tally: Tally) -> Cleaned:
    """Take over a file of the earlier snapshot, but for the rows whose app ids newer ones have."""
    games = pl.read_parquet(file)
    newer = games["app_id"].cast(pl.Int64).is_in(replaced["number"].implode())
    found = carry_over(games, newer, games_before=block.games_before)
    tally.take(found.games, found.set_aside)
    return found


def _raws(job: Job, blocks: Sequence[Block]) -> Iterator[RawRows]:
    """Read blocks again, in their order, each unit only as far as it is needed."""
    for number, wanted in itertools.groupby(blocks, key=lambda block: block.unit):
        numbers = {block.number for block in wanted}
        for at, raw in enumerate(raw_blocks(job.units[number], job.sources)):
            if at in numbers:
                yield raw
            if at == max(numbers):
                break
