"""Every row of a table is answered, in its order, however the table is written."""

from __future__ import annotations

import io
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl
import pytest

from tasador.appraisal.columns import COLUMNS
from tasador.engines.answering import here
from tasador.errors import SourceError, TasadorError
from tasador.storage.tables import FORMATS, TableFormat, open_table
from tasador.storage.tables.block import BLOCK_ROWS
from tasador.workflows.appraise import Counts, appraise_table
from tests.workflows.price_list import PriceList

TODAY = date(2018, 2, 1)
ROWS: list[dict[str, Any]] = [
    {"name": "A, b", "kind": "game", "genres": "Action;Indy", "price_usd": "3", "own": "x\ny"},
    {"name": "Bad", "kind": "thing", "genres": "", "price_usd": "", "own": "1"},
    {"name": "V", "kind": "video", "genres": "", "price_usd": "", "own": ""},
    {"name": "", "kind": "", "genres": "", "price_usd": "5", "own": ""},
    {"name": "Ñandú 忍者", "kind": "dlc", "genres": '["rpg"]', "price_usd": "", "own": 'q"q'},
]
COUNTS = Counts(rows=5, answered=2, abstained=1, bad=2)


def table(rows: list[dict[str, Any]], written: TableFormat) -> bytes:
    frame, out = pl.DataFrame(rows), io.BytesIO()
    if written == "csv":
        frame.write_csv(out)
    elif written == "jsonl":
        frame.write_ndjson(out)
    else:
        frame.write_parquet(out)
    return out.getvalue()


def appraised(data: bytes, to: TableFormat | None = None) -> tuple[Counts, list[dict[str, Any]]]:
    out = io.BytesIO()
    counts = appraise_table(here(PriceList()), io.BytesIO(data), out, today=TODAY, to=to)
    out.seek(0)
    with open_table(out) as found:
        return counts, [row.cells for block in found.blocks() for row in block.rows]


@pytest.mark.parametrize("to", [None, *FORMATS])
@pytest.mark.parametrize("written", FORMATS)
def test_every_row_is_answered_in_its_order_with_all_its_columns(written: TableFormat, to: TableFormat | None) -> None:
    counts, found = appraised(table(ROWS, written), to)
    assert counts == COUNTS
    assert [{name: row[name] for name in ROWS[0]} for row in found] == ROWS
    assert all(list(row) == [*ROWS[0], *COLUMNS] for row in found)
    texts = [{name: "" if value is None else str(value) for name, value in row.items()} for row in found]
    assert [row["estimate_usd"] for row in texts] == ["9.99", "", "", "", "4.99"]
    assert [row["abstained"].lower() for row in texts] == ["false", "", "true", "", "false"]
    assert texts[1]["error"].startswith("/kind: there is no such kind; got thing")
    assert texts[3]["error"].startswith("/name: the name is missing")
    assert texts[2]["reasons"] == "no price of a video was learned"
    assert texts[0]["reasons"] == "the developer is unknown; genres: 'Indy' is unknown, nearest 'Indie'"
    assert [row["error"] for row in texts if row["model_version"]] == ["", "", ""]
    assert (texts[0]["lower_80"], texts[0]["upper_80"], texts[0]["confidence"]) == ("4.0", "24.98", "medium")


def test_a_row_that_cannot_be_read_is_answered_in_its_place() -> None:
    counts, found = appraised(b'{"name": "A"}\n{"na\n{"name": "B"}\n')
    assert counts == Counts(rows=3, answered=2, bad=1)
    assert found[1]["error"].startswith("the line is no JSON")
    assert [row.get("name") for row in found] == ["A", None, "B"]


def test_a_column_that_is_nearly_a_field_is_told_of() -> None:
    for rows in (b"name,genre,own,date\nA,Indie,x,2017\n", b'{"name": "A", "genre": "Indie", "own": 1, "date": 1}\n'):
        counts, _ = appraised(rows)
        assert counts.overlooked == (("date", "release_date"), ("genre", "genres"))
    assert appraised(b"name,genre,genres\nA,a,b\n")[0].overlooked == ()


