"""What runs on a cluster gives what runs here, whatever happens to the cluster's machines."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tasador.engines.answering import here
from tasador.errors import SourceError, TasadorError, UnknownValueError
from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.market import classic
from tasador.storage import snapshots
from tasador.storage.snapshots import PART_ROWS
from tasador.storage.tables import TableFormat
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.appraise import answering, appraise_table, load
from tasador.workflows.appraise_folder import appraise_folder
from tasador.workflows.ingest import ingest
from tasador.workflows.market import statistics_of
from tasador.workflows.run import Ran
from tasador.workflows.tune import tune
from tests.engines.standalone import Standalone, find_spark, free_port
from tests.ingest.records import line
from tests.models.light import LIGHT
from tests.workflows.test_appraise import TODAY, table
from tests.workflows.test_tune import ingested

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200), pytest.mark.filterwarnings("ignore::ResourceWarning")]


def files_of(workspace: Workspace, snapshot: str | None = None) -> dict[str, bytes]:
    directory = snapshots.directory_of(workspace, snapshot or "".join(snapshots.ids(workspace)))
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
    master: str, source: Path, cleaned: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    found = ingest(workspace, [str(source)], master=master)
    assert files_of(workspace) == files_of(cleaned)
    assert found.accounting["rejects"] == 600
    assert found.accounting["duplicates"] > 700
    assert len(list((workspace.snapshots / found.snapshot / snapshots.GAMES).iterdir())) > 1


def test_of_two_sources_a_cluster_keeps_the_rows_that_one_process_keeps_and_finds_them_by_relative_paths(
    master: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = ["old.jsonl", "new.jsonl"]
    for name, prices in zip(named, ((1.99, 2.99, 2.99), (4.99, 5.99, 6.99)), strict=True):
        rows = [line(id=str(at // 2), price=price, title=name) for at, price in enumerate(prices, start=2)]
        Path(name).write_bytes(b"\n".join([*rows, line(id="7" if name == "old.jsonl" else "8"), b"none"]))
    one, other = Workspace(Path("here")), Workspace(Path("there"))
    ingest(one, named, max_reject_share=0.5)
    ingest(other, named, max_reject_share=0.5, master=master)
    assert files_of(other) == files_of(one)


@pytest.mark.parametrize("day", [date(2017, 1, 1), None])
def test_a_cluster_goes_on_from_a_snapshot_as_one_process_does(master: str, tmp_path: Path, day: date | None) -> None:
    one, other = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    paths = [tmp_path / f"{name}.jsonl" for name in ("before", "old", "new")]
    for path, ids in zip(paths, (range(1, 9), (3, 4, 4, 10, 10), (4, 5, 11)), strict=True):
        rows = [line(id=str(app_id), price=at + 0.99, title=path.stem) for at, app_id in enumerate(ids)]
        path.write_bytes(b"\n".join(rows))
    found = []
    for workspace, place in ((one, None), (other, master)):
        onto = ingest(workspace, [str(paths[0])], observed_on=date(2018, 1, 1)).snapshot
        named = [str(path) for path in paths[1:]]
        found.append(ingest(workspace, named, observed_on=day, onto=onto, master=place))
    assert found[0] == found[1]
    assert files_of(one, found[0].snapshot) == files_of(other, found[0].snapshot)


def test_a_source_that_is_no_catalogue_is_refused_as_here(master: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(line() + b"\n" + b"broken\n" * 5)
    workspace = Workspace(tmp_path / "workspace")
    with pytest.raises(SourceError, match="too many of its lines are no records"):
        ingest(workspace, [str(path)], master=master)
    assert snapshots.ids(workspace) == []
    assert list(workspace.snapshots.iterdir()) == []


def test_market_statistics_of_a_cluster_are_those_of_here(master: str, ran: tuple[Workspace, Ran]) -> None:
    from tasador.engines.spark.market import by_year

    workspace = ran[0]
    snapshot = workspace.current().snapshot
    assert snapshot is not None
    games = snapshots.load_games(workspace, snapshot)
    answers = by_year(master, workspace.snapshots / snapshot / snapshots.GAMES)
    expected = classic.answers(classic.classic_rows(games))
    assert answers == expected
    # NOTE: equal dictionaries may differ in the order of their keys, which is a part of these answers.
    assert str(answers) == str(expected)
    assert statistics_of(workspace, snapshot, 2017, master=master) == statistics_of(workspace, snapshot, 2017)
    raised = []
    for where in (master, None):
        with pytest.raises(UnknownValueError) as one:
            statistics_of(workspace, snapshot, 1066, master=where)
        raised.append(str(one.value))
    assert raised[0] == raised[1]


def test_a_cluster_answers_tables_as_here_to_the_byte(master: str, ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    workspace = ran[0]
    rows = [
        {"name": f"Game {at}", "kind": "game" if at % 7 else "thing", "genres": "Action;Indy", "own": f"{at}\n"}
        for at in range(700)
    ]
    appraiser, folder = load(workspace), tmp_path / "games"
    folder.mkdir()
    with answering(workspace, appraiser, master) as there:
        written: TableFormat
        for written in ("csv", "jsonl", "parquet"):
            file = folder / f"games.{written}"
            file.write_bytes(table(rows, written))
            targets = [tmp_path / f"{name}.{written}" for name in ("here", "there")]
            for how, target in zip((here(appraiser), there), targets, strict=True):
                counts = appraise_table(how, file, target, today=TODAY)
                assert (counts.rows, counts.bad) == (700, 100)
            assert targets[0].read_bytes() == targets[1].read_bytes()
    # workers read and write a folder's tables themselves
    counts = appraise_folder(workspace, appraiser, folder, tmp_path / "answers", today=TODAY, master=master)
    assert (counts.rows, counts.bad) == (2_100, 300)
    for path in folder.iterdir():
        alone = tmp_path / f"here{path.suffix}"
        assert (tmp_path / "answers" / path.name).read_bytes() == alone.read_bytes()


def test_the_trials_of_a_search_are_spread_over_a_cluster(master: str, tmp_path: Path) -> None:
    workspace, snapshot = ingested(tmp_path, 2_500)
    found = tune(workspace, snapshot, LIGHT, trials=4, master=master)
    finished = [one for one in found.record["trials"] if one["state"] in {"complete", "pruned"}]
    # NOTE: two workers exceed the number by at most one each.
    assert 4 <= len(finished) <= 6
    # all was found there: one who asks for as many again has nothing to do
    assert tune(workspace, snapshot, LIGHT, trials=4) == found


COMMAND = str(Path(sys.executable).parent / "tasador")


def begun(workspace: Workspace) -> bool:
    """Whether a worker has written a part."""
    return bool(list(workspace.snapshots.glob(f".new-*/{snapshots.GAMES}/part-*")))


def test_a_killed_driver_leaves_nothing_half(
    spark_cluster: Standalone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # NOTE: one core writes one part after the other, and costs one Java process less.
    (tmp_path / "spark-defaults.conf").write_text("spark.cores.max 1\nspark.executor.memory 512m\n")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    workspace, source = Workspace(tmp_path / "workspace"), tmp_path / "source"
    source.mkdir()
    for at in range(4):
        rows = (line(id=str(number)) for number in range(at * PART_ROWS + 1, (at + 1) * PART_ROWS + 1))
        (source / f"{at}.json.gz").write_bytes(gzip.compress(b"\n".join(rows), 1, mtime=0))
    command: list[str | Path] = [COMMAND, "ingest", source, "--workspace", workspace.root]
    command += ["--engine", "spark", "--master", spark_cluster.master]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as driver:
        while not begun(workspace):
            assert driver.poll() is None, driver.stderr and driver.stderr.read().decode()
            time.sleep(0.01)
        os.killpg(driver.pid, signal.SIGKILL)
    assert snapshots.ids(workspace) == []
    assert workspace.current().snapshot is None


def test_what_a_killed_worker_did_is_done_again(
    spark_cluster: Standalone, master: str, source: Path, cleaned: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(ingest, workspace, [str(source)], master=master)
        while not begun(workspace):
            assert not found.done(), found.result()
            time.sleep(0.01)
        spark_cluster.kill(-1)
        found.result(timeout=900)
    spark_cluster.add(1)
    assert files_of(workspace) == files_of(cleaned)


def test_a_cluster_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    find_spark()
    path = tmp_path / "games.json"
    path.write_bytes(line())
    with pytest.raises(TasadorError, match="the cluster cannot be reached"):
        ingest(Workspace(tmp_path / "workspace"), [str(path)], master=f"spark://127.0.0.1:{free_port()}")
