"""Lines that are Python 2 dictionaries, one record a line, as the UCSD recommender data sets are published.

There are two ways to read a line, and they agree on every line that both read:

* `read_record` reads any literal with `ast.literal_eval`, which builds literals only and evaluates nothing. It says
  what a line means.
* `read_canonical` reads the lines that are written the one way in which Python 2 prints a record, nearly all of a real
  file, some fifteen times faster: a pattern proves that a line has no other reading, byte replacements make it JSON,
  and Polars reads that.
"""

from __future__ import annotations

import ast
import io
import re
from typing import Any, Final

import polars as pl

from tasador.ingest.formats.line import MAX_LINE_BYTES, read
from tasador.ingest.raw_fields import FIELDS, LIST_FIELDS, NUMBER_FIELDS, TEXT_FIELDS

__all__ = ["read_canonical", "read_record"]

#: What `ast.literal_eval` raises where a text is no literal.
_REFUSED_BY: Final = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)


def read_record(line: bytes) -> dict[str, Any] | str:
    """Read one line: the record, or the name of the rule that makes it a reject. See `line.read`."""
    return read(line, ast.literal_eval, refused_by=_REFUSED_BY, rule="line_not_literal")


# A character of a text: not a quote, backslash or control character, or one of the two escapes that JSON has too
# (surrogates are left to the other way, which joins them). Only a text between double quotes may hold an apostrophe.
_ESCAPE: Final = r"\\x[0-9a-f]{2}|\\u(?:[0-9abcef][0-9a-f]|d[0-7])[0-9a-f]{2}"
_TEXT: Final = rf"""u?(?:'(?:[^'"\\\x00-\x1f]|{_ESCAPE})*'|"(?:[^"\\\x00-\x1f]|{_ESCAPE})*")"""
# A number that `repr` writes with the same digits.
_NUMBER: Final = r"(?:0|[1-9][0-9]{0,8})(?:\.0|\.[0-9]{0,3}[1-9])?"


def _pair(fields: tuple[str, ...], value: str) -> str:
    return rf"u?'(?:{'|'.join(fields)})': {value}"


_PAIR: Final = "|".join(
    [
        _pair(tuple(name for name in TEXT_FIELDS if name not in NUMBER_FIELDS), _TEXT),
        _pair(NUMBER_FIELDS, f"(?:{_TEXT}|{_NUMBER})"),
        _pair(LIST_FIELDS, rf"\[(?:{_TEXT}(?:, {_TEXT})*)?\]"),
        _pair(("early_access",), "(?:True|False)"),
    ]
)
_CANONICAL: Final = rf"^\{{(?:{_PAIR})(?:, (?:{_PAIR}))*\}}$"

#: Where a `u` before a quote may end a text instead of opening one, or a text begin with what follows one.
_AMBIGUOUS: Final = r"""[\[{ ]u['"][,\]}:]"""

#: Stands for the apostrophes of texts while apostrophes are the quotes; no canonical line holds it.
_APOSTROPHE: Final = b"\x01"


def read_canonical(lines: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Read the lines that are written the one way in which Python 2 prints a record.

    Args:
        lines: Lines without their ends, Binary.

    Returns:
        Whether each line was read, and one row for each that was, in their order: the fields of `FIELDS`, numbers as
        the text that `repr` writes. A line that was not read may be a record all the same: ask `read_record`.
    """
    texts = _decoded(lines)
    canonical = (
        texts.str.contains(_CANONICAL) & ~texts.str.contains(_AMBIGUOUS) & (lines.bin.size() <= MAX_LINE_BYTES)
    ).fill_null(value=False)
    found = _decode(lines.filter(canonical))
    # NOTE: of a field that comes twice Python keeps the last and Polars the first; such lines are left to Python.
    pairs = texts.filter(canonical).str.count_matches("': ", literal=True)
    single = found.select(pl.sum_horizontal(pl.all().is_not_null()) == pairs).to_series()
    if single.all():
        return canonical, found
    at = canonical.to_frame("read").with_row_index("at").filter("read").filter(single)["at"]
    return pl.int_range(len(lines), eager=True).is_in(at.implode()), found.filter(single)


def _decoded(lines: pl.Series) -> pl.Series:
    """Decode UTF-8; a line that is none is null."""
    try:
        return lines.cast(pl.String)
    except pl.exceptions.ComputeError:
        # NOTE: one bad line spoils the cast of all, so each is tried alone. Sources with such lines are rare.
        return pl.Series([_decoded_or_none(line) for line in lines], dtype=pl.String)


def _decoded_or_none(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode(lines: pl.Series) -> pl.DataFrame:
    """Make canonical lines JSON, token by token over all of them at once, and read that."""
    if lines.is_empty():
        return pl.DataFrame(schema=FIELDS)
    data = b"\n".join(lines)
    data = re.sub(rb'"([^"]*)"', lambda text: b"'" + text[1].replace(b"'", _APOSTROPHE) + b"'", data)
    for token, plain in (
        (b"\\x", b"\\u00"),
        (b" u'", b" '"),
        (b"[u'", b"['"),
        (b"{u'", b"{'"),
        (b"'early_access': True", b"'early_access': true"),
        (b"'early_access': False", b"'early_access': false"),
    ):
        data = data.replace(token, plain)
    data = re.sub(rb"': ([0-9.]+)", rb"': '\1'", data)
    data = data.replace(b"'", b'"').replace(_APOSTROPHE, b"'")
    return pl.read_ndjson(io.BytesIO(data), schema=FIELDS)
