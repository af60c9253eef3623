"""The fits of a candidate on a cluster: workers make the inputs of their rows, and fit the boosters on them together.

Rows are in parts: up to `ROWS_A_PART` of them in one, whose boosters are those that are fitted elsewhere, to the byte.
More are in several, by a digest of the app id, so that they are the same parts on any cluster. Each part has its own
fit in a barrier stage: LightGBM's data-parallel learning, over sockets between the workers. Where there are more parts
than cores, a task has several, so that the model hangs neither on the size of the cluster nor on machines that are lost
meanwhile.
"""

from __future__ import annotations

import contextlib
import functools
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import numpy as np
import polars as pl

from tasador.appraisal.bundle_files import parsed
from tasador.appraisal.heads import HISTORY, INPUTS
from tasador.contracts.games import Games
from tasador.engines.spark import together
from tasador.engines.spark.cluster import cluster, slots
from tasador.engines.spark.work import work
from tasador.features.game import Game, from_row
from tasador.features.history import History
from tasador.features.inputs import Inputs
from tasador.models.learning import Ground, Learn, Rows, input_matrix, look_ups, prices
from tasador.models.parameters import Parameters

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Cluster", "inputs_of", "learning", "make_inputs", "n_parts", "on_cluster"]

T = TypeVar("T", covariant=True)

#: Rows whose fit is not parted: their inputs take a worker some 300 MB.
ROWS_A_PART: Final = 250_000

_READ: Final = tuple(name for name in Game.__dataclass_fields__ if name in Games.column_names())
_INPUTS: Final = "part int, place int, price_usd double, inputs binary"


def n_parts(n_rows: int) -> int:
    """Say into how many parts a fit on so many rows is put."""
    return -(-n_rows // ROWS_A_PART)


class Sent(Protocol[T]):
    """What every worker has been sent once."""

    @property
    def value(self) -> T:
        """It."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that fits on rows of a snapshot.

    Attributes:
        spark: The session.
        directory: The folder of the files of the snapshot's games.
    """

    spark: SparkSession
    directory: Path

    def learning(self, games: Sequence[Game], parameters: Parameters) -> Learn:
        """Make what fits: see `tasador.models.learning.Learning`."""
        return learning(self.spark, self.directory, games, parameters)

    def at_a_time(self, n_rows: int) -> int:
        """Say how many fits on so many rows there may be at a time."""
        return max(slots(self.spark) // n_parts(n_rows), 1)


@contextlib.contextmanager
def on_cluster(master: str, games: Path) -> Iterator[Cluster]:
    """Fit on a cluster.

    Args:
        master: Its address.
        games: The folder of the files of a snapshot's games, which the workers see too.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    with cluster(master) as spark:
        yield Cluster(spark, games.resolve())


def learning(spark: SparkSession, directory: Path, games: Sequence[Game], parameters: Parameters) -> Learn:
    """Make what fits on rows of a snapshot.

    Args:
        directory: The folder of the files of its games.
        games: Its rows of known price; they have app ids, by which workers know which are learned from.
        parameters: Of each fit.
    """
    parts = n_parts(len(games))

    def learn(rows: Rows, *, by_date: bool) -> dict[str, bytes]:  # noqa: ARG001
        chosen = [games[row] for row in rows]
        ground = Ground.of(chosen, parameters)
        files = ground.files()
        made = inputs_of(spark, directory, [game.app_id for game in chosen], files, parameters, parts)
        fit = functools.partial(
            together.fit, files={INPUTS: files[INPUTS]}, points_usd=ground.points_usd, parameters=parameters
        )
        return {**files, **together.run(spark, made, fit, parts)}

    return learn


def inputs_of(
    spark: SparkSession,
    directory: Path,
    app_ids: Sequence[int | None],
    files: dict[str, bytes],
    parameters: Parameters,
    parts: int,
) -> DataFrame:
    """Make the inputs of rows where they lie.

    Args:
        directory: The folder of the files of a snapshot's games.
        app_ids: Of the rows that are learned from, in their order.
        files: What a bundle keeps of the ground of the fit: workers read it as a server does.
        parameters: Of the fit.
        parts: How many parts the rows are put into.

    Returns:
        `part`, `place` among the app ids, `price_usd` and `inputs`, a row of numbers of four bytes each.
    """
    step = functools.partial(
        make_inputs,
        chosen=spark.sparkContext.broadcast(np.array(app_ids, dtype=np.uint32)),
        files=spark.sparkContext.broadcast(files),
        parameters=parameters,
        parts=parts,
    )
    return spark.read.parquet(f"{directory}/*.parquet").select(*_READ).mapInArrow(work(step), _INPUTS)


def make_inputs(
    batches: Iterable[pa.RecordBatch],
    *,
    chosen: Sent[np.ndarray],
    files: Sent[dict[str, bytes]],
    parameters: Parameters,
    parts: int,
) -> Iterator[pa.RecordBatch]:
    """Make the inputs of the chosen rows: what runs in a worker."""
    import pyarrow as pa

    inputs, history = parsed(files.value, INPUTS, Inputs.from_dict), parsed(files.value, HISTORY, History.from_dict)
    wanted = pl.DataFrame({"app_id": chosen.value}).with_row_index("place")
    for batch in batches:
        every = pl.DataFrame(pl.from_arrow(batch)).with_columns(pl.col("app_id").cast(pl.UInt32))
        frame = every.join(wanted, on="app_id", maintain_order="left")
        games = [from_row(row) for row in frame.iter_rows(named=True)]
        rows = input_matrix(games, inputs, look_ups(games, history, parameters))
        yield pa.RecordBatch.from_pydict(
            {
                "part": pa.array([zlib.crc32(b"%d" % (game.app_id or 0)) % parts for game in games], pa.int32()),
                "place": pa.array(frame["place"].to_list(), pa.int32()),
                "price_usd": pa.array(prices(games), pa.float64()),
                "inputs": pa.array([row.tobytes() for row in rows], pa.binary()),
            }
        )
