"""Tables are read and written as they are: every row, in order, with its exact cells."""

from __future__ import annotations

import gzip
import io
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tasador.errors import SourceError, TasadorError
from tasador.storage.tables import FORMATS, Block, Row, TableFormat, open_table, write_table

ADDED: dict[str, type] = {"answer": float, "note": str}


def rows_of(data: bytes) -> list[Row]:
    with open_table(io.BytesIO(data)) as table:
        return [row for block in table.blocks() for row in block.rows]


def cells_of(data: bytes) -> list[dict[str, Any]]:
    return [row.cells for row in rows_of(data)]


def written(blocks: Sequence[Block], to: TableFormat, columns: tuple[str, ...] | None, delimiter: str = ",") -> bytes:
    out = io.BytesIO()
    with write_table(out, to, columns, ADDED, delimiter=delimiter) as write:
        for block in blocks:
            write(block, [{"answer": 1.5, "note": None} for _ in block.rows])
    return out.getvalue()


def block(*cells: dict[str, Any]) -> Block:
    return Block([Row(one) for one in cells], 0)


def test_csv_keeps_quotes_line_ends_and_other_scripts() -> None:
    data = '\ufeffname,note\r\n"A, ""b""","x\ny"\r\nНиния – 忍者,é\r\n\r\nlast,'.encode()
    assert cells_of(data) == [
        {"name": 'A, "b"', "note": "x\ny"},
        {"name": "Ниния – 忍者", "note": "é"},
        {"name": "last", "note": ""},
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header_and_kept(delimiter: str) -> None:
    data = delimiter.join(["name", '"a,b;c"', "d"]) + "\n" + delimiter.join(["x", '"1,2;3"', "4"]) + "\n"
    with open_table(io.BytesIO(data.encode())) as table:
        assert (table.columns, table.delimiter) == (("name", "a,b;c", "d"), delimiter)
        blocks = list(table.blocks())
    assert [row.cells for one in blocks for row in one.rows] == [{"name": "x", "a,b;c": "1,2;3", "d": "4"}]
    out = written(blocks, "csv", ("name", "a,b;c", "d"), delimiter).decode()
    assert out.splitlines()[1].startswith(f"x{delimiter}")
    assert cells_of(out.encode())[0]["a,b;c"] == "1,2;3"


def test_a_bad_row_of_csv_costs_itself_alone() -> None:
    found = rows_of(b'name,kind\nshort\na,b,c\n"open,game\n"x"y,game\nlast,game\n')
    assert [row.cells["name"] for row in found] == ["short", "a", '"open,game', '"x"y,game', "last"]
    assert [row.wrong for row in found] == [
        "the row has 1 cells where the header has 2",
        "the row has 3 cells where the header has 2",
        *["the row's quotes are not closed, or stand where none may be"] * 2,
        None,
    ]


def test_bytes_that_are_no_utf_8_come_through_csv() -> None:
    data = b"name,kind\ncaf\xe9,game\n"
    with open_table(io.BytesIO(data)) as table:
        out = written(list(table.blocks()), "csv", table.columns)
    assert out == b"name,kind,answer,note\ncaf\xe9,game,1.5,\n"
    with open_table(io.BytesIO(data)) as table:
        line = written(list(table.blocks()), "jsonl", table.columns)
    assert json.loads(line)["name"] == "caf\udce9"


def test_json_lines_keep_types_and_say_what_is_no_object() -> None:
    found = rows_of(
        b'\xef\xbb\xbf{"name": "A", "n": [1, {"x": null}]}\n\n{"name": NaN}\n[1]\n{"na\n{"name": "\\ud83d"}'
    )
    assert [row.cells for row in found] == [
        {"name": "A", "n": [1, {"x": None}]},
        {"name": None},
        {},
        {},
        {"name": "\ud83d"},
    ]
    assert [bool(row.wrong) for row in found] == [False, False, True, True, False]
    assert "got '[1]'" in str(found[2].wrong)


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("data", [b"name,n\nA,1\nB,2\n", b'{"name":"A","n":"1"}\n{"name":"B","n":"2"}\n'])
def test_a_packed_table_is_the_same_from_a_file_and_from_a_stream(tmp_path: Path, data: bytes, pack: bool) -> None:
    file = tmp_path / "table"
    file.write_bytes(gzip.compress(data) if pack else data)
    with open_table(file) as table:
        blocks = list(table.blocks())
        assert blocks[-1].done == table.total == file.stat().st_size
    assert [row.cells for row in blocks[0].rows] == cells_of(file.read_bytes()) == [
        {"name": "A", "n": "1"},
        {"name": "B", "n": "2"},
    ]  # fmt: skip


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, row_group_size=2_000)
    return out.getvalue()


