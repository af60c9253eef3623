"""A fit that workers share: in a barrier stage every part of the rows has its own, and a network joins them."""

from __future__ import annotations

import functools
import json
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from tasador.appraisal.bundle_files import parsed
from tasador.appraisal.c_library import call
from tasador.appraisal.heads import INPUTS
from tasador.engines.spark.cluster import slots
from tasador.engines.spark.work import watched, work
from tasador.errors import TasadorError
from tasador.features.inputs import Inputs
from tasador.models.learning import boosters
from tasador.models.parameters import Parameters

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark import BarrierTaskContext
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["fit", "run"]

#: How often machines may be lost in one fit.
_ATTEMPTS: Final = 4

#: How long a cluster that has lost all of its cores is waited for.
_PATIENCE_SECONDS: Final = 120.0

#: How often it is asked whether all cores of a stage are still there.
_ASK_SECONDS: Final = 1.0

#: How long the others are waited for when a network is made; LightGBM counts in minutes.
_CONNECT_MINUTES: Final = 5

_LOGGER: Final = logging.getLogger("lightgbm")

_FILES: Final = "name string, data binary"

#: Rows of a part: `place`, `price_usd`, `inputs`.
Part: TypeAlias = list[tuple[int, float, bytes]]

#: What a worker does with its parts, told how many there are in all and how many tasks have them.
Fit: TypeAlias = Callable[..., Iterator["pa.RecordBatch"]]


def run(spark: SparkSession, rows: DataFrame, fit: Fit, parts: int) -> dict[str, bytes]:
    """Fit on rows in parts, on as many cores as there are; where machines are lost meanwhile, again on the others.

    Spark itself would wait for as many cores as the stage began with.

    Args:
        rows: `part`, `place`, `price_usd` and `inputs`.
        fit: What a worker does.
        parts: How many parts there are.

    Returns:
        The files of the boosters.

    Raises:
        TasadorError: Machines were lost too often.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import functions as sql

    for _ in range(_ATTEMPTS):
        tasks = min(parts, _some_slots(spark))
        step = functools.partial(fit, parts=parts, tasks=tasks)
        placed = rows.repartitionById(tasks, (sql.col("part") % tasks).cast("int"))
        try:
            found = _watched(spark, placed.mapInArrow(work(step), _FILES, barrier=True), tasks)
        except (PySparkException, Py4JError):
            if slots(spark) >= tasks:
                raise
        else:
            return dict(zip(found["name"].to_pylist(), found["data"].to_pylist(), strict=True))
    raise TasadorError(
        "machines of the cluster were lost again and again",
        got=f"{_ATTEMPTS} times in one fit",
        do="Mend the cluster and train again.",
    )


def _some_slots(spark: SparkSession) -> int:
    begun = time.monotonic()
    while not (found := slots(spark)):
        if time.monotonic() - begun > _PATIENCE_SECONDS:
            raise TasadorError(
                "the cluster has no machine left",
                got=f"none for {_PATIENCE_SECONDS:.0f} seconds",
                do="Start its workers and train again.",
            )
        time.sleep(_ASK_SECONDS)
    return found


def _watched(spark: SparkSession, files: DataFrame, tasks: int) -> pa.Table:
    """Run a barrier stage, and give it up when there are fewer cores than it needs."""

    def look(give_up: Callable[[], object]) -> None:
        if slots(spark) < tasks:
            give_up()

    return watched(spark, files.toArrow, look)


def fit(
    batches: Iterable[pa.RecordBatch],
    *,
    files: Mapping[str, bytes],
    points_usd: Sequence[float],
    parameters: Parameters,
    parts: int,
    tasks: int,
) -> Iterator[pa.RecordBatch]:
    """Fit on the parts of a task: what runs in a worker."""
    import pyarrow as pa
    from pyspark import BarrierTaskContext

    inputs = parsed(files, INPUTS, Inputs.from_dict)
    context = BarrierTaskContext.get()
    task = context.partitionId()
    own: dict[int, Part] = {part: [] for part in range(task, parts, tasks)}
    for batch in batches:
        for part, *row in zip(*(batch.column(name).to_pylist() for name in batch.schema.names), strict=True):
            own[part].append(tuple(row))
    ports, machines = _meet(context, list(own))

    def work(part: int, port: int) -> dict[str, bytes]:
        matrix, prices_usd = _arrays(own.pop(part))
        if parts == 1:
            return boosters(matrix, prices_usd, inputs, points_usd, parameters)
        call("LGBM_NetworkInit", machines.encode(), port, _CONNECT_MINUTES, parts)
        try:
            return boosters(matrix, prices_usd, inputs, points_usd, parameters, n_parts=parts)
        finally:
            call("LGBM_NetworkFree")

    # NOTE: LightGBM tells of every connection.
    _LOGGER.setLevel(logging.ERROR)
    lgb.register_logger(_LOGGER)
    found = _side_by_side([functools.partial(work, part, port) for part, port in ports.items()])
    if task == 0:
        yield pa.RecordBatch.from_pydict({"name": list(found[0]), "data": list(found[0].values())})


def _meet(context: BarrierTaskContext, own: Sequence[int]) -> tuple[dict[int, int], str]:
    """Choose a port for each part of a task, and tell the other tasks of them.

    Returns:
        The ports, and where every part of all tasks listens, in the order of the parts.
    """
    host = socket.gethostbyname(context.getTaskInfos()[context.partitionId()].address.rpartition(":")[0])
    ports = dict(zip(own, _free_ports(len(own)), strict=True))
    told = context.allGather(json.dumps({part: f"{host}:{port}" for part, port in ports.items()}))
    places = {int(part): place for one in told for part, place in json.loads(one).items()}
    return ports, ",".join(places[part] for part in sorted(places))


def _arrays(part: Part) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Make inputs and prices of a part, in the order of their places: that of a shuffle is by chance."""
    _, prices_usd, rows = zip(*sorted(part), strict=True)
    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), -1), np.array(prices_usd)


def _side_by_side(work: Sequence[Callable[[], dict[str, bytes]]]) -> list[dict[str, bytes]]:
    """Do all at a time, in threads: LightGBM's network is a thread's own.

    The first that fails ends the process, as the others would wait for it in vain.
    """
    done: queue.Queue[dict[str, bytes] | BaseException] = queue.Queue()

    def keep(one: Callable[[], dict[str, bytes]]) -> None:
        try:
            done.put(one())
        except BaseException as error:  # noqa: BLE001
            done.put(error)

    for one in work:
        threading.Thread(target=keep, args=(one,), daemon=True).start()
    found = []
    for _ in work:
        result = done.get()
        if isinstance(result, BaseException):
            raise result
        found.append(result)
    return found


def _free_ports(n: int) -> list[int]:
    """Find ports on which nobody listens; where somebody is quicker than LightGBM, the stage fails and is run again."""
    sockets = [socket.socket() for _ in range(n)]
    try:
        for one in sockets:
            one.bind(("", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