def test_a_line_with_a_key_twice_is_not_answered() -> None:
    counts, found = appraised(b'{"name": "A", "name": "B"}\n{"name": "B"}\n')
    assert counts == Counts(rows=2, answered=1, bad=1)
    assert found[0]["error"].startswith("the line has two meanings: the key 'name' comes twice")


@pytest.mark.parametrize("to", FORMATS)
def test_a_table_without_rows_gives_a_table_without_rows(tmp_path: Path, to: TableFormat) -> None:
    out = tmp_path / "out"
    assert appraise_table(here(PriceList()), io.BytesIO(b"name,own\n"), out, today=TODAY, to=to) == Counts()
    if to == "jsonl":
        assert out.read_bytes() == b""
        return
    with open_table(out) as found:
        assert found.columns == ("name", "own", *COLUMNS)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"Name,kind\nA,game\n", "no column holds the games' names; got 'Name', 'kind'; expected a column `name`"),
        (b"Name,kind\nA,game\n", "Rename 'Name' to name."),
        (b"name,p_free,error\nA,1,2\n", "columns already that would be added; got p_free, error"),
        (b'{"name": "A", "estimate_usd": 1}\n', "columns already that would be added; got estimate_usd"),
    ],
)
def test_a_table_whose_columns_do_not_fit_is_refused_before_anything_is_written(
    tmp_path: Path, data: bytes, says: str
) -> None:
    target = tmp_path / "out.csv"
    with pytest.raises(SourceError) as raised:
        appraise_table(here(PriceList()), io.BytesIO(data), target, today=TODAY)
    assert says in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_the_true_price_is_no_input() -> None:
    rows = [{**ROWS[0], "price_usd": price} for price in ("1", "", "no number", "99999")]
    answers = [{name: row[name] for name in COLUMNS} for row in appraised(table(rows, "csv"))[1]]
    assert answers[0]["estimate_usd"] == "9.99"
    assert all(answer == answers[0] for answer in answers)


def test_a_table_may_replace_itself(tmp_path: Path) -> None:
    for written in FORMATS:
        file = tmp_path / f"games.{written}"
        file.write_bytes(table(ROWS, written))
        assert appraise_table(here(PriceList()), file, file, today=TODAY) == COUNTS
        with open_table(file) as found:
            (block,) = found.blocks()
            assert [row.cells["name"] for row in block.rows] == [row["name"] for row in ROWS]


@pytest.mark.parametrize("written", FORMATS)
def test_progress_ends_at_the_end_and_never_goes_back(tmp_path: Path, written: TableFormat) -> None:
    file = tmp_path / "games"
    file.write_bytes(table(ROWS * 1_000, written))
    told: list[tuple[int, int]] = []

    def tell(step: str, done: int, total: int, note: str = "", /) -> None:
        told.append((done, total))

    assert appraise_table(here(PriceList()), file, io.BytesIO(), today=TODAY, progress=tell).rows == 5_000
    assert told == sorted(told)
    assert len(told) >= 3
    assert told[-1][0] == told[-1][1] > 0


def test_of_a_stream_nobody_knows_the_end_but_how_much_is_read() -> None:
    told: list[tuple[int, int]] = []

    def tell(step: str, done: int, total: int, note: str = "", /) -> None:
        told.append((done, total))

    data = table(ROWS * 1_000, "csv")
    appraise_table(here(PriceList()), io.BytesIO(data), io.BytesIO(), today=TODAY, progress=tell)
    assert {total for _, total in told} == {0}
    assert 0 < told[1][0] <= told[-1][0] == len(data)


class Lines(io.RawIOBase):
    """A table that is made as it is read."""

    def __init__(self, n: int) -> None:
        self.lines = itertools.chain([b"name,own\n"], (b"Game %d,%b\n" % (at, b"x" * 50) for at in range(n)))
        self.read_rows = -1

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        found = list(itertools.islice(self.lines, 500))
        self.read_rows += len(found)
        return b"".join(found)


