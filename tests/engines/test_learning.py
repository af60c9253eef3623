"""What a cluster fits is what is fitted here, or as good, whatever becomes of its machines."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.heads import HISTORY, INPUTS, PRICE
from tasador.engines.spark import learning, together
from tasador.engines.spark.cluster import slots
from tasador.engines.spark.learning import ROWS_A_PART, inputs_of, make_inputs, n_parts, on_cluster
from tasador.features.game import Game, from_row
from tasador.models.learning import Ground, here, input_matrix, look_ups
from tasador.models.outcome import score
from tasador.models.population import priced_rows
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tasador.workflows.train import _version, train
from tests.engines.standalone import Standalone
from tests.models.light import LIGHT, TINY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200), pytest.mark.filterwarnings("ignore::ResourceWarning")]


@dataclass(frozen=True)
class Catalogue:
    """A snapshot's games, where they lie and as features read them."""

    folder: Path
    rows: pl.DataFrame
    games: list[Game]


@pytest.fixture(scope="module")
def catalogue(ran: tuple[Workspace, Ran]) -> Catalogue:
    workspace, found = ran
    snapshot = found.ingested.snapshot
    rows = priced_rows(snapshots.load_games(workspace, snapshot))
    folder = snapshots.directory_of(workspace, snapshot) / snapshots.GAMES
    return Catalogue(folder, rows, [from_row(row) for row in rows.iter_rows(named=True)])


