"""What runs on a cluster gives what runs here, whatever happens to the cluster's machines."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasador.engines.answering import here
from tasador.errors import SourceError, TasadorError
from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.market import classic, statistics
from tasador.storage import snapshots
from tasador.storage.tables import TableFormat
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.appraise import answering, appraise_table, load
from tasador.workflows.ingest import ingest
from tasador.workflows.run import Ran
from tasador.workflows.tune import tune
from tests.engines.standalone import Standalone, standalone
from tests.ingest.records import line
from tests.models.light import LIGHT
from tests.workflows.test_appraise import TODAY, table
from tests.workflows.test_tune import ingested

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200), pytest.mark.filterwarnings("ignore::ResourceWarning")]


def files_of(workspace: Workspace) -> dict[str, bytes]:
    (snapshot,) = snapshots.ids(workspace)
    directory = snapshots.directory_of(workspace, snapshot)
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a cluster reads otherwise than one process.

    A plain file of two blocks, packed ones that repeat it and each other, one that is poison, and parts that go on from
    file to file.
    """
    folder = tmp_path_factory.mktemp("source") / "catalogue"
    folder.mkdir()
    text = "x" * 1_500
    plain = b"".join(line(id=str(number), title=text) + b"\n" for number in range(1, 24_000))
    assert len(plain) > BLOCK_BYTES
    (folder / "a.json").write_bytes(plain)
    for name, seed in (("b", 1), ("c", 2), ("e", 1)):
        data = b"\n".join(make_raw_lines(700, seed=seed))
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(data, mtime=0))
    poison = [b"\xff poison", b"", b"{'id': ", b"[1]", line(id="x"), line(id=None, app_name=None)] * 150
    (folder / "d.json.gz").write_bytes(gzip.compress(b"\n".join(poison), mtime=0))
    return folder


@pytest.fixture(scope="module")
def cleaned(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The snapshot that one process makes of it."""
    workspace = Workspace(tmp_path_factory.mktemp("here"))
    ingest(workspace, [str(source)])
    return workspace


def test_a_cluster_makes_the_same_snapshot_to_the_byte_poison_and_all(
    spark_cluster: Standalone, source: Path, cleaned: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    found = ingest(workspace, [str(source)], master=spark_cluster.master)
    assert files_of(workspace) == files_of(cleaned)
    assert found.accounting["rejects"] == 600
    assert found.accounting["duplicates"] > 700
    assert len(list((workspace.snapshots / found.snapshot / snapshots.GAMES).iterdir())) > 1


def test_of_two_sources_a_cluster_keeps_the_rows_that_one_process_keeps_and_finds_them_by_relative_paths(
    spark_cluster: Standalone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = ["old.jsonl", "new.jsonl"]
    for name, prices in zip(named, ((1.99, 2.99, 2.99), (4.99, 5.99, 6.99)), strict=True):
        rows = [line(id=str(at // 2), price=price, title=name) for at, price in enumerate(prices, start=2)]
        Path(name).write_bytes(b"\n".join([*rows, line(id="7" if name == "old.jsonl" else "8"), b"none"]))
    one, other = Workspace(Path("here")), Workspace(Path("there"))
    ingest(one, named, max_reject_share=0.5)
    ingest(other, named, max_reject_share=0.5, master=spark_cluster.master)
    assert files_of(other) == files_of(one)


def test_a_source_that_is_no_catalogue_is_refused_as_here(spark_cluster: Standalone, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(line() + b"\n" + b"broken\n" * 5)
    workspace = Workspace(tmp_path / "workspace")
    with pytest.raises(SourceError, match="too many of its lines are no records"):
        ingest(workspace, [str(path)], master=spark_cluster.master)
    assert snapshots.ids(workspace) == []
    assert list(workspace.snapshots.iterdir()) == []


def test_market_statistics_of_a_cluster_are_those_of_here(
    spark_cluster: Standalone, ran: tuple[Workspace, Ran]
) -> None:
    from tasador.engines.spark.market import by_year

    workspace = ran[0]
    snapshot = workspace.current().snapshot
    assert snapshot is not None
    games = snapshots.load_games(workspace, snapshot)
    found, answers = by_year(spark_cluster.master, workspace.snapshots / snapshot / snapshots.GAMES)
    assert statistics.to_json(found) == statistics.to_json(statistics.compute(games))
    expected = classic.answers(classic.classic_rows(games))
    assert answers == expected
    # NOTE: equal dictionaries may differ in the order of their keys, which is a part of these answers.
    assert str(answers) == str(expected)


def test_a_cluster_answers_tables_as_here_to_the_byte(
    spark_cluster: Standalone, ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    workspace = ran[0]
    rows = [
        {"name": f"Game {at}", "kind": "game" if at % 7 else "thing", "genres": "Action;Indy", "own": f"{at}\n"}
        for at in range(700)
    ]
    appraiser = load(workspace)
    with answering(workspace, appraiser, spark_cluster.master) as there:
        written: TableFormat
        for written in ("csv", "jsonl", "parquet"):
            file = tmp_path / f"games.{written}"
            file.write_bytes(table(rows, written))
            targets = [tmp_path / f"{name}.{written}" for name in ("here", "there")]
            for how, target in zip((here(appraiser), there), targets, strict=True):
                counts = appraise_table(how, file, target, today=TODAY)
                assert (counts.rows, counts.bad) == (700, 100)
            assert targets[0].read_bytes() == targets[1].read_bytes()


def test_the_trials_of_a_search_are_spread_over_a_cluster(spark_cluster: Standalone, tmp_path: Path) -> None:
    workspace, snapshot = ingested(tmp_path, 2_500)
    found = tune(workspace, snapshot, LIGHT, trials=4, master=spark_cluster.master)
    finished = [one for one in found.record["trials"] if one["state"] in {"complete", "pruned"}]
    # NOTE: two workers exceed the number by at most one each.
    assert 4 <= len(finished) <= 6
    # all was found there: one who asks for as many again has nothing to do
    assert tune(workspace, snapshot, LIGHT, trials=4) == found


COMMAND = str(Path(sys.executable).parent / "tasador")


def begin(source: Path, workspace: Workspace, master: str) -> subprocess.Popen[bytes]:
    """Begin to ingest on a cluster, until a worker has written a part."""
    command: list[str | Path] = [COMMAND, "ingest", source, "--workspace", workspace.root]
    command += ["--engine", "spark", "--master", master]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
    while not list(workspace.snapshots.glob(f".new-*/{snapshots.GAMES}/part-*")):
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        time.sleep(0.01)
    return process


def test_a_killed_worker_and_a_killed_driver_leave_nothing_half(
    source: Path, cleaned: Workspace, tmp_path: Path
) -> None:
    with standalone(tmp_path) as found:
        killed = Workspace(tmp_path / "killed")
        driver = begin(source, killed, found.master)
        os.killpg(driver.pid, signal.SIGKILL)
        driver.wait()
        assert snapshots.ids(killed) == []
        assert killed.current().snapshot is None

        workspace = Workspace(tmp_path / "workspace")
        with begin(source, workspace, found.master) as driver:
            found.kill(0)
            _, said = driver.communicate(timeout=900)
        assert driver.returncode == 0, said.decode()
        assert files_of(workspace) == files_of(cleaned)


def test_a_cluster_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with standalone(tmp_path, workers=0) as found:
        gone = found.master
    path = tmp_path / "games.json"
    path.write_bytes(line())
    with pytest.raises(TasadorError, match="the cluster cannot be reached"):
        ingest(Workspace(tmp_path / "workspace"), [str(path)], master=gone)
