"""Whatever happens to an ingest or a run, what is current stays so and readable, and the next one goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasador.registry import tenures
from tasador.storage import bundles, last_run, snapshots
from tasador.storage.sources import open_source
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tests.e2e import killing

COMMAND = str(Path(sys.executable).parent / "tasador")

#: How often an ingest is killed, and a run at any moment; more in a run of its own.
KILLS = int(os.environ.get("KILLS", "8"))
RUN_KILLS = int(os.environ.get("KILLS", "2"))

#: No run publishes more often.
PUBLICATIONS = 40


def write(path: Path, n: int, seed: int) -> str:
    path.write_bytes(b"\n".join(make_raw_lines(n, seed=seed)) + b"\n")
    return str(path)


def source(place: Path, seed: int) -> str:
    return write(place / "next.json", 400, seed)


def assert_readable(workspace: Workspace) -> str:
    """Read the current snapshot and every other one that is published."""
    current = workspace.current().snapshot
    assert current is not None
    for name in snapshots.ids(workspace):
        accounting = snapshots.manifest(workspace, name)["accounting"]
        assert snapshots.load_games(workspace, name).height == accounting["games"]
    return current


@pytest.mark.slow
def test_a_killed_ingest_leaves_the_last_good_snapshot(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    ingest(workspace, [write(tmp_path / "first.json", 200, 1)])
    rng = random.Random(0)
    begun = time.monotonic()
    subprocess.run([COMMAND, "ingest", source(tmp_path, 1), "--workspace", tmp_path / "other"], check=True)
    whole = time.monotonic() - begun
    published = 0
    for number in range(KILLS):
        before = assert_readable(workspace)
        named = source(tmp_path, 2 + number)
        process = subprocess.Popen(
            [COMMAND, "ingest", named, "--workspace", workspace.root],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(rng.uniform(0, 1.2 * whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = assert_readable(workspace)
        if after != before:
            published += 1
            (told,) = snapshots.manifest(workspace, after)["sources"]
            assert told["sha256"] == open_source(named, downloads=tmp_path).sha256
    done = ingest(workspace, [write(tmp_path / "last.json", 300, 99)])
    assert assert_readable(workspace) == done.snapshot
    print(f"{KILLS} kills within {1.2 * whole:.2f} s; {published} times the snapshot was published before")


@pytest.mark.slow
def test_two_ingests_at_once_both_publish(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    sources = [write(tmp_path / f"{seed}.json", 400, seed) for seed in (1, 2)]
    processes = [
        subprocess.Popen([COMMAND, "ingest", source, "--workspace", workspace.root], stdout=subprocess.DEVNULL)
        for source in [*sources, sources[0]]
    ]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    assert len(snapshots.ids(workspace)) == 2
    assert_readable(workspace)


@pytest.mark.slow
def test_a_disk_that_is_full_leaves_the_last_good_snapshot(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    ingest(workspace, [write(tmp_path / "first.json", 200, 1)])
    before = assert_readable(workspace)
    # A limit on the size of a file stands in for the end of the disk: the write fails in the same place.
    limited = (
        f"ulimit -f 40; exec {COMMAND} ingest {write(tmp_path / 'big.json', 3_000, 2)} --workspace {workspace.root}"
    )
    # The measuring of coverage writes files too; it must not be what fails.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=120, env=env)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert assert_readable(workspace) == before
    assert len(snapshots.ids(workspace)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", ["512k", "768k", "1m"])
def test_a_disk_without_room_leaves_the_last_good_snapshot(tmp_path: Path, size: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk can be made by root only: {mounted.stderr.strip()}")
    try:
        workspace = Workspace(disk / "workspace")
        ingest(workspace, [write(tmp_path / "first.json", 200, 1)])
        before = assert_readable(workspace)
        big = write(tmp_path / "big.json", 12_000, 2)
        env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        done = subprocess.run(
            [COMMAND, "ingest", big, "--workspace", workspace.root],
            capture_output=True, text=True, timeout=120, env=env,
        )  # fmt: skip
        assert done.returncode == 1
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert assert_readable(workspace) == before
        assert [path.name for path in workspace.snapshots.iterdir()] == [before]
        assert ingest(workspace, [write(tmp_path / "next.json", 210, 3)]).snapshot == assert_readable(workspace)
    finally:
        subprocess.run(["umount", disk], check=True)


def left(workspace: Workspace) -> dict[str, object]:
    """What a run leaves, but for the moments at which it did."""
    current = workspace.current()
    versions = bundles.versions(workspace)
    history = tenures.in_effect(workspace.history(), current.champion)
    return {
        "current": (workspace.root / "current.json").read_bytes() if current.snapshot else b"",
        "snapshots": {name: snapshots.manifest(workspace, name) for name in snapshots.ids(workspace)},
        "bundles": {version: bundles.load(workspace, version).manifest["files"] for version in versions},
        "challenger": bundles.challenger(workspace),
        "history": [{key: entry[key] for key in ("action", "version", "previous", "snapshot")} for entry in history],
    }


def assert_whole(workspace: Workspace) -> None:
    """Check that whatever is published can be read, and that who is current is there."""
    current = workspace.current()
    for name in snapshots.ids(workspace):
        snapshots.verify(workspace, name)
    assert set(left(workspace)["bundles"]) >= ({current.champion} - {None})  # type: ignore[call-overload]
    assert current.snapshot is None or current.snapshot in snapshots.ids(workspace)


@dataclass(frozen=True)
class Unkilled:
    """A run that nobody killed, in a process as the others are: the last digits depend on how the libraries began."""

    workspace: Workspace
    seconds: float


@pytest.fixture(scope="module")
def unkilled(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Unkilled:
    """What is left where nothing happens."""
    workspace, begun = Workspace(tmp_path_factory.mktemp("unkilled")), time.monotonic()
    process = killing.begun(workspace, sample_file)
    process.join(600)
    assert process.exitcode == 0
    return Unkilled(workspace, time.monotonic() - begun)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_a_run_that_is_killed_at_every_publication_ends_as_one_that_is_not(
    unkilled: Unkilled, sample_file: Path, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "workspace")
    killed = tmp_path / "killed"
    for _ in range(PUBLICATIONS):
        process = killing.begun(workspace, sample_file, killed=killed)
        process.join(600)
        assert_whole(workspace)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        told = last_run.read(workspace)
        assert told is None or told["status"] in {"killed", "done"}
    assert process.exitcode == 0
    assert left(workspace) == left(unkilled.workspace)
    ended = last_run.read(workspace)
    assert ended is not None
    assert ended["status"] == "done"
    assert {one["status"] for one in last_run.earlier(workspace)} <= {"killed", "done"}
    published = killed.read_text().splitlines()
    names = {line.split()[0] for line in published}
    assert names > {"profile.html", "profile.json", "summary.json", "earlier.jsonl", "history.jsonl", "challenger.json"}
    assert names > {workspace.current().snapshot, workspace.current().champion}
    assert sum(line.startswith("current.json") for line in published) == 2
    print(f"{len(published)} kills, each before another publication")


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_a_run_that_is_killed_at_any_moment_ends_as_one_that_is_not(
    unkilled: Unkilled, sample_file: Path, tmp_path: Path
) -> None:
    workspace, rng, moments = Workspace(tmp_path / "workspace"), random.Random(1), []
    for _ in range(RUN_KILLS):
        process = killing.begun(workspace, sample_file)
        process.join(rng.uniform(0, unkilled.seconds))
        process.kill()
        process.join()
        assert_whole(workspace)
        told = last_run.read(workspace)
        on_way = [] if told is None else [step["name"] for step in told["steps"] if step["status"] == "running"]
        moments.append(on_way[0] if on_way else "between")
    process = killing.begun(workspace, sample_file)
    process.join(600)
    assert process.exitcode == 0
    assert left(workspace) == left(unkilled.workspace)
    print(f"{RUN_KILLS} kills within {unkilled.seconds:.2f} s, in the steps {', '.join(moments)}")
