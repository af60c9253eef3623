from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.formats import csv_rows, parquet_rows
from tasador.ingest.formats.batches import MAX_RECORDS
from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.ingest.formats.piece import Piece
from tests.ingest.mapping.tables import IDENTITY, cleaned, csv, game, json_lines, mapping, parquet
from tests.ingest.records import clean, piece

FREE = "[constants]\nfree = true\n"


def set_aside(table: bytes, more: str = FREE) -> list[tuple[list[str], bytes]]:
    found = cleaned(table, mapping(more)).parts.set_aside
    return [(rules, record) for rules, record in found.select("rules", "record").iter_rows()]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (b"5,B", "row_ragged"),
        (b"5,B,2015,more", "row_ragged"),
        (b'5,"B\nC",2015,more', "row_ragged"),
        (b"", "line_blank"),
        (b"5,\xff,2015", "line_not_utf8"),
        (b'5,"B" C,2015', "row_misquoted"),
        (b'5,"B,2015', "row_misquoted"),
        (b'5,"B,2015\n6,"C"" D" x,2015', "row_misquoted"),
        (b'"' + b"x" * 200_000 + b'",B,2015', "row_misquoted"),
    ],
    ids=["short", "long", "long with a line break", "blank", "bytes", "quote", "open quote", "two open quotes", "huge"],
)
def test_a_broken_row_is_a_reject_as_it_stands_and_the_others_are_read(row: bytes, rule: str) -> None:
    table = csv("1,First,2015") + row + b"\n" + csv("9,Last,2015", columns="8,Next,2015")
    found = cleaned(table, mapping(FREE))
    assert found.parts.games["app_id"].to_list() == [1, 8, 9]
    told = found.parts.set_aside.select("rules", "record").rows()
    assert {rules[0] for rules, _ in told} == {rule}
    assert b"\n".join(record for _, record in told) == row


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_every_way(end: bytes) -> None:
    table = csv("1,A,2015", '2,"B\nC",2015').replace(b"\n", end)
    games = cleaned(table, mapping(FREE)).parts.games
    assert games["app_id"].to_list() == [1, 2]
    assert games["name"].to_list() == ["A", f"B{end.decode()}C"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (csv("1,Néme,2015"), ""),
        (b"\xef\xbb\xbf" + csv("1,Néme,2015"), ""),
        (csv("1,Néme,2015").decode().encode("cp1252"), '[csv]\nencoding = "cp1252"'),
        (csv("1;Néme;2015", columns="appid;name;released"), '[csv]\ndelimiter = ";"'),
        (csv("1\tNéme\t2015", columns="appid\tname\treleased"), '[csv]\ndelimiter = "\\t"'),
        (csv("1,'Néme',2015"), '[csv]\nquote = "\'"'),
        (csv("1,Néme,2015", columns=" appid ,name, released"), ""),
        (csv("1,Néme,2015", columns="a,a,a"), '[csv]\nskip_lines = 1\nheader = ["appid", "name", "released"]'),
        (b"1,N\xc3\xa9me,2015\n", '[csv]\nheader = ["appid", "name", "released"]'),
        (b"sep=,\r\n" + csv("1,Néme,2015"), "[csv]\nskip_lines = 1"),
        (csv("1,Néme,2015")[:-1], ""),
    ],
    ids=[
        "plain",
        "mark",
        "encoding",
        "semicolons",
        "tabs",
        "quotes",
        "spaces",
        "wrong header",
        "no header",
        "sep",
        "no last line end",
    ],
)
def test_tables_may_be_written_in_many_ways(table: bytes, told: str) -> None:
    row = game(table, mapping(FREE + told))
    assert (row["app_id"], row["name"], row["release_year"]) == (1, "Néme", 2015)


def test_a_row_in_another_encoding_than_the_one_named_is_a_reject() -> None:
    table = csv("1,A,2015") + b"2,\x81,2015\n"
    assert set_aside(table, FREE + '[csv]\nencoding = "cp1252"\n') == [(["row_not_text"], b"2,\x81,2015")]


