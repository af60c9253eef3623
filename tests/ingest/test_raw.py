from __future__ import annotations

import polars as pl

from tasador.ingest.formats.format import FORMATS
from tasador.ingest.raw import RawRows, from_records
from tests.ingest.records import piece


def parse_lines(lines: list[bytes]) -> RawRows:
    (raw,) = FORMATS["python-literals"].read([piece(b"\n".join(lines))])
    return raw


def test_every_line_is_a_row_or_a_reject() -> None:
    raw = parse_lines([b"{u'id': u'1'}", b"", b"{u'id': u'2'}", b"nonsense("])
    assert raw.rows["record_no"].to_list() == [1, 3]
    assert raw.refused["record_no"].to_list() == [2, 4]
    assert raw.records == 4


def test_the_bytes_of_a_line_are_kept() -> None:
    line = rb"{u'id': u'1', u'app_name': u'\u5f39'}"
    raw = parse_lines([b"{}", line])
    start, stop = raw.rows.select("start", "stop").row(1)
    assert raw.block[start:stop] == line


def test_numbers_become_the_text_that_gives_them_back() -> None:
    raw = parse_lines([b"{'price': 0.1, 'metascore': 86}", b"{'price': 1e400}"])
    assert raw.rows["price"].to_list() == ["0.1", "inf"]
    assert raw.rows["metascore"].to_list() == ["86", None]


def test_a_value_of_the_wrong_shape_becomes_null_and_is_named() -> None:
    raw = parse_lines([b"{'id': ['1'], 'genres': 'Action', 'tags': [1], 'early_access': 'no', 'price': True}"])
    row = raw.rows.row(0, named=True)
    assert row["misshapen"] == ["id", "price", "genres", "tags", "early_access"]
    assert [row[name] for name in row["misshapen"]] == [None] * 5


def test_surrogate_pairs_are_joined_and_lone_ones_replaced() -> None:
    raw = parse_lines([rb"{'app_name': u'\ud83c\udfae', 'title': u'\ud83c'}"])
    assert raw.rows["app_name"].to_list() == ["🎮"]
    assert raw.rows["title"].to_list() == ["\N{REPLACEMENT CHARACTER}"]


def test_fields_that_the_contract_does_not_know_are_counted() -> None:
    assert parse_lines([b"{'colour': 1}", b"{'colour': 2, 'id': u'1'}"]).unknown_fields == {"colour": 2}


def test_no_records_give_empty_tables_with_their_columns() -> None:
    raw = from_records([], [])
    assert raw.rows.schema["price"] == pl.String
    assert raw.records == 0


def test_empty_records_have_numbers_of_their_own() -> None:
    raw = from_records([b"", b"", b"x"], ["line_blank", {}, "line_not_json"])
    assert raw.refused["record_no"].to_list() == [1, 3]
    assert raw.rows["record_no"].to_list() == [2]


def test_a_number_that_python_does_not_write_out_is_misshapen() -> None:
    (row,) = parse_lines([b"{'id': '1', 'metascore': 0x" + b"f" * 5_000 + b"}"]).rows.iter_rows(named=True)
    assert (row["metascore"], row["misshapen"]) == (None, ["metascore"])


def test_the_name_of_an_unknown_field_may_be_any_text() -> None:
    assert parse_lines([rb"{'\ud800k': 1}"]).unknown_fields == {"\N{REPLACEMENT CHARACTER}k": 1}