class Answered(io.BytesIO):
    """Counts answers, and how far the reading is ahead of them."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.lines, self.rows, self.most_held = lines, 0, 0

    def write(self, data: Any, /) -> int:
        for line in bytes(data).splitlines():
            assert json.loads(line)["name"] == f"Game {self.rows}"
            self.rows += 1
        self.most_held = max(self.most_held, self.lines.read_rows - self.rows)
        return len(data)


def test_rows_are_written_while_more_are_read() -> None:
    lines = Lines(30_000)
    answered = Answered(lines)
    counts = appraise_table(here(PriceList()), cast("BinaryIO", lines), answered, today=TODAY, to="jsonl")
    assert counts.answered == answered.rows == 30_000
    assert 0 < answered.most_held < 3 * BLOCK_ROWS


ENDLESS = """
import sys, json, itertools
from datetime import date
from pathlib import Path
from tasador.engines.answering import here
from tasador.workflows.appraise import appraise_table
from tests.workflows.price_list import PriceList
appraise_table(here(PriceList()), sys.stdin.buffer, Path(sys.argv[1]), today=date(2018, 2, 1))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_leaves_what_was_there(tmp_path: Path, how: signal.Signals) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, target], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
    ) as run:
        assert run.stdin is not None
        run.stdin.write(b"name,own\n" + b"A,x\n" * 20_000)
        run.stdin.flush()
        until = time.monotonic() + 60
        while time.monotonic() < until and not any(part.stat().st_size for part in tmp_path.glob(".new-*/out.csv")):
            time.sleep(0.02)
        os.kill(run.pid, how)
        run.wait(timeout=60)
        run.stdin.close()
    assert target.read_text() == "before"
    if how == signal.SIGINT:
        assert list(tmp_path.iterdir()) == [target]


def test_answers_are_json_that_other_programs_read() -> None:
    out = io.BytesIO()
    appraise_table(here(PriceList()), io.BytesIO(table(ROWS, "csv")), out, today=TODAY, to="jsonl")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert len([json.loads(line, parse_constant=refuse) for line in out.getvalue().splitlines()]) == len(ROWS)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("out.parquet", b"PAR1"),
        ("out.PARQUET", b"PAR1"),
        ("out.jsonl", b'{"name": "A"'),
        ("out.ndjson", b'{"name": "A"'),
        ("out.csv", b"name;own;estimate_usd;"),
        ("out.tsv", b"name\town\testimate_usd\t"),
        ("out", b"name;own;estimate_usd;"),
        ("out.jsonl.gz", b"\x1f\x8b"),
    ],
)
def test_a_file_is_written_in_the_format_that_its_name_says(tmp_path: Path, name: str, begins: bytes) -> None:
    appraise_table(here(PriceList()), io.BytesIO(b"name;own\nA;1\n"), tmp_path / name, today=TODAY)
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("name", "to", "says"),
    [
        ("out.xlsx", None, "a name that ends in .xlsx"),
        ("out.json", None, "a name that ends in .json"),
        ("out.csv.gz", "jsonl", "jsonl for a name that ends in .csv"),
        ("out.parquet.gz", None, "Parquet is not packed again"),
    ],
)
def test_a_name_that_says_another_format_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, to: TableFormat | None, says: str
) -> None:
    with pytest.raises(TasadorError, match=says):
        appraise_table(here(PriceList()), io.BytesIO(b"name\nA\n"), tmp_path / name, today=TODAY, to=to)
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_not_there_is_told_with_what_is_called_alike(tmp_path: Path) -> None:
    (tmp_path / "games.csv").write_bytes(b"name\nA\n")
    with pytest.raises(SourceError, match=r"no such file\. Did you mean games\.csv\?"):
        appraise_table(here(PriceList()), tmp_path / "game.csv", io.BytesIO(), today=TODAY)
    with pytest.raises(SourceError, match="this is a folder"):
        appraise_table(here(PriceList()), tmp_path, io.BytesIO(), today=TODAY)