def older(catalogue: Catalogue) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Three quarters of the rows."""
    days = catalogue.rows["release_date"].to_numpy()
    return np.flatnonzero(days < np.sort(days)[int(len(days) * 0.75)])


def expected(games: Sequence[Game], ground: Ground) -> bytes:
    return input_matrix(games, ground.inputs, look_ups(games, ground.history, TINY)).tobytes()


@dataclass(frozen=True)
class Told:
    """What workers are sent, without a cluster."""

    value: Any


@given(cuts=st.lists(st.integers(0, 1_400), max_size=6), parts=st.integers(1, 5))
def test_inputs_are_the_same_however_the_rows_are_cut(catalogue: Catalogue, cuts: list[int], parts: int) -> None:
    pytest.importorskip("pyarrow")
    games = catalogue.games[::7]
    ground = Ground.of(games, TINY)
    some = catalogue.rows.filter(pl.col("app_id").is_in([game.app_id for game in catalogue.games[::3]]))
    ends = [0, *sorted(cut for cut in cuts if cut < some.height), some.height]
    pieces = [some[start:stop] for start, stop in itertools.pairwise(ends)]
    batches = [batch for piece in pieces for batch in piece.to_arrow().to_batches()]
    made = make_inputs(
        batches,
        chosen=Told(np.array([game.app_id for game in games], dtype=np.uint32)),
        files=Told(ground.files()),
        parameters=TINY,
        parts=parts,
    )
    rows = [row for batch in made for row in batch.to_pylist()]
    wanted = [game for game in catalogue.games[::3] if game in games]
    assert [row["price_usd"] for row in rows] == [game.price_usd for game in wanted]
    assert b"".join(row["inputs"] for row in rows) == expected(wanted, ground)
    assert {row["part"] for row in rows} <= set(range(parts))


def test_inputs_of_a_cluster_are_those_of_here_to_the_bit(master: str, catalogue: Catalogue) -> None:
    games = [catalogue.games[row] for row in older(catalogue)]
    ground = Ground.of(games, TINY)
    with on_cluster(master, catalogue.folder) as cluster:
        made = inputs_of(cluster.spark, catalogue.folder, [game.app_id for game in games], ground.files(), TINY, 3)
        rows = sorted(made.collect(), key=lambda row: row["place"])
    assert b"".join(row["inputs"] for row in rows) == expected(games, ground)
    assert {row["part"] for row in rows} == {0, 1, 2}


def test_a_training_in_one_part_makes_the_same_version_to_the_byte(
    master: str, ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    workspace, found = ran
    copy = Workspace(tmp_path)
    (tmp_path / "snapshots").symlink_to(workspace.snapshots)
    made = train(copy, found.ingested.snapshot, parameters=LIGHT, master=master)
    assert not made.reused
    assert made.version == found.trained.version
    assert bundles.load(copy, made.version).files == bundles.load(workspace, made.version).files


def test_a_version_that_is_fitted_in_parts_has_a_name_of_its_own() -> None:
    assert [n_parts(ROWS_A_PART), n_parts(ROWS_A_PART + 1)] == [1, 2]
    assert len({_version("0" * 12, TINY, None, parts) for parts in (1, 2, 3)}) == 3


@pytest.fixture(scope="module")
def parted(master: str, catalogue: Catalogue) -> Iterator[dict[str, bytes]]:
    """What is fitted in three parts, on two cores."""
    with pytest.MonkeyPatch.context() as patch, on_cluster(master, catalogue.folder) as cluster:
        patch.setattr(learning, "ROWS_A_PART", -(-len(catalogue.games) // 3))
        yield cluster.learning(catalogue.games, LIGHT)(older(catalogue), by_date=True)


def test_what_is_fitted_in_parts_is_as_good_as_what_is_fitted_here(
    parted: dict[str, bytes], catalogue: Catalogue
) -> None:
    rows = older(catalogue)
    alone = here(catalogue.games, LIGHT)(rows, by_date=True)
    assert {name for name in alone if alone[name] == parted[name]} == {INPUTS, HISTORY, PRICE}
    train = [catalogue.games[row] for row in rows]
    test = [catalogue.games[row] for row in np.setdiff1d(np.arange(len(catalogue.games)), rows)]
    errors = []
    for files in (alone, parted):
        paid = score(files, train, test).paid()
        said = np.array([one.estimate_usd for one in paid.scored])
        errors.append(np.abs(np.log(said / np.array([game.price_usd for game in paid.games]))))
    draw = np.random.default_rng(1).integers(0, len(errors[0]), (2_000, len(errors[0])))
    worse = np.sort((errors[1] - errors[0])[draw].mean(axis=1))
    assert worse[50] < 0 < worse[-51]


def test_the_fit_does_not_hang_on_the_size_of_the_cluster(
    master: str, catalogue: Catalogue, parted: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "ROWS_A_PART", -(-len(catalogue.games) // 3))
    monkeypatch.setattr(together, "slots", lambda _: 1)
    with on_cluster(master, catalogue.folder) as cluster:
        assert cluster.learning(catalogue.games, LIGHT)(older(catalogue), by_date=True) == parted


def test_a_fit_of_which_a_worker_is_killed_is_done_again_and_is_the_same(
    spark_cluster: Standalone,
    master: str,
    catalogue: Catalogue,
    parted: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "ROWS_A_PART", -(-len(catalogue.games) // 3))
    rows = older(catalogue)
    with on_cluster(master, catalogue.folder) as cluster, ThreadPoolExecutor(1) as pool:
        tracker = cluster.spark.sparkContext.statusTracker()
        while slots(cluster.spark) < 2:
            # NOTE: where the machine is busy, an executor may come later than others are waited for.
            time.sleep(0.1)
        running = pool.submit(cluster.learning(catalogue.games, LIGHT), rows, by_date=True)

        def at_work() -> bool:
            """Whether a stage has two tasks, which only the one that fits has."""
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            return any(stage is not None and stage.numTasks == 2 for stage in stages)

        while not at_work():
            assert not running.done(), running.result()
            time.sleep(0.01)
        # NOTE: how many tasks of a stage are active is told late, so their start is waited for by the clock.
        time.sleep(0.5)
        assert not running.done(), running.result()
        spark_cluster.kill(-1)
        assert running.result(timeout=900) == parted
    spark_cluster.add(1)
