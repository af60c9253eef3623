"""Raw rows: the records of a source in columns, untyped, and the lines that are no record."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tasador.ingest.formats.format import PYTHON_LITERALS, Format
from tasador.ingest.raw_fields import FIELDS, LIST_FIELDS, TEXT_FIELDS

__all__ = ["RawRows", "concat", "parse_lines"]

_SCHEMA: Final = pl.Schema(
    {"record_no": pl.UInt32(), "record": pl.Binary(), **FIELDS, "misshapen": pl.List(pl.String())}
)
_REJECTS: Final = pl.Schema({"record_no": pl.UInt32(), "record": pl.Binary(), "rule": pl.String()})


@dataclass(frozen=True, slots=True)
class RawRows:
    """What a run of lines holds.

    Attributes:
        rows: One row a record. `record_no` is the line, `record` its bytes; fields are texts (numbers written
            as Python does), lists of texts or, for `early_access`, a truth value; null where the record has
            none. `misshapen` names the fields whose value had another shape and became null.
        rejects: One row a line that is no record, with the rule that says why.
        unknown_fields: How often each field came that the contract does not know.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    unknown_fields: Counter[str]

    @property
    def lines(self) -> int:
        """Number of lines read."""
        return self.rows.height + self.rejects.height


def parse_lines(lines: Sequence[bytes], *, written: Format = PYTHON_LITERALS, first_no: int = 1) -> RawRows:
    """Read lines into raw rows and rejects; every line is in one of the two.

    Args:
        lines: Lines without their ends.
        written: Their format.
        first_no: The number of the first one in its source.
    """
    every = pl.DataFrame(
        {"record_no": pl.int_range(first_no, first_no + len(lines), dtype=pl.UInt32, eager=True), "record": lines},
        schema={"record_no": pl.UInt32, "record": pl.Binary},
    )
    if written.read_canonical is None:
        return _parse_one_by_one(every, written)
    read, fields = written.read_canonical(every["record"])
    rows = pl.concat([every.filter(read), fields], how="horizontal").with_columns(
        misshapen=pl.lit([], dtype=pl.List(pl.String))
    )
    others = _parse_one_by_one(every.filter(~read), written)
    return RawRows(
        rows=pl.concat([rows.select(_SCHEMA.names()), others.rows]).sort("record_no"),
        rejects=others.rejects,
        unknown_fields=others.unknown_fields,
    )


def _parse_one_by_one(lines: pl.DataFrame, written: Format) -> RawRows:
    columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA}
    rejects: list[tuple[int, bytes, str]] = []
    unknown: Counter[str] = Counter()
    known = FIELDS.keys()
    with warnings.catch_warnings():
        # NOTE: an invalid escape such as "\\ " is read as it stands; Python only warns that it may not stay so.
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        for number, line in lines.iter_rows():
            record = written.read_record(line)
            if isinstance(record, str):
                rejects.append((number, line, record))
                continue
            unknown.update(record.keys() - known)
            misshapen: list[str] = []
            columns["record_no"].append(number)
            columns["record"].append(line)
            for name in TEXT_FIELDS:
                columns[name].append(_text(record.get(name), name, misshapen))
            for name in LIST_FIELDS:
                columns[name].append(_texts(record.get(name), name, misshapen))
            columns["early_access"].append(_truth(record.get("early_access"), misshapen))
            columns["misshapen"].append(misshapen)
    return RawRows(
        rows=pl.DataFrame(columns, schema=_SCHEMA),
        rejects=pl.DataFrame(rejects, schema=_REJECTS, orient="row"),
        unknown_fields=unknown,
    )


def concat(parts: Iterable[RawRows]) -> RawRows:
    """Join the raw rows of successive runs of lines of one source."""
    found = list(parts) or [parse_lines([])]
    return RawRows(
        rows=pl.concat([part.rows for part in found]),
        rejects=pl.concat([part.rejects for part in found]),
        unknown_fields=sum((part.unknown_fields for part in found), Counter()),
    )


def _text(value: object, name: str, misshapen: list[str]) -> str | None:
    match value:
        case None:
            return None
        case str():
            return _well_formed(value)
        case bool():
            pass
        case int() | float():
            return repr(value)
    misshapen.append(name)
    return None


def _texts(value: object, name: str, misshapen: list[str]) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [_well_formed(item) for item in value]
    misshapen.append(name)
    return None


def _truth(value: object, misshapen: list[str]) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    misshapen.append("early_access")
    return None


def _well_formed(text: str) -> str:
    """Join surrogate pairs, which Python 2 wrote for characters beyond the basic plane; replace lone ones."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
