from __future__ import annotations

import polars as pl

from tasador.ingest.raw import concat, parse_lines


def test_every_line_is_a_row_or_a_reject() -> None:
    raw = parse_lines([b"{u'id': u'1'}", b"", b"{u'id': u'2'}", b"nonsense("])
    assert raw.rows["record_no"].to_list() == [1, 3]
    assert raw.rejects["record_no"].to_list() == [2, 4]
    assert raw.lines == 4


def test_the_bytes_of_a_line_are_kept() -> None:
    line = rb"{u'id': u'1', u'app_name': u'\u5f39'}"
    assert parse_lines([line]).rows["record"].to_list() == [line]


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


def test_runs_joined_are_as_if_read_in_one() -> None:
    lines = [b"{u'id': u'1'}", b"", b"{u'id': u'2', 'x': 1}", b"{u'id': u'3'}"]
    whole = parse_lines(lines)
    joined = concat([parse_lines(lines[:2]), parse_lines(lines[2:], first_no=3)])
    assert joined.rows.equals(whole.rows)
    assert joined.rejects.equals(whole.rejects)
    assert joined.unknown_fields == whole.unknown_fields


def test_no_lines_give_empty_tables_with_their_columns() -> None:
    assert concat([]).rows.schema["price"] == pl.String
