"""Journals of appraisals: nothing that was written is lost, twice or torn, whoever is killed when."""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasador.errors import WorkspaceError
from tasador.storage import appraisal_journal
from tasador.storage.appraisal_journal import Journal
from tasador.storage.appraisal_log import SCHEMA, read, rotate


def line(number: int, **fields: Any) -> bytes:
    found = {"at": f"2026-01-02T03:04:05.{number:06}+00:00", "id": f"a{number}", "name": "ñ", **fields}
    return json.dumps(found).encode() + b"\n"


def ids(directory: Path) -> list[str]:
    return read(directory)["id"].to_list()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = Journal(tmp_path / "appraisals")
    yield found
    found.close()


def test_rows_are_read_while_they_are_written(journal: Journal, tmp_path: Path) -> None:
    place = tmp_path / "appraisals"
    assert read(place).is_empty()
    journal.write([])
    assert not place.exists()
    journal.write([line(2), line(1, release_date="2017-05-04", genres=["Indie"], app_id=10, estimate_usd=9.99)])
    assert rotate(place) == 0
    found = read(place)
    assert dict(found.schema) == SCHEMA
    assert found["id"].to_list() == ["a1", "a2"]
    assert found.row(0, named=True) == {
        **dict.fromkeys(SCHEMA),
        "at": datetime(2026, 1, 2, 3, 4, 5, 1, UTC),
        "id": "a1",
        "name": "ñ",
        "release_date": date(2017, 5, 4),
        "genres": ["Indie"],
        "app_id": 10,
        "estimate_usd": 9.99,
    }


def test_a_closed_journal_becomes_parquet_with_the_same_rows(journal: Journal, tmp_path: Path) -> None:
    place = tmp_path / "appraisals"
    journal.write([line(number, genres=["Indie"]) for number in range(50)])
    before = read(place)
    journal.close()
    journal.write([line(60)])
    assert rotate(place) == 1
    (file,) = place.glob("*.parquet")
    assert pl.read_parquet(file).schema == before.schema
    assert read(place).head(50).equals(before)
    assert ids(place)[50:] == ["a60"]
    assert len(list(place.iterdir())) == 2
    journal.close()
    assert rotate(place) == 1
    assert rotate(place) == 0
    assert len(ids(place)) == 51


def test_a_line_that_was_not_ended_is_none(journal: Journal, tmp_path: Path) -> None:
    place = tmp_path / "appraisals"
    journal.write([line(1), line(2)[:-9]])
    assert ids(place) == ["a1"]
    journal.close()
    assert rotate(place) == 1
    assert ids(place) == ["a1"]


def test_a_rotation_that_was_killed_midway_counts_nothing_twice(journal: Journal, tmp_path: Path) -> None:
    place = tmp_path / "appraisals"
    journal.write([line(1)])
    journal.close()
    (written,) = place.glob("*.jsonl")
    lines = written.read_bytes()
    rotate(place)
    written.write_bytes(lines)
    assert ids(place) == ["a1"]
    assert rotate(place) == 1
    assert ids(place) == ["a1"]


def test_what_is_damaged_is_named_and_stays(journal: Journal, tmp_path: Path) -> None:
    place = tmp_path / "appraisals"
    journal.write([line(1), b"{not json}\n", line(2)])
    journal.close()
    with pytest.raises(WorkspaceError, match="appraisal log is damaged") as caught:
        read(place)
    assert str(caught.value.where).endswith(".jsonl")
    for file in place.iterdir():
        file.rename(file.with_suffix(".parquet"))
    with pytest.raises(WorkspaceError, match="appraisal log is damaged"):
        read(place)


def test_a_damaged_journal_is_set_aside_and_the_others_are_rotated(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    torn = b"{not json}\n"
    (tmp_path / "1.jsonl").write_bytes(line(1))
    (tmp_path / "2.jsonl").write_bytes(torn)
    (tmp_path / "3.jsonl").write_bytes(line(3))
    assert rotate(tmp_path) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.parquet", "2.damaged", "3.parquet"]
    assert (tmp_path / "2.damaged").read_bytes() == torn
    assert caplog.text.count("appraisals_damaged") == 1
    assert ids(tmp_path) == ["a1", "a3"]
    assert rotate(tmp_path) == 0


def test_only_its_owner_reads_the_log(journal: Journal, tmp_path: Path) -> None:
    place = tmp_path / "appraisals"

    def modes() -> set[int]:
        return {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()}

    journal.write([line(1)])
    assert modes() == {0o600}
    journal.close()
    assert rotate(place) == 1
    assert modes() == {0o600}


@pytest.mark.parametrize(
    ("bound", "value", "due"), [("BYTES", 10, True), ("SECONDS", -1.0, True), ("BYTES", 99, False)]
)
def test_a_journal_is_due_when_it_is_large_or_old(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, bound: str, value: float, *, due: bool
) -> None:
    monkeypatch.setattr(appraisal_journal, f"_MOST_{bound}", value)
    journal.write([line(1)])
    assert journal.is_due == due
    journal.close()
    assert journal.is_due is False


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tasador.storage.appraisal_journal import Journal
from tests.storage.test_appraisal_log import line
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
journal = Journal(Path(sys.argv[1]))
journal.write([line(1)])
try:
    journal.write([line(number) for number in range(2, 100)])
except OSError as error:
    print(error.strerror)
journal.write([line(200)])
"""


def test_a_full_disk_tears_no_line(tmp_path: Path) -> None:
    # NOTE: a limit on the size of a file stands in for the end of the disk: the write fails in the same place.
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path / "appraisals"],
        cwd=Path(__file__).parents[2],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "File too large\n"
    assert ids(tmp_path / "appraisals") == ["a1", "a200"]


def test_rotations_at_once_do_each_journal_once(tmp_path: Path) -> None:
    for number in range(20):
        journal = Journal(tmp_path)
        journal.write([line(number)])
        journal.close()
    command = [sys.executable, "-m", "tasador.storage.appraisal_log", str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(list(tmp_path.glob("*.parquet"))) == 20
    assert not list(tmp_path.glob("*.jsonl"))
    assert len(ids(tmp_path)) == 20
