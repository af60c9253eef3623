from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.testing.python2_repr import render

# The characters that quoting and escaping turn on, more often than chance would draw them.
_TEXT = st.text() | st.text(alphabet="'\"\\u{}\n\r\t\x00\x7f\x80ÿé™霧\U0001f355 a1")
_SCALARS = _TEXT | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
_RECORDS = st.dictionaries(_TEXT, _SCALARS | st.lists(_SCALARS) | st.dictionaries(_TEXT, _SCALARS))


@given(_RECORDS)
def test_a_rendered_record_reads_back_equal(record: dict[str, object]) -> None:
    assert ast.literal_eval(render(record)) == record


@given(_RECORDS)
def test_a_rendered_record_is_one_line_of_ascii(record: dict[str, object]) -> None:
    line = render(record)

    assert line.isascii()
    assert len(line.splitlines()) == 1


@given(_RECORDS)
def test_keys_keep_their_order(record: dict[str, object]) -> None:
    assert list(ast.literal_eval(render(record))) == list(record)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "u'plain'"),
        ("it's", 'u"it\'s"'),
        ('say "so"', "u'say \"so\"'"),
        ('it\'s "so"', "u'it\\'s \"so\"'"),
        ("a\\b", "u'a\\\\b'"),
        ("é", "u'\\xe9'"),
        ("™", "u'\\u2122'"),
        ("\U0001f355", "u'\\U0001f355'"),
        ("\x00\t\n", "u'\\x00\\t\\n'"),
        (4.99, "4.99"),
        (499.0, "499.0"),
        (72, "72"),
        (True, "True"),
        (None, "None"),
        ([], "[]"),
        (["RPG", "Indie"], "[u'RPG', u'Indie']"),
        ({"price": 0.99, "early_access": False}, "{u'price': 0.99, u'early_access': False}"),
    ],
)
def test_values_are_written_as_python_2_wrote_them(value: object, written: str) -> None:
    assert render(value) == written


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_without_literal_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no literal"):
        render([value])


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError, match="cannot write a bytes"):
        render({"name": b"raw"})
