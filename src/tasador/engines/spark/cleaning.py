"""Sources cleaned on a cluster: what looks at one row is what runs elsewhere; what crosses rows, Spark does.

The sources are read twice. The first time only the keys of their records are kept, from which Spark finds the row that
each app id keeps and counts the steps. The second time each worker, told which of its rows repeat others, writes parts
of the tables, the same as one process alone: the same blocks, numbers and bytes, so the snapshot has the same id.
Workers must see the sources and the workspace at the same paths.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasador.engines.spark import surveying, work, writing
from tasador.engines.spark.cluster import cluster
from tasador.engines.spark.units import Files, check_same, stamps, units
from tasador.ingest.cleaning import Origin, finish
from tasador.ingest.quality import Quality
from tasador.ingest.tally import Tally
from tasador.storage.snapshots import Draft, PartWriter

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["clean"]


def clean(
    master: str,
    draft: Draft,
    sources: Sequence[Files],
    *,
    max_reject_share: float,
    strict: bool,
    onto: tuple[Origin, Sequence[Path]] | None = None,
    told: Callable[[int, int], None],
) -> Quality:
    """Clean sources into the parts of a draft.

    Args:
        master: The cluster's address.
        draft: Takes the parts, in a folder that the workers see too.
        sources: Their files and what holds for each, in the order in which they are cleaned.
        max_reject_share: The largest share of a source's records, 0 to 1, that may be rejects.
        strict: Whether a single record in quarantine or a single reject is too much.
        onto: The snapshot that this one goes on from, and the files of its games; its hashes were checked.
        told: Told how many tasks of the writing are done, of how many.

    Raises:
        SourceError: A source as a whole is no catalogue, or changed meanwhile.
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    # NOTE: workers run in folders of their own.
    sources = [([replace(file, path=file.path.resolve()) for file in files], origin) for files, origin in sources]
    writer = PartWriter(draft.parts.directory.resolve(), draft.parts.scratch.resolve())
    begun = stamps(sources)
    earlier = () if onto is None else tuple(path.resolve() for path in onto[1])
    job = surveying.Job(tuple(units(sources)), tuple(sources), earlier)
    origins = [origin for _, origin in sources] + ([] if onto is None else [onto[0]])
    tallies = [Tally() for _ in origins]
    with cluster(master) as spark, work.kept(surveying.survey(spark, job)) as survey:
        told_of = survey.where("records is null")
        with work.kept(surveying.repeats(told_of, len(sources))) as lost:
            parts = writing.plan(_counted(survey, lost), job.source_of())
            surveying.count_steps(told_of.where(f"source < {len(sources)}"), tallies)
            written = writing.write(spark, job, parts, lost, writer, told)
    for row in written:
        draft.take(row["name"], {"sha256": row["sha256"], "size_bytes": row["size_bytes"]})
    check_same(sources, begun)
    for row in sorted(written, key=lambda row: int(row["part"])):
        for source, counted in json.loads(row["tallies"]).items():
            tallies[int(source)].join(counted)
    return finish(list(zip(origins, tallies, strict=True)), max_reject_share=max_reject_share, strict=strict)


def _counted(survey: DataFrame, lost: DataFrame) -> list[tuple[int, int, int, int]]:
    """Count the records and games of each block."""
    from pyspark.sql import functions as sql

    blocks = survey.groupBy("unit", "block").agg(sql.max("records").alias("records"), sql.count("app_id").alias("good"))
    repeated = {(row["unit"], row["block"]): row["count"] for row in lost.groupBy("unit", "block").count().collect()}
    return [
        (row["unit"], row["block"], row["records"], row["good"] - repeated.get((row["unit"], row["block"]), 0))
        for row in blocks.collect()
    ]
