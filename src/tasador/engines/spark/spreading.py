"""The same work on every core of a cluster, which shares it by itself, such as a search whose study all can reach."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from tasador.engines.spark.cluster import cluster, slots
from tasador.engines.spark.work import work

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["on_every_core"]


def on_every_core(master: str, task: Callable[[], object]) -> None:
    """Do work on every core of a cluster, until all have done it.

    Args:
        master: The cluster's address.
        task: Can be done again where a worker is lost.

    Raises:
        TasadorError: The cluster cannot be reached, or the work failed there.
    """
    with cluster(master) as spark:
        cores = slots(spark)
        spark.range(0, cores, 1, cores).mapInArrow(work(functools.partial(_do, task=task)), "id long").collect()


def _do(batches: Iterable[pa.RecordBatch], *, task: Callable[[], object]) -> Iterator[pa.RecordBatch]:
    """Do the work: what runs in a worker."""
    for batch in batches:
        task()
        yield batch
