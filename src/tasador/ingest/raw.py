"""Raw rows: the records of a block of a source in columns, untyped, and what is no record."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from tasador.ingest.raw_fields import FIELDS, LIST_FIELDS, TEXT_FIELDS, TRUTH_FIELDS

__all__ = ["RawRows", "from_records", "join"]

_PLACE: Final = pl.Schema({"record_no": pl.UInt32(), "start": pl.Int64(), "stop": pl.Int64()})
_SCHEMA: Final = pl.Schema({**_PLACE, **FIELDS, "misshapen": pl.List(pl.String())})
_REFUSED: Final = pl.Schema({**_PLACE, "rule": pl.String()})


@dataclass(frozen=True, slots=True)
class RawRows:
    """What a block of a source holds.

    Attributes:
        block: The bytes of the block; `start` and `stop` tell where in it a record stands.
        rows: One row a record, in order. `record_no` counts the records, refused ones too, from 1 in the first block;
            fields are texts (numbers written as Python does), lists of texts or truth values; null where the record
            has none. `misshapen` names the fields whose value had another shape and became null.
        refused: One row a record that is none or says nothing of a game, with the rule that says why.
        unknown_fields: How often each field came that the contract does not know.
    """

    block: bytes
    rows: pl.DataFrame
    refused: pl.DataFrame
    unknown_fields: Counter[str]

    @property
    def records(self) -> int:
        """Number of records."""
        return self.rows.height + self.refused.height

    def after(self, records: int) -> RawRows:
        """Number the records as those that come after so many others."""
        shift = pl.col("record_no") + records
        return replace(self, rows=self.rows.with_columns(shift), refused=self.refused.with_columns(shift))


def from_records(records: Sequence[bytes], values: Iterable[dict[str, Any] | str]) -> RawRows:
    """Put records into columns, one by one.

    Args:
        records: Each as it stands in the source.
        values: What each says by the names of `FIELDS`, or the rule by which it is refused.
    """
    # NOTE: a line end between them gives each a start of its own, also an empty one.
    ends = list(itertools.accumulate(len(record) + 1 for record in records))
    places = pl.DataFrame(
        {"start": [end - len(record) - 1 for end, record in zip(ends, records, strict=True)]},
        schema={"start": pl.Int64},
    ).with_columns(stop=pl.Series(ends, dtype=pl.Int64) - 1)
    return join(b"\n".join(records), pl.DataFrame(schema=_SCHEMA).drop("record_no", "misshapen"), places, values)


def join(block: bytes, read: pl.DataFrame, others: pl.DataFrame, values: Iterable[dict[str, Any] | str]) -> RawRows:
    """Join the rows that were read all at once with those that are read one by one, in their order in the block.

    Args:
        block: The bytes in which the records stand.
        read: `start`, `stop` and any of `FIELDS`, one row a record, in order.
        others: `start` and `stop` of the other records, in order.
        values: What each of the others says, or the rule by which it is refused.
    """
    columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA if name != "record_no"}
    refused: list[tuple[int, int, str]] = []
    unknown: Counter[str] = Counter()
    for (start, stop), value in zip(others.select("start", "stop").iter_rows(), values, strict=True):
        if isinstance(value, str):
            refused.append((start, stop, value))
            continue
        unknown.update(sorted(map(_well_formed, value.keys() - FIELDS.keys())))
        columns["start"].append(start)
        columns["stop"].append(stop)
        _append(columns, value)
    one_by_one = pl.DataFrame(
        [
            _lists(name, values) if isinstance(_SCHEMA[name], pl.List) else pl.Series(name, values, _SCHEMA[name])
            for name, values in columns.items()
        ]
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in FIELDS.items() if name not in read.columns]
    rows = read.with_columns(*missing, misshapen=pl.lit([], dtype=pl.List(pl.String)))
    if not one_by_one.is_empty():
        rows = pl.concat([rows.select(one_by_one.columns), one_by_one]).sort("start")
    refusals = pl.DataFrame(refused, schema={"start": pl.Int64, "stop": pl.Int64, "rule": pl.String}, orient="row")
    starts = pl.concat([rows["start"].cast(pl.Int64), refusals["start"]]).sort()
    return RawRows(
        block=block,
        rows=_numbered(rows, starts).select(_SCHEMA.names()).cast({"start": pl.Int64, "stop": pl.Int64}),
        refused=_numbered(refusals, starts).select(_REFUSED.names()),
        unknown_fields=unknown,
    )


def _numbered(rows: pl.DataFrame, starts: pl.Series) -> pl.DataFrame:
    if rows.height == len(starts):
        return rows.with_columns(record_no=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    return rows.with_columns(record_no=(starts.search_sorted(rows["start"]) + 1).cast(pl.UInt32))


def _lists(name: str, values: list[list[str] | None]) -> pl.Series:
    """Make a column of lists out of one of texts, which takes a tenth of the time that Polars takes for lists."""
    texts = pl.Series(name, list(itertools.chain.from_iterable(value or () for value in values)), pl.String)
    at = [number for number, value in enumerate(values) for _ in value or ()]
    gathered = pl.DataFrame([texts, pl.Series("at", at, pl.UInt32)]).group_by("at", maintain_order=True).agg(name)
    empty = pl.Series("empty", [value is not None for value in values], pl.Boolean)
    rows = empty.to_frame().with_row_index("at").join(gathered, on="at", how="left", maintain_order="left")
    nothing = pl.when("empty").then(pl.lit([], pl.List(pl.String)))
    return rows.select(pl.coalesce(name, nothing).alias(name)).to_series()


def _append(columns: dict[str, list[Any]], record: dict[str, Any]) -> None:
    misshapen: list[str] = []
    for name in TEXT_FIELDS:
        columns[name].append(_text(record.get(name), name, misshapen))
    for name in LIST_FIELDS:
        columns[name].append(_texts(record.get(name), name, misshapen))
    for name in TRUTH_FIELDS:
        columns[name].append(_truth(record.get(name), name, misshapen))
    columns["misshapen"].append(misshapen)


def _text(value: object, name: str, misshapen: list[str]) -> str | None:
    match value:
        case None:
            return None
        case str():
            return _well_formed(value)
        case bool():
            pass
        case int() | float():
            # NOTE: Python writes no whole number of more than some thousand digits; such a one is no value either.
            with contextlib.suppress(ValueError):
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


def _truth(value: object, name: str, misshapen: list[str]) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    misshapen.append(name)
    return None


def _well_formed(text: str) -> str:
    """Join surrogate pairs, which Python 2 wrote for characters beyond the basic plane; replace lone ones."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
