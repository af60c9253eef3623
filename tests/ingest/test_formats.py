from __future__ import annotations

import ast
import io
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.formats import NAMES, json_array, json_lines
from tasador.ingest.formats.batches import MAX_RECORDS, batches
from tasador.ingest.formats.format import FORMATS, detect
from tasador.ingest.formats.json_object import members
from tasador.ingest.formats.piece import Piece
from tasador.testing import make_raw_lines
from tests.ingest.records import build, clean, piece

LINES = tuple(make_raw_lines(300, seed=2))
RECORDS = [ast.literal_eval(line.decode()) for line in LINES]

ANSWER = b'{"10": {"success": true, "data": {"name": "A Game", "steam_appid": 10}}}'
STORE_CSV = (
    b"appid,name,release_date,english,developer,publisher,platforms,required_age,categories,genres,steamspy_tags,"
    b"achievements,positive_ratings,negative_ratings,average_playtime,median_playtime,owners,price\n"
)


def parquet(**columns: list[Any]) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


def test_every_format_has_a_name() -> None:
    assert tuple(FORMATS) == NAMES
    assert [found.name for found in FORMATS.values()] == list(NAMES)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("json-lines", [json.dumps(record).encode() for record in RECORDS]),
        ("json-lines", [json.dumps(record, ensure_ascii=False).encode() for record in RECORDS]),
        ("json-array", [json.dumps(RECORDS).encode()]),
        ("json-array", json.dumps(RECORDS, indent=1).encode().split(b"\n")),
        ("json-array", [b"\xef\xbb\xbf", b" [", b",\n".join(json.dumps(record).encode() for record in RECORDS), b"]"]),
    ],
    ids=["lines", "lines in UTF-8", "array", "pretty array", "array with a mark"],
)
def test_the_same_records_give_the_same_games_in_every_format(name: str, lines: list[bytes]) -> None:
    literal, other = build(LINES), build(lines)
    assert literal.quality.sources[0]["format"] == "python-literals"
    assert other.quality.sources[0]["format"] == name
    assert other.parts.games.equals(literal.parts.games)
    assert other.parts.set_aside.drop("record").equals(literal.parts.set_aside.drop("record"))
    assert other.quality.accounting == literal.quality.accounting