def test_parquet_keeps_its_types_and_order(tmp_path: Path) -> None:
    n = 10_000
    frame = pl.DataFrame(
        {
            "name": [f"game {number}" for number in range(n)],
            "kind": pl.Series(["game", "dlc"] * (n // 2), dtype=pl.Enum(["game", "dlc"])),
            "day": pl.Series([17_000] * n).cast(pl.Date),
            "tags": [["a", None], None] * (n // 2),
            "price": pl.Series(["9.99"] * n).cast(pl.Decimal(10, 2)),
        }
    )
    (tmp_path / "in.parquet").write_bytes(parquet(frame))
    with open_table(tmp_path / "in.parquet") as table:
        assert (table.format, table.columns, table.total) == ("parquet", tuple(frame.columns), n)
        blocks = list(table.blocks())
        assert len(blocks) > 1
        out = pl.read_parquet(written(blocks, "parquet", table.columns))
    assert_frame_equal(out.drop(*ADDED), frame)
    assert out.schema["answer"] == pl.Float64
    assert cells_of(parquet(frame))[7] == frame.row(7, named=True)


def test_an_empty_parquet_table_keeps_its_types() -> None:
    frame = pl.DataFrame(schema={"name": pl.String, "n": pl.Int8})
    with open_table(io.BytesIO(parquet(frame))) as table:
        out = pl.read_parquet(written(list(table.blocks()), "parquet", table.columns))
    assert out.schema == {"name": pl.String, "n": pl.Int8, "answer": pl.Float64, "note": pl.String}
    assert pl.read_parquet(written([], "parquet", ("name",))).columns == ["name", "answer", "note"]


def test_rows_that_bring_columns_of_their_own_go_into_any_format() -> None:
    blocks = [block({"name": "A", "x": 1}, {"name": "B", "x": "two"}), block({"y": [1, 2], "name": "C", "x": 3})]
    assert cells_of(written(blocks, "csv", None)) == [
        {"name": "A", "x": "1", "y": "", "answer": "1.5", "note": ""},
        {"name": "B", "x": "two", "y": "", "answer": "1.5", "note": ""},
        {"name": "C", "x": "3", "y": "[1, 2]", "answer": "1.5", "note": ""},
    ]
    frame = pl.read_parquet(written(blocks, "parquet", None))
    assert frame.columns == ["name", "x", "y", "answer", "note"]
    assert frame["x"].to_list() == ["1", "two", "3"]
    assert [row["name"] for row in cells_of(written(blocks, "jsonl", None))] == ["A", "B", "C"]


def test_what_json_has_not_becomes_text_or_null() -> None:
    frame = pl.DataFrame({"name": ["A"], "day": [17_000], "f": [float("nan")], "b": [b"\xff"]})
    frame = frame.with_columns(pl.col("day").cast(pl.Date))
    rows = Block([Row(cells) for cells in frame.iter_rows(named=True)], 0, frame)
    assert cells_of(written([rows], "jsonl", tuple(frame.columns)))[0] == {
        "name": "A", "day": "2016-07-18", "f": None, "b": "\\xff", "answer": 1.5, "note": None
    }  # fmt: skip
    assert cells_of(written([rows], "csv", tuple(frame.columns)))[0] == {
        "name": "A", "day": "2016-07-18", "f": "", "b": "\\xff", "answer": "1.5", "note": ""
    }  # fmt: skip


CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0"), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.sampled_from(FORMATS))
def test_any_text_goes_through_any_format(table: list[tuple[str, str]], to: TableFormat) -> None:
    rows = block(*({"name": first, "b": second} for first, second in table))
    out = written([rows], to, ("name", "b"))
    if to == "jsonl" and not table:
        assert out == b""
        return
    assert [(cells["name"], cells["b"]) for cells in cells_of(out)] == table


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \n", "the file is empty"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        ("name,kind\nA,game\n".encode("utf-16"), "got UTF-16 or binary data"),
        (b'[{"name": "A"}]', "the file is one JSON array"),
        (b"name,n,name\nA,1,2\n", "a column comes twice; got 'name'"),
        (b'"name\n', "the header is misquoted"),
        (b"PAR1 and so on", "the Parquet file is damaged or cut"),
        (gzip.compress(os.urandom(50_000).hex().encode())[:30_000], "the gzip archive is damaged"),
        (b"name\n" + b"x" * (17 << 20), "a line is too long"),
        (b'{"name": "' + b"x" * (17 << 20), "a line is too long"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=r"standard input: ") as raised:
        rows_of(data)
    assert says in str(raised.value)


def test_a_file_is_replaced_when_all_is_written_and_not_before(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    with pytest.raises(KeyError), write_table(target, "csv", ("name",), ADDED) as write:
        write(block({"name": "A"}), [{"answer": 1.0}])
        raise KeyError
    assert target.read_text() == "before"
    with write_table(target, "csv", ("name",), ADDED) as write:
        write(block({"name": "A"}), [{"answer": 1.0}])
        assert target.read_text() == "before"
    assert target.read_text() == "name,answer,note\nA,1.0,\n"
    assert list(tmp_path.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o644 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_name_that_ends_in_gz_is_packed_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        with write_table(tmp_path / name, "jsonl", None, ADDED) as write:
            write(block({"name": "A"}), [{"answer": 1.0}])
    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert packed == (tmp_path / "b.jsonl.gz").read_bytes()
    assert json.loads(gzip.decompress(packed)) == {"name": "A", "answer": 1.0}


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with write_table(pipe, "csv", ("name",), ADDED) as write:
        write(block({"name": "A"}), [{"answer": 1.0}])
    reader.join()
    assert got == [b"name,answer,note\nA,1.0,\n"]
    assert pipe.is_fifo()


def test_a_table_cannot_take_the_place_of_a_folder(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none" / "a.csv"):
        with pytest.raises(TasadorError, match="cannot write there"), write_table(place, "csv", ("name",), ADDED):
            pass
    assert list(tmp_path.iterdir()) == []
