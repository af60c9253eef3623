from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.ingest.formats.line import MAX_LINE_BYTES
from tasador.ingest.formats.python_literals import read_record


@pytest.mark.parametrize(
    ("line", "record"),
    [
        (rb"""{u'id': u'10', u'price': 9.99}""", {"id": "10", "price": 9.99}),
        (rb"""{u'app_name': u"Tom's Game"}""", {"app_name": "Tom's Game"}),
        (rb"""{u'app_name': u'Tom\'s "Game"'}""", {"app_name": 'Tom\'s "Game"'}),
        (rb"""{u'app_name': u'caf\xe9 \u5f39 \U0001f3ae'}""", {"app_name": "café 弹 🎮"}),
        (rb"""{u'early_access': True, u'price': None}""", {"early_access": True, "price": None}),
        (rb"""{u'app_name': u'True None u\'x'}""", {"app_name": "True None u'x"}),
        (rb"""  {u'id': u'10'}  """, {"id": "10"}),
        (rb"""{u'app_name': u'a\qb'}""", {"app_name": "a\\qb"}),
        (b"\xef\xbb\xbf{u'id': u'10'}", {"id": "10"}),
        (b"{}", {}),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
def test_a_python_2_dictionary_is_read_as_it_was_written(line: bytes, record: dict[str, object]) -> None:
    assert read_record(line) == record


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"", "line_blank"),
        (b"   ", "line_blank"),
        (b"{u'id': u'10'", "line_not_literal"),
        (b'{"id": null}', "line_not_literal"),
        (b"__import__('os').system('true')", "line_not_literal"),
        (b"{u'a': (1).__class__}", "line_not_literal"),
        (b"id,name", "line_not_literal"),
        (b"[1, 2]", "line_not_record"),
        (b"{1: 2}", "line_not_record"),
        (b"\xff\xfe{u'id': u'10'}", "line_not_utf8"),
        (b"{u'a': " + b"[" * 5000 + b"]" * 5000 + b"}", "line_not_literal"),
        (b"{u'a': \x00}", "line_not_literal"),
        (b"{u'a': " + b"9" * 5000 + b"}", "line_not_literal"),
        (b"{u'a': u'" + b"x" * MAX_LINE_BYTES + b"'}", "line_too_long"),
    ],
)
def test_a_line_that_is_no_record_is_named_by_its_rule(line: bytes, rule: str) -> None:
    assert read_record(line) == rule


@given(st.binary(max_size=200))
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
def test_any_bytes_give_a_record_or_a_rule(line: bytes) -> None:
    assert isinstance(read_record(line), (dict, str))


values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.dictionaries(st.text(min_size=1), values | st.lists(st.text()), min_size=1))
def test_what_is_written_as_a_literal_is_read_back(record: dict[str, object]) -> None:
    line = ascii(record).encode()
    assert read_record(line) == ast.literal_eval(line.decode()) == record
