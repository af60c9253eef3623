"""The same work on every core of a cluster, which shares it by itself, such as a search whose study all can reach."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from tasador.engines.spark.cluster import cluster

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["on_every_core"]


def on_every_core(master: str, work: Callable[[], object]) -> None:
    """Do work on every core of a cluster, until all have done it.

    Args:
        master: The cluster's address.
        work: Can be done again where a worker is lost.

    Raises:
        TasadorError: The cluster cannot be reached, or the work failed there.
    """
    with cluster(master) as spark:
        cores = spark.sparkContext.defaultParallelism
        spark.range(0, cores, 1, cores).mapInArrow(functools.partial(_work, work=work), "id long").collect()


def _work(batches: Iterable[pa.RecordBatch], *, work: Callable[[], object]) -> Iterator[pa.RecordBatch]:
    """Do the work: what runs in a worker."""
    for batch in batches:
        work()
        yield batch
