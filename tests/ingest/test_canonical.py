"""The fast way of reading Python literals agrees with the slow one on every line that it reads."""

from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.ingest.formats.format import PYTHON_LITERALS
from tasador.ingest.formats.python_literals import read_canonical
from tasador.ingest.raw import _parse_one_by_one, parse_lines
from tasador.storage import sources
from tasador.testing import make_raw_lines
from tests.conftest import shared_file

TOKENS = (b"'", b'"', b"\\", b": u'", b", u'", b"u'", b"True", b"None", b"': ", b"\\u00e9")
SAMPLE = tuple(make_raw_lines(400, seed=11))


def assert_same(lines: list[bytes]) -> None:
    fast = parse_lines(lines)
    every = pl.DataFrame(
        {"record_no": range(1, len(lines) + 1), "record": lines}, schema={"record_no": pl.UInt32, "record": pl.Binary}
    )
    slow = _parse_one_by_one(every, PYTHON_LITERALS)
    assert fast.rows.equals(slow.rows)
    assert fast.rejects.equals(slow.rejects)
    assert fast.unknown_fields == slow.unknown_fields


def is_canonical(line: bytes) -> bool:
    return bool(read_canonical(pl.Series([line], dtype=pl.Binary))[0].item())


@pytest.mark.parametrize(
    "line",
    [
        rb"""{u'id': u'10', u'price': 9.99, u'early_access': False, u'genres': [u'Action', u'RPG']}""",
        rb"""{'id': '10', 'metascore': 86, 'tags': []}""",
        rb"""{u'app_name': u"Tom's Game", u'title': u"Me and u'"}""",
        rb"""{u'app_name': u'caf\xe9 \u5f39'}""",
        "{u'app_name': u'café 弹 🎮 True None: , u[x]'}".encode(),
        rb"""{u'app_name': u'Haiku', u'title': u'u', u'developer': u''}""",
        rb"""{u'price': 0, u'discount_price': 0.5}""",
        b"{u'early_access': True}",
    ],
)
def test_a_line_as_python_2_prints_it_is_read_the_fast_way(line: bytes) -> None:
    assert is_canonical(line)
    assert_same([line])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        rb"""{u'app_name': u'a: u', u'id': u'1'}""",
        rb"""{u'app_name': u', x'}""",
        rb"""{u'app_name': u"it's, u", u'id': u'1'}""",
        rb"""{u'app_name': u'say "x"'}""",
        rb"""{u'app_name': u'Tom\'s'}""",
        rb"""{u'app_name': u'a\\b'}""",
        rb"""{u'app_name': u'\ud83c\udfae'}""",
        rb"""{u'app_name': u'\U0001f3ae'}""",
        rb"""{u'app_name': u'a', u'app_name': u'b'}""",
        rb"""{u'price': 1e5}""",
        rb"""{u'price': 4.990}""",
        rb"""{u'price': 0.00001}""",
        rb"""{u'price': -1}""",
        rb"""{u'price': 01}""",
        rb"""{u'price': None}""",
        rb"""{u'price': True}""",
        rb"""{u'id': 10}""",
        rb"""{u'colour': u'red'}""",
        rb"""{u'genres': u'Action'}""",
        rb"""{u'genres': [1]}""",
        rb"""{u'app_name': b'x'}""",
        rb"""{u'app_name': u'a' u'b'}""",
        rb"""{u'id': u'1',}""",
        rb""" {u'id': u'1'} """,
        b"{u'app_name': u'a\tb'}",
        b"{u'app_name': u'a\x01b'}",
        b"{u'app_name': u'a\xffb'}",
    ],
)
def test_any_other_line_is_left_to_the_slow_way(line: bytes) -> None:
    assert not is_canonical(line)
    assert_same([line, b"{u'id': u'1'}", line])


@given(st.integers(0, 2**32))
def test_both_ways_agree_on_damaged_lines(seed: int) -> None:
    rng = random.Random(seed)
    lines = []
    for line in rng.sample(SAMPLE, 12):
        text = bytearray(line)
        for _ in range(rng.randrange(4)):
            at = rng.randrange(len(text))
            kind = rng.randrange(4)
            if kind == 0:
                text[at] = rng.choice(b"'\"\\u,:[]{} x09Tt\x00\xff")
            elif kind == 1:
                del text[at : at + rng.randrange(1, 5)]
            elif kind == 2:
                text[at:at] = rng.choice(
                    [b"'", b'"', b"\\", b": u'", b", u'", b"u'", b"True", b"None", b"': ", b"\\u00e9"]
                )
            else:
                other = rng.randrange(len(text))
                text[at:at] = text[other : other + rng.randrange(1, 20)]
        lines.append(bytes(text).replace(b"\n", b" "))
    assert_same(lines)


values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
names = st.sampled_from(["id", "app_name", "price", "metascore", "genres", "early_access", "title", "odd"])


@given(st.lists(st.dictionaries(names, values | st.lists(st.text(max_size=4), max_size=3), max_size=6), max_size=6))
def test_both_ways_agree_on_any_record(records: list[dict[str, object]]) -> None:
    assert_same([ascii(record).encode() for record in records])


@pytest.mark.real_data
def test_both_ways_agree_on_the_real_catalogue_nearly_all_of_which_is_read_the_fast_way() -> None:
    lines = list(sources.read(shared_file("data", "steam_games.json.gz")).lines)
    assert_same(lines)
    assert read_canonical(pl.Series(lines, dtype=pl.Binary))[0].mean() > 0.99  # type: ignore[operator]
