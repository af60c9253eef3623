"""The appraisal log: a row for each appraisal, of which a killed server loses less than a second."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tasador.storage import appraisal_journal
from tasador.storage.appraisal_log import SCHEMA, read
from tasador.web import appraisal_log
from tasador.web.appraisal_log import AppraisalLog, row
from tests.appraisal import answers

AT = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)


def refuse(n: int) -> None:
    raise AssertionError(f"{n} rows were dropped")


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_row_has_what_was_asked_and_answered() -> None:
    found = row(answers.full(), "abc", "r-1", AT)
    assert found.keys() == SCHEMA.keys()
    assert json.loads(json.dumps(found)) == {
        "at": "2026-01-02T03:04:05.000006+00:00",
        "id": "abc",
        "request_id": "r-1",
        "model_version": "20180201-abc",
        "snapshot": "a1b2c3",
        "given": ["name", "genres", "developer", "tags", "early_access"],
        "name": "Some Game",
        "kind": "game",
        "release_date": "2018-02-01",
        "genres": ["Indie", "Acton"],
        "specs": [],
        "tags": ["Pixel"],
        "developer": "A Studio",
        "publisher": None,
        "early_access": True,
        "base_app_id": None,
        "app_id": None,
        "required_age": None,
        "platforms": None,
        "languages": None,
        "estimate_usd": 8.126,
        "lower_50": 4.99,
        "upper_50": 9.99,
        "lower_80": 2.99,
        "upper_80": 19.99,
        "lower_95": 0.99,
        "upper_95": 39.99,
        "suggested_usd": 9.99,
        "p_suggested": 0.312345,
        "p_free": 0.04321,
        "confidence": "medium",
        "abstained": False,
        "reasons": [],
    }


def test_rows_are_there_soon_and_in_parquet_at_the_next_start(tmp_path: Path) -> None:
    log = AppraisalLog(tmp_path, dropped=refuse)
    log.start()
    log(answers.full(), "a1", "r-1")
    log(answers.abstained(), "a2", "r-2")
    wait_until(lambda: len(read(tmp_path)) == 2)
    log(answers.full(), "a3", "r-3")
    log.close()
    before = read(tmp_path)
    assert before["id"].to_list() == ["a1", "a2", "a3"]
    assert before["reasons"].to_list() == [[], ["rare_kind"], []]
    assert before["release_date"].to_list() == [date(2018, 2, 1)] * 3
    after = AppraisalLog(tmp_path, dropped=refuse)
    after.start()
    wait_until(lambda: bool(list(tmp_path.glob("*.parquet"))) and not list(tmp_path.glob("*.jsonl")))
    after.close()
    assert read(tmp_path).equals(before)


def test_a_journal_is_rotated_while_the_server_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appraisal_journal, "_MOST_BYTES", 1)
    log = AppraisalLog(tmp_path, dropped=refuse)
    log.start()
    log(answers.full(), "a1", "r-1")
    wait_until(lambda: bool(list(tmp_path.glob("*.parquet"))))
    log.close()
    (file,) = tmp_path.glob("*.parquet")
    assert pl.read_parquet(file)["id"].to_list() == ["a1"]


def test_what_cannot_be_taken_is_counted_and_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(appraisal_log, "_MOST_WAITING_BYTES", 2_000)
    dropped: list[int] = []
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    log = AppraisalLog(in_the_way / "appraisals", dropped=dropped.append)
    for _ in range(100):
        log(answers.full(), "a1", "r-1")
    taken = 100 - len(dropped)
    assert 0 < taken < 5
    log.start()
    wait_until(lambda: sum(dropped) == 100)
    log.close()
    assert [record.getMessage() for record in caplog.records] == ["appraisals_not_logged"]


def test_a_disk_that_fails_at_the_end_of_a_journal_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(appraisal_journal, "_MOST_BYTES", 1)

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    dropped: list[int] = []
    log = AppraisalLog(tmp_path, dropped=dropped.append)
    with monkeypatch.context() as broken:
        broken.setattr("tasador.storage.appraisal_journal.os.fsync", fail)
        log.start()
        for number in (1, 2):
            log(answers.full(), f"a{number}", "r")
            wait_until(lambda number=number: sum(dropped) == number)  # type: ignore[misc]
    log(answers.full(), "a3", "r")
    wait_until(lambda: "a3" in set(read(tmp_path)["id"]))
    log.close()
    assert sum(dropped) == 2
    assert [record.getMessage() for record in caplog.records] == ["appraisals_not_logged"]


def test_closing_raises_nothing_and_is_soon_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AppraisalLog(tmp_path, dropped=refuse).close()
    monkeypatch.setattr(appraisal_log, "_CLOSE_SECONDS", 0.2)
    sleeps = (
        "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], 'pid').write_text(str(os.getpid())); time.sleep(60)"
    )
    monkeypatch.setattr(appraisal_log, "_ROTATE", (sys.executable, "-c", sleeps))
    (tmp_path / "left.jsonl").write_bytes(b"")
    log = AppraisalLog(tmp_path, dropped=refuse)
    log.start()
    wait_until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    begun = time.monotonic()
    log.close()
    assert time.monotonic() - begun < 3
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    log.close()


SERVES = """
import sys, time
from pathlib import Path
from tasador.web.appraisal_log import AppraisalLog
from tests.appraisal import answers
log = AppraisalLog(Path(sys.argv[1]), dropped=print)
log.start()
appraisal, number = answers.full(), 0
while True:
    log(appraisal, f"a{number}", "r")
    print(number, time.monotonic(), flush=True)
    number += 1
    time.sleep(0.002)
"""


def test_a_killed_server_loses_less_than_a_second(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVES, tmp_path], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    told = [server.stdout.readline().split()]
    while float(told[-1][1]) < float(told[0][1]) + 2.2:
        told.append(server.stdout.readline().split())
    server.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    server.stdout.close()
    server.wait()
    kept = set(read(tmp_path)["id"])
    due = {f"a{number}" for number, at in told if float(at) < killed - 1}
    assert len(due) > 100
    assert due <= kept
    log = AppraisalLog(tmp_path, dropped=refuse)
    log.start()
    wait_until(lambda: bool(list(tmp_path.glob("*.parquet"))) and not list(tmp_path.glob("*.jsonl")))
    log.close()
    assert set(read(tmp_path)["id"]) == kept


def test_the_server_does_not_load_what_writes_parquet() -> None:
    loads = "import sys, tasador.web.appraisal_log; print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