def test_the_elements_of_an_array_are_kept_as_they_stand() -> None:
    element = b'{"id": "1",\n "app_name": "A\\u00e9"}'
    found = build([b"[" + element + b",", *json.dumps(RECORDS).encode()[1:].split(b"\n")])
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
    ids=["blank", "literal", "cut", "deep", "list", "bytes", "long"],
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
    ids=["cut", "no comma", "open", "more", "bytes"],
)
def test_a_damaged_array_is_refused_whole(text: bytes, says: str) -> None:
    with pytest.raises(SourceError) as caught:
        build([text])
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"{u'id': u'1'}", "python-literals"),
        (b"{'id': '1'}\n{\"id\": \"1\"}", "python-literals"),
        (b'{"id": null}', "json-lines"),
        (b'\nnonsense\n{"early_access": true}', "json-lines"),
        # both read these, but the next lines may say true, false or null
        (b'{"id": "1"}\n{"id": "2"}\n', "json-lines"),
        (b'{"id": "1"}\n{"id": "2", "app_na', "json-lines"),
        (b'{"10": 1, "success": true}\n', "json-lines"),
        (b'{"10": {"price": 1}}\n{"10": {"price": 2}}\n', "json-lines"),
        (b'[{"id": "1"', "json-array"),
        (b'\xef\xbb\xbf [\n{"id": "1"},', "json-array"),
        (ANSWER, "appdetails"),
        (b"\xef\xbb\xbf" + ANSWER, "appdetails"),
        (ANSWER + b"\n" + ANSWER[:30], "appdetails"),
        (ANSWER[:40], "appdetails"),
        (b'null\n{"10": {"success": false}}\n', "appdetails"),
        (json.dumps(json.loads(ANSWER), indent=4).encode(), "appdetails"),
        (json.dumps(json.loads(ANSWER), indent=4, sort_keys=True).encode()[:60], "appdetails"),
        (b'{"retrieved_at": "2026-01-31", "10": {"success": true}}', "appdetails"),
        (STORE_CSV, "store-csv"),
        (STORE_CSV + b"10,Counter-Strike,2000-11-01,1,Val", "store-csv"),
        (b"\xef\xbb\xbf" + STORE_CSV.replace(b"\n", b"\r\n"), "store-csv"),
        (b"more," + STORE_CSV, "store-csv"),
    ],
    ids=range(22),
)
def test_a_format_is_found_by_the_content(head: bytes, name: str) -> None:
    assert detect(head, where="test") is FORMATS[name]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\n\n",
        b'<!DOCTYPE html>\n<html lang="en">\n<head><title>Error, 404</title></head>\n',
        b"  <html>,<body>\n<p>Sorry,</p>\n",
        b"Dear reader, this is a text.\nIt has commas, semicolons; and lines.\nBut no columns.\n",
        b"one word\nanother\n",
        b'151603712,"The Elder Scrolls V Skyrim",purchase,1.0,0\n151603712,"Another",play,2.0,0\n',
        b'{"error": {"code": 502}',
        b"\xff\xfe\x00",
    ],
    ids=["nothing", "blank", "html", "more html", "text", "words", "no header", "cut json", "bytes"],
)
def test_what_is_no_catalogue_is_refused_by_how_it_begins(head: bytes) -> None:
    with pytest.raises(SourceError, match="nothing in it is a record"):
        detect(head, where="test")


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"<!DOCTYPE html>\n", "This looks like a web page"),
        (b'151603712,"The Elder Scrolls V Skyrim",purchase,1.0,0\n', "a table without names of columns"),
    ],
    ids=["page", "table"],
)
def test_a_source_that_looks_like_something_else_is_told_so(head: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        detect(head, where="test")


@pytest.mark.parametrize("indent", [None, 1])
def test_one_object_with_a_record_an_id_is_asked_for_a_mapping(indent: int | None) -> None:
    head = json.dumps({"10": {"name": "A"}, "11": {"name": "B"}}, indent=indent).encode()
    with pytest.raises(SourceError, match="one JSON object with a record for each app id"):
        detect(head, where="test")


@pytest.mark.parametrize(
    ("head", "got"),
    [
        (b"appid,title,cost\n1,A,2\n", "CSV with the columns appid, title, cost"),
        (b'App ID;"Title; long";cost\r\n1;A;2\r\n2;"B\r\n', "CSV with the columns App ID, Title; long, cost"),
        (b"appid\ttitle\n", "CSV with the columns appid, title"),
        (parquet(appid=[1], title=["A"]), "Parquet with the columns appid, title"),
        (parquet(appid=[1], title=["A"])[:40], "Parquet"),
        (b'{\n  "10": {\n  "name": "A Game",', "one JSON object with a record for each app id"),
    ],
    ids=["commas", "semicolons", "tabs", "parquet", "cut parquet", "object"],
)
def test_a_table_that_nobody_explains_is_refused_with_what_to_do(head: bytes, got: str) -> None:
    with pytest.raises(SourceError) as caught:
        detect(head, where="games.csv")
    assert caught.value.got == got
    assert str(caught.value).startswith("games.csv: nothing says what the columns of the table mean")
    assert "`tasador ingest --suggest-map games.csv > mapping.toml`" in str(caught.value)
    assert "--map mapping.toml" in str(caught.value)


def test_a_format_may_be_named() -> None:
    lines = [json.dumps({**record, "early_access": None}).encode() for record in RECORDS]
    with pytest.raises(SourceError, match="too many of its lines are no records"):
        build(lines, FORMATS["python-literals"])


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def in_parts(data: bytes, size: int) -> Piece:
    return Piece("test", lambda: iter([data[start : start + size] for start in range(0, len(data), size)]))


records = st.lists(st.dictionaries(st.text(), json_values, max_size=3), max_size=6)


@given(records, st.sampled_from([None, 0, 2]), st.integers(1, 40))
def test_an_array_is_cut_into_its_elements(values: list[Any], indent: int | None, size: int) -> None:
    found = json_array.elements(in_parts(json.dumps(values, indent=indent).encode(), size))
    assert [json.loads(element) for element in found] == values


@given(
    st.dictionaries(st.text(), json_values, max_size=6),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
    st.integers(1, 40),
)
def test_an_object_is_cut_into_its_members(
    value: dict[str, Any], indent: int | None, ascii_only: bool, size: int
) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    found = list(members(in_parts(data, size)))
    assert {member.key: member.value for member in found} == value
    assert all(member.text in data for member in found)
    assert {key: one for member in found for key, one in json.loads(b"{%b}" % member.text).items()} == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{",
        b'{"a"',
        b'{"a":',
        b'{"a": 1',
        b'{"a": 1,',
        b'{"a": 1,}',
        b"{1: 2}",
        b'{"a": 1} 2',
        b'{"\xff": 1}',
    ],
    ids=range(11),
)
def test_a_damaged_object_is_refused(text: bytes) -> None:
    with pytest.raises(SourceError):
        list(members(piece(text)))


def test_batches_are_bounded_by_records_and_lose_none() -> None:
    records = [(b"%d" % number, {"id": number}) for number in range(2 * MAX_RECORDS + 1)]
    made = list(batches(records))
    assert [batch.records for batch in made] == [MAX_RECORDS, MAX_RECORDS, 1]
    assert [text for batch in made for text in batch.rows["id"]] == [str(number) for number in range(len(records))]


def test_a_folder_of_nothing_has_no_batch() -> None:
    assert list(batches([])) == []
    with pytest.raises(SourceError, match="the source is empty"):
        clean([], FORMATS["appdetails"])