def test_a_column_that_is_not_there_is_named_with_the_line_of_the_mapping() -> None:
    told = mapping('tags = { column = "tag", separator = ";" }\n')
    with pytest.raises(SourceError) as caught:
        cleaned(csv("1,A,2015,x", columns="appid,name,released,tags"), told)
    assert str(caught.value) == (
        "mapping.toml, line 7: test has no column 'tag'; got the columns appid, name, released, tags; "
        "expected 'tag' among them. Did you mean 'tags'?"
    )


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ('[price]\ncolumn = "cost"\nunit = "units"\ncurrency = "EUR"\n', 8),
        ('[price]\ncolumn = "name"\nunit = "units"\ncurrency_column = "cost"\n', 10),
        ('[price]\ncolumn = "name"\nunit = "units"\ncurrency = "EUR"\ncurrent = "cost"\n', 11),
        ('[kind]\ncolumn = "cost"\n', 8),
        ('[kind]\ndlc = { column = "cost", equals = 1 }\n', 8),
        ('platforms = { windows = "name", mac = "cost" }\n', 7),
    ],
    ids=range(6),
)
def test_a_column_is_looked_for_wherever_it_is_named(more: str, line: int) -> None:
    with pytest.raises(SourceError, match=rf"^mapping\.toml, line {line}: test has no column 'cost'"):
        cleaned(csv("1,A,2015"), mapping(more))


def test_columns_are_looked_for_before_any_row_is_read() -> None:
    read: list[int] = []

    def blocks() -> Iterator[bytes]:
        yield csv(columns="appid,title,released")
        for start in range(2 * BLOCK_BYTES >> 20):
            read.append(start)
            yield csv("1,A,2015") * (1 << 15)

    with pytest.raises(SourceError, match="no column 'name'"):
        next(mapping().format().read([Piece("test", blocks)]))
    assert len(read) < 2 * BLOCK_BYTES >> 20


def test_every_file_of_a_source_has_its_own_header() -> None:
    files = [csv("1,A,2015"), csv("2015,B,2", columns="released,name,appid")]
    games = clean(map(piece, files), mapping(FREE).format()).parts.games
    assert games.select("app_id", "name", "release_year").rows() == [(1, "A", 2015), (2, "B", 2015)]


def test_a_wrong_delimiter_is_recognised() -> None:
    with pytest.raises(SourceError, match="Is ';' the delimiter"):
        cleaned(csv("1;A;2015", columns="appid;name;released"), mapping())


def test_a_column_that_comes_twice_is_refused() -> None:
    with pytest.raises(SourceError, match="names a column twice; got name"):
        cleaned(csv("1,A,B,2015", columns="appid,name,name,released"), mapping())


@pytest.mark.parametrize("table", [b"\n1,A,2015\n", b'appid,"name\n', b"\xff,name\n"], ids=["blank", "quote", "bytes"])
def test_a_header_that_cannot_be_read_is_refused(table: bytes) -> None:
    with pytest.raises(SourceError, match="the header of the table cannot be read"):
        cleaned(table, mapping())


def test_a_header_without_rows_is_an_empty_source() -> None:
    with pytest.raises(SourceError, match="the source is empty"):
        cleaned(csv(), mapping())


def test_many_ragged_rows_are_an_error() -> None:
    with pytest.raises(SourceError, match=r"too many of its lines .* \(row_ragged\)"):
        cleaned(csv("1,A,2015", "2,B", "3,C"), mapping(FREE), max_reject_share=0.1)


@given(
    st.lists(st.lists(st.text(alphabet='ab ,;"\n\r\xe9€', max_size=6), min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from([";", ","]),
    st.integers(1, 30),
)
def test_what_is_quoted_comes_back(cells: list[list[str]], delimiter: str, size: int) -> None:
    rows = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row).encode() for row in cells]
    data = b"\n".join(rows)
    blocks = [data[start : start + size] for start in range(0, len(data), size)]
    assert list(csv_rows.rows(Piece("test", lambda: iter(blocks)), delimiter=delimiter)) == list(
        zip(rows, cells, strict=True)
    )


