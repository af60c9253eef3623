"""Work that workers are sent: they do it only with the code of who sent it; and the wait for what comes of it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tasador import provenance
from tasador.errors import TasadorError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["collected", "kept", "watched", "work"]

Given = TypeVar("Given")
Made = TypeVar("Made")

#: How often it is asked how far the cluster is.
_ASK_SECONDS: Final = 1.0


def work(step: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """Make of a step what can be sent to workers, which refuse it where they have other code: it may do otherwise."""
    code = provenance.code()["fingerprint"]
    # NOTE: Spark looks at the types that a function names, and does not understand these.
    return lambda given: _done(given, step, code)


def _done(given: Given, step: Callable[[Given], Made], code: str) -> Made:
    found = provenance.code()["fingerprint"]
    if found != code:
        raise TasadorError(
            "a worker has another Tasador",
            got=f"code {found}",
            expected=f"code {code}",
            do="Install the same version on every machine of the cluster.",
        )
    return step(given)


@contextlib.contextmanager
def kept(found: DataFrame) -> Iterator[DataFrame]:
    """Keep a table on the cluster while the block lasts: a session that goes on afterwards is left as it was."""
    found.persist()
    try:
        yield found
    finally:
        found.unpersist()


def collected(spark: SparkSession, made: DataFrame, told: Callable[[int, int], None]) -> list[Any]:
    """Collect rows, and tell meanwhile how many of the last stage's tasks are done.

    Spark's own iterator over rows would have one task done at a time.
    """
    return watched(spark, made.collect, lambda _: _tell(spark, told))


def watched(spark: SparkSession, get: Callable[[], Made], look: Callable[[Callable[[], object]], None]) -> Made:
    """Get something from the cluster, and look after it meanwhile.

    Args:
        look: Called every second with what gives it up.
    """
    tag = f"tasador-{uuid.uuid4().hex}"

    def tagged() -> Made:
        spark.addTag(tag)
        return get()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(tagged)
        while True:
            try:
                return running.result(timeout=_ASK_SECONDS)
            except TimeoutError:
                look(lambda: spark.interruptTag(tag))
            except BaseException:
                spark.interruptTag(tag)
                raise


def _tell(spark: SparkSession, told: Callable[[int, int], None]) -> None:
    tracker = spark.sparkContext.statusTracker()
    stages = [info for stage in tracker.getActiveStageIds() if (info := tracker.getStageInfo(stage)) is not None]
    if stages:
        last = max(stages, key=lambda stage: stage.stageId)
        told(last.numCompletedTasks, last.numTasks)
