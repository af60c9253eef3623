from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tasador.errors import WorkspaceError
from tasador.storage.store_api.responses import Responses, open_responses
from tests.storage.store_api.store import START, made_up

WRITER = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from tasador.storage.store_api.responses import open_responses
kept = open_responses(Path(sys.argv[1]))
first = kept.missing(range(1, 10**6), older_than=None)[0]
print("started", flush=True)
for app_id in range(first, 10**6):
    body = json.dumps({str(app_id): {"success": True, "data": "x" * 300_000}})
    kept.append(app_id, body.encode(), datetime.now(UTC))
"""


def filled(path: Path, *app_ids: int) -> Responses:
    kept = open_responses(path)
    for app_id in app_ids:
        kept.append(app_id, json.dumps(made_up(app_id)).encode(), START)
    return kept


def test_a_line_is_the_stores_object_with_the_time_at_which_it_came(tmp_path: Path) -> None:
    path = tmp_path / "us" / "responses.jsonl"
    kept = open_responses(path)
    response = b'{"10" :{"success":true,"data":{"name":"\\u00c1 \\/","price":1.10}} }'
    kept.append(10, response, datetime(2026, 1, 31, 12, 0, 1, 999, tzinfo=timezone(timedelta(hours=1))))
    (line,) = path.read_bytes().splitlines()
    assert line == response[:-1].rstrip() + b', "retrieved_at": "2026-01-31T12:00:01+01:00"}'
    assert json.loads(line) == {**json.loads(response), "retrieved_at": "2026-01-31T12:00:01+01:00"}


def test_what_is_kept_is_not_missing_also_for_the_next_reader(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    kept = filled(path, 10, 30)
    for reader in (kept, open_responses(path)):
        assert reader.missing([30, 20, 10, 40], older_than=None) == [20, 40]


def test_a_response_from_before_a_time_is_missing(tmp_path: Path) -> None:
    kept = filled(tmp_path / "responses.jsonl", 10)
    assert kept.missing([10], older_than=START) == []
    assert kept.missing([10], older_than=START + timedelta(seconds=1)) == [10]
    kept.append(10, b'{"10": {"success": false}}', START + timedelta(days=1))
    assert kept.missing([10], older_than=START + timedelta(seconds=1)) == []


def test_a_selection_holds_what_is_named_in_its_order_and_the_latest_of_each(tmp_path: Path) -> None:
    kept = filled(tmp_path / "responses.jsonl", 10, 20, 30)
    kept.append(10, b'{"10": {"success": false}}', START + timedelta(days=1))
    target = tmp_path / "selection.jsonl"
    target.write_text("before")
    for reader in (kept, open_responses(kept.path)):
        reader.select([30, 10], target)
        lines = [json.loads(line) for line in target.read_bytes().split(b"\n")[:-1]]
        assert [next(iter(line)) for line in lines] == ["30", "10"]
        assert lines[1]["10"] == {"success": False}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["responses.jsonl", "selection.jsonl"]


def test_a_last_line_that_is_torn_anywhere_is_cut_off_and_the_rest_kept(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    filled(path, 10, 20)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for stop in range(first + 1, len(whole), 7):
        path.write_bytes(whole[:stop])
        assert open_responses(path).missing([10, 20], older_than=None) == [20]
        assert path.read_bytes() == whole[:first]
    path.write_bytes(whole[:-1])
    assert open_responses(path).missing([10, 20], older_than=None) == [20]


@pytest.mark.parametrize("tail", [b"\x00" * 4096, b"\x00" * 4096 + b"\n", b'{"30": {"success"\n', b"\n"])
def test_a_last_line_that_is_none_is_cut_off(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "responses.jsonl"
    filled(path, 10)
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    kept = open_responses(path)
    assert path.read_bytes() == whole
    kept.append(30, b'{"30": {"success": false}}', START)
    assert open_responses(path).missing([10, 30], older_than=None) == []


@pytest.mark.parametrize(
    "line",
    [
        b'{"10": {"success"',
        b"[]",
        b"10",
        b'{"10": {}}',
        b'{"retrieved_at": "2026-01-31T12:00:00+00:00"}',
        b'{"10": {}, "20": {}, "retrieved_at": "2026-01-31T12:00:00+00:00"}',
        b'{"ten": {}, "retrieved_at": "2026-01-31T12:00:00+00:00"}',
        b'{"10": {}, "retrieved_at": "2026-01-31T12:00:00"}',
        b'{"10": {}, "retrieved_at": "yesterday"}',
        b'{"10": {}, "retrieved_at": 1}',
        b"\xff",
    ],
)
def test_a_line_in_the_middle_that_is_damaged_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "responses.jsonl"
    filled(path, 10)
    whole = path.read_bytes()
    path.write_bytes(whole + line + b"\n" + whole)
    with pytest.raises(WorkspaceError, match="line 2: a line of the responses is damaged") as caught:
        open_responses(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == whole + line + b"\n" + whole


def test_a_disk_that_is_full_names_the_file_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "responses.jsonl"
    kept = filled(path, 10)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        kept.append(20, b'{"20": {"success": false}}', START)
    assert caught.value.filename == str(path)
    assert kept.missing([10, 20], older_than=None) == [20]
    assert 10 not in open_responses(path).missing([10, 20], older_than=None)


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_lines_and_the_next_goes_on_after_them(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    before = 0
    for attempt in range(6):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"started\n"
        time.sleep(0.02 + 0.007 * attempt)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        kept = open_responses(path)
        ids = [int(next(iter(json.loads(line)))) for line in path.read_bytes().split(b"\n")[:-1]]
        assert ids == list(range(1, len(ids) + 1))
        assert len(ids) >= before
        assert kept.missing(ids, older_than=None) == []
        before = len(ids)
    assert before > 0


def test_the_time_of_day_is_kept_to_the_second(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    open_responses(path).append(10, b'{"10": {}}', datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))
    kept = open_responses(path)
    assert kept.missing([10], older_than=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)) == []
    assert kept.missing([10], older_than=datetime(2026, 2, 1, tzinfo=UTC)) == [10]