@given(st.binary(max_size=60))
def test_every_byte_of_a_table_is_in_a_row(data: bytes) -> None:
    found = list(csv_rows.rows(piece(data)))
    assert b"".join(record for record, _ in found).translate(None, b"\r\n") == data.removeprefix(
        b"\xef\xbb\xbf"
    ).translate(None, b"\r\n")


def test_a_large_table_is_read_as_it_comes() -> None:
    line = b"%d," + b"x" * 2_000 + b",2015\n"
    number = BLOCK_BYTES // len(line) * 3
    read: list[int] = []

    def blocks() -> Iterator[bytes]:
        yield csv()
        for start in range(number):
            read.append(start)
            yield line % start

    batches = mapping(FREE).format().read([Piece("large", blocks)])
    first = next(batches)
    assert len(read) < number
    assert first.records + sum(batch.records for batch in batches) == number


# --- JSON -------------------------------------------------------------------------------------------------------


RECORDS: list[dict[str, Any]] = [
    {"appid": 1, "name": "A", "released": "2015"},
    {"appid": 2, "name": "É", "released": 2016, "more": {"deep": [1]}},
]


@pytest.mark.parametrize(
    ("layout", "table", "kept"),
    [
        ("json-lines", json_lines(*RECORDS, {"appid": 3}), b'{"appid": 3}'),
        ("json-array", json.dumps([*RECORDS, {"appid": 3}]).encode(), b'{"appid": 3}'),
        (
            "json-object",
            json.dumps({"x": RECORDS[0], "y": RECORDS[1], "z": {"appid": 3}}).encode(),
            b'{"z": {"appid": 3}}',
        ),
        ("parquet", parquet([RECORDS[0], {**RECORDS[1], "released": "2016", "more": None}, {"appid": 3}]), None),
    ],
)
def test_records_are_the_same_in_every_layout(layout: str, table: bytes, kept: bytes | None) -> None:
    found = cleaned(table, mapping(FREE, layout=layout))
    assert found.parts.games.select("app_id", "name", "release_year").rows() == [(1, "A", 2015), (2, "É", 2016)]
    (lost,) = found.parts.set_aside["record"].to_list()
    assert json.loads(lost).get("appid", json.loads(lost).get("z")) in (3, {"appid": 3})
    assert kept is None or lost == kept


def test_the_key_of_an_object_may_be_the_id() -> None:
    told = mapping(FREE, layout="json-object", columns=IDENTITY.replace('"appid"', '"$key"'))
    row = game(json.dumps({"70": {"name": "A", "released": "1998"}}).encode(), told)
    assert (row["app_id"], row["app_id_source"]) == (70, "id")


def test_a_line_that_is_no_record_is_a_reject() -> None:
    table = json_lines(*RECORDS) + b"[1]\n{\n\n"
    found = cleaned(table, mapping(FREE, layout="json-lines")).parts.set_aside
    assert found["rules"].to_list() == [["line_not_record"], ["line_not_json"], ["line_blank"]]
    assert found["record"].to_list() == [b"[1]", b"{", b""]


def test_a_path_that_no_record_has_is_named() -> None:
    told = mapping(FREE + '[kind]\ncolumn = "data.typ"\n', layout="json-lines")
    with pytest.raises(SourceError) as caught:
        cleaned(json_lines({**RECORDS[0], "data": {"type": "game"}}), told)
    assert "has no column 'data.typ'" in str(caught.value)
    assert "Did you mean 'data.type'?" in str(caught.value)


