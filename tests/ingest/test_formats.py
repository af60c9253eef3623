from __future__ import annotations

import ast
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.catalogue import Catalogue, build
from tasador.ingest.formats import NAMES, json_array, json_lines
from tasador.ingest.formats.format import FORMATS, JSON_LINES, PYTHON_LITERALS, detect
from tasador.testing import make_raw_lines
from tests.ingest.records import IDENTITY

LINES = tuple(make_raw_lines(300, seed=2))
RECORDS = [ast.literal_eval(line.decode()) for line in LINES]


def clean(lines: list[bytes]) -> Catalogue:
    return build(lines, source=IDENTITY, where="test")


def test_every_format_has_a_name() -> None:
    assert tuple(FORMATS) == NAMES


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("json-lines", [json.dumps(record).encode() for record in RECORDS]),
        ("json-lines", [json.dumps(record, ensure_ascii=False).encode() for record in RECORDS]),
        ("json-array", [json.dumps(RECORDS).encode()]),
        ("json-array", json.dumps(RECORDS, indent=1).encode().split(b"\n")),
        ("json-array", [b"", b"\xef\xbb\xbf[", b",\n".join(json.dumps(record).encode() for record in RECORDS), b"]"]),
    ],
)
def test_the_same_records_give_the_same_games_in_every_format(name: str, lines: list[bytes]) -> None:
    literal, other = clean(list(LINES)), clean(lines)
    assert literal.quality.source["format"] == "python-literals"
    assert other.quality.source["format"] == name
    assert other.parts.games.equals(literal.parts.games)
    assert other.parts.set_aside.drop("record").equals(literal.parts.set_aside.drop("record"))
    assert other.quality.accounting == literal.quality.accounting


def test_the_elements_of_an_array_are_kept_as_they_stand() -> None:
    element = b'{"id": "1",\n "app_name": "A\\u00e9"}'
    found = clean([b"[" + element + b",", *json.dumps(RECORDS).encode()[1:].split(b"\n")])
    assert found.parts.set_aside.filter(pl.col("record_no") == 1)["record"].item() == element


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"", "line_blank"),
        (b"{'id': '10'}", "line_not_json"),
        (b'{"id": "10"', "line_not_json"),
        (b"[" * 100_000, "line_not_json"),
        (b"[1]", "line_not_record"),
        (b"\xff", "line_not_utf8"),
        (b" " * (1 << 21), "line_too_long"),
    ],
)
def test_a_line_that_is_no_json_record_is_named_by_its_rule(line: bytes, rule: str) -> None:
    assert json_lines.read_record(line) == rule


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'[{"id": "1"}, {"id": ', "after 1 whole elements"),
        (b'[{"id": "1"} {', "after 1 whole elements"),
        (b"[", "after 0 whole elements"),
        (b'[{"id": "1"}] {}', "something follows the JSON array"),
        (b'["\xff"]', "not UTF-8 text"),
    ],
)
def test_a_damaged_array_is_refused_whole(text: bytes, says: str) -> None:
    with pytest.raises(SourceError) as caught:
        clean([text])
    assert says in str(caught.value)


def test_a_format_is_found_by_the_content() -> None:
    assert detect([b"{u'id': u'1'}"]) is PYTHON_LITERALS
    assert detect([b'{"id": null}']) is JSON_LINES
    assert detect([b"", b"nonsense", b'{"early_access": true}']) is JSON_LINES
    assert detect([b"{'id': '1'}", b'{"id": "1"}']) is PYTHON_LITERALS


def test_a_format_may_be_named() -> None:
    lines = [json.dumps({**record, "early_access": None}).encode() for record in RECORDS]
    with pytest.raises(SourceError, match="too many of its lines are no records"):
        build(lines, source=IDENTITY, where="test", written=PYTHON_LITERALS)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(json_values, max_size=6), st.sampled_from([None, 0, 2]))
def test_an_array_is_cut_into_its_elements(values: list[Any], indent: int | None) -> None:
    lines = json.dumps(values, indent=indent).encode().split(b"\n")
    assert json_array.is_array(lines)
    assert [json.loads(element) for element in json_array.split(lines, where="test")] == values
