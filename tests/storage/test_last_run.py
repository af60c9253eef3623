from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasador.errors import WorkspaceError
from tasador.storage import last_run
from tasador.storage.workspace import Workspace

SUMMARY: dict[str, Any] = {
    "format": 1,
    "run": "a",
    "status": "running",
    "steps": [{"name": "ingest", "status": "done"}, {"name": "train", "status": "running"}],
    "pid": 4711,
    "host": "there",
    "begun_at": "2026-01-01T00:00:00+00:00",
}

#: Takes the lock, says so, and keeps it until its standard input ends.
HOLDER = (
    "import sys; from pathlib import Path; from tasador.storage import last_run;"
    "from tasador.storage.workspace import Workspace;"
    "lock = last_run.alone(Workspace(Path(sys.argv[1])), wait=False, waiting=print); lock.__enter__();"
    "print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def held(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lock."""
    command = [sys.executable, "-c", HOLDER, str(workspace.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()


def nobody(told: str) -> None:
    raise AssertionError(told)


def test_before_the_first_run_there_is_nothing_to_tell(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "none")
    assert (last_run.read(workspace), last_run.earlier(workspace), last_run.at_work(workspace)) == (None, [], False)
    assert not workspace.root.exists()


def test_a_second_run_is_told_who_is_at_work(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with held(workspace):
        with pytest.raises(WorkspaceError, match="got a process that has just begun"):
            last_run.alone(workspace, wait=False, waiting=nobody).__enter__()
        last_run.write(workspace, SUMMARY)
        with pytest.raises(WorkspaceError) as raised:
            last_run.alone(workspace, wait=False, waiting=nobody).__enter__()
        told = last_run.read(workspace)
    assert raised.value.got == "process 4711 on there since 2026-01-01T00:00:00+00:00, in the step train"
    assert "--wait" in str(raised.value)
    assert told is not None
    assert told["status"] == "running"


def test_one_that_waits_goes_on_when_the_other_has_ended(tmp_path: Path) -> None:
    workspace, told = Workspace(tmp_path), threading.Event()
    with held(workspace) as other:

        def let_go() -> None:
            told.wait(20)
            assert other.stdin is not None
            other.stdin.close()

        helper = threading.Thread(target=let_go)
        helper.start()
        with last_run.alone(workspace, wait=True, waiting=lambda _: told.set()):
            assert told.is_set()
            assert last_run.at_work(workspace)
        helper.join()


def test_the_lock_of_a_process_that_was_killed_is_no_obstacle_and_its_run_is_told_as_killed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    last_run.write(workspace, SUMMARY)
    with held(workspace) as other:
        other.kill()
        other.wait()
    told = last_run.read(workspace)
    assert told is not None
    assert told["status"] == "killed"
    with last_run.alone(workspace, wait=False, waiting=nobody):
        last_run.begin(workspace, {**SUMMARY, "run": "b"})
        assert last_run.earlier(workspace) == [{**SUMMARY, "status": "killed"}]


def test_those_who_only_look_do_not_stop_a_run(tmp_path: Path) -> None:
    workspace, over = Workspace(tmp_path), threading.Event()

    def look() -> None:
        while not over.wait(0.002):
            last_run.at_work(workspace)

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for one in watchers:
        one.start()
    for _ in range(50):
        with last_run.alone(workspace, wait=False, waiting=nobody):
            pass
    over.set()
    for one in watchers:
        one.join()


def test_runs_are_kept_in_their_order_and_each_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for name in "abc":
        last_run.begin(workspace, {**SUMMARY, "run": name})
        last_run.write(workspace, {**SUMMARY, "run": name, "status": "done"})
    # NOTE: killed after the last was put to the others, and before the next one was written.
    before = (tmp_path / "runs" / "summary.json").read_bytes()
    last_run.begin(workspace, {**SUMMARY, "run": "d"})
    (tmp_path / "runs" / "summary.json").write_bytes(before)
    last_run.begin(workspace, {**SUMMARY, "run": "d"})
    assert [one["run"] for one in last_run.earlier(workspace)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{", "the file is damaged"),
        ("[]", "got list"),
        ('{"format": 1}', "the summary of the last run is damaged"),
    ],
)
def test_a_damaged_summary_is_told_and_put_aside_by_the_next_run(tmp_path: Path, written: str, says: str) -> None:
    workspace = Workspace(tmp_path)
    last_run.write(workspace, SUMMARY)
    (tmp_path / "runs" / "summary.json").write_text(written)
    with pytest.raises(WorkspaceError, match=says):
        last_run.read(workspace)
    (note,) = last_run.begin(workspace, SUMMARY)
    aside = tmp_path / "runs" / f"damaged-{SUMMARY['run']}.json"
    assert str(aside) in note
    assert aside.read_text() == written
    assert last_run.earlier(workspace) == []


def test_a_summary_of_a_newer_version_stays(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    last_run.write(workspace, {**SUMMARY, "format": 2})
    for look in (lambda: last_run.read(workspace), lambda: last_run.begin(workspace, SUMMARY)):
        with pytest.raises(WorkspaceError, match="Use the Tasador version that wrote it, or a newer one"):
            look()


def test_metrics_keep_when_a_run_last_went_well(tmp_path: Path) -> None:
    workspace, path = Workspace(tmp_path), tmp_path / "runs" / last_run.METRICS
    (tmp_path / "runs").mkdir()
    ends = [("failed", 1), ("held", 3), ("failed", 1), ("stopped", 130)]
    told = []
    for hour, (status, code) in enumerate(ends):
        ended = {"status": status, "exit_code": code, "ended_at": f"2026-01-01T0{hour}:00:00+00:00"}
        last_run.write_metrics(workspace, {**SUMMARY, **ended})
        lines = [line.split(" ") for line in path.read_text().splitlines() if not line.startswith("#")]
        told.append({name.removeprefix("tasador_run_last_"): float(value) for name, value in lines})
    begun = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    assert told == [
        {"timestamp_seconds": begun, "exit_code": 1},
        {"timestamp_seconds": begun + 3600, "exit_code": 3, "success_timestamp_seconds": begun + 3600},
        {"timestamp_seconds": begun + 7200, "exit_code": 1, "success_timestamp_seconds": begun + 3600},
        {"timestamp_seconds": begun + 10800, "exit_code": 130, "success_timestamp_seconds": begun + 3600},
    ]


def test_how_a_run_ended_is_not_written_over_another_that_has_begun(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    last_run.write(workspace, SUMMARY)
    last_run.amend(workspace, {**SUMMARY, "notes": ["more"]})
    assert last_run._stored(workspace) == {**SUMMARY, "notes": ["more"]}
    last_run.write(workspace, {**SUMMARY, "run": "another"})
    last_run.amend(workspace, {**SUMMARY, "notes": ["late"]})
    assert last_run._stored(workspace) == {**SUMMARY, "run": "another"}


@pytest.mark.parametrize("line", ["{", "1"])
def test_a_damaged_line_of_the_earlier_runs_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "earlier.jsonl").write_text(f"{json.dumps(SUMMARY)}\n{line}\n")
    with pytest.raises(WorkspaceError, match="line 2: the line is damaged"):
        last_run.earlier(Workspace(tmp_path))