def test_a_name_with_dots_goes_before_a_path() -> None:
    told = mapping(FREE, layout="json-lines", columns=IDENTITY.replace('"name"', '"data.name"'))
    row = game(json_lines({"appid": 1, "data.name": "Own", "data": {"name": "Other"}, "released": "2015"}), told)
    assert row["name"] == "Own"


def test_lines_that_are_no_json_are_too_many_rejects_and_no_lack_of_columns() -> None:
    with pytest.raises(SourceError, match=r"too many of its lines .* \(line_not_json\)"):
        cleaned(csv("1,A,2015"), mapping(layout="json-lines"), max_reject_share=0.1)


# --- Parquet ----------------------------------------------------------------------------------------------------


def test_typed_columns_are_read() -> None:
    row = {
        "appid": 7,
        "name": "A Game",
        "released": dt.datetime(2015, 3, 2, 12, tzinfo=dt.UTC),
        "labels": ["Action", "Early Access"],
        "cost": 9.99,
        "sale": Decimal("4.50"),
        "game": {"type": "Mod"},
        "windows": True,
        "seen": dt.date(2019, 5, 1),
    }
    told = mapping(
        layout="parquet",
        more="""
genres = "labels"
observed_on = "seen"
platforms = { windows = "windows" }
[price]
column = "cost"
current = "sale"
unit = "units"
currency = "EUR"
[kind]
column = "game.type"
""",
    )
    found = game(parquet([row], cost=pl.Float32, labels=pl.List(pl.Categorical)), told)
    assert (found["app_id"], found["release_date"], found["release_precision"]) == (7, dt.date(2015, 3, 2), "day")
    assert (found["genres"], found["early_access"]) == (["Action", "Early Access"], True)
    assert (found["list_price"], found["current_price"]) == (9.99, 4.5)
    assert (found["kind"], found["platforms"], found["observed_on"]) == ("mod", ["windows"], dt.date(2019, 5, 1))
    assert found["unreadable"] == []


def test_bytes_of_a_parquet_table_are_text() -> None:
    table = parquet([{"a": b"caf\xc3\xa9"}, {"a": b"\xff"}, {"a": None}])
    assert [value for _, value in parquet_rows.rows(piece(table))] == [{"a": "café"}, {"a": "\\xff"}, {"a": None}]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (parquet([{"a": [b"x"]}]), "bytes inside lists or records; got a"),
        (parquet([{"a": {"b": [b"x"]}}]), "bytes inside lists or records; got a"),
        (b"PAR1", "damaged or cut"),
        (parquet([{"a": 1}])[:-10], "damaged or cut"),
        (b"PAR1" + bytes(60) + b"PAR1", "damaged or cut"),
    ],
    ids=["list", "struct", "magic", "cut", "damaged"],
)
def test_a_parquet_file_that_cannot_be_read_is_refused(table: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        list(parquet_rows.rows(piece(table)))


def test_a_parquet_page_that_is_damaged_is_refused() -> None:
    table = bytearray(parquet([{"a": f"text {number}"} for number in range(1_000)]))
    table[10:400] = bytes(390)
    with pytest.raises(SourceError, match="damaged or cut"):
        list(parquet_rows.rows(piece(bytes(table))))


def test_a_field_that_is_called_binary_is_no_bytes() -> None:
    assert [value for _, value in parquet_rows.rows(piece(parquet([{"a": {"Binary": 1}}])))] == [{"a": {"Binary": 1}}]


@pytest.mark.parametrize("number", [MAX_RECORDS, MAX_RECORDS + 1])
def test_a_parquet_table_is_read_in_slices(number: int) -> None:
    rows = pl.DataFrame({"appid": range(number), "name": "A", "released": "2015"})
    batches = list(mapping(FREE, layout="parquet").format().read([piece(parquet(rows.to_dicts()))]))
    assert sum(batch.records for batch in batches) == number
    assert max(batch.records for batch in batches) == MAX_RECORDS
    assert [text for batch in batches for text in batch.rows["id"]] == list(map(str, range(number)))
