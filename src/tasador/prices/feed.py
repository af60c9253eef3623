"""Records of a price-change feed, a line each, to candidates for events and records set aside."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from polars.exceptions import PolarsError

from tasador.contracts.price_events import PriceRecord, price_rule
from tasador.contracts.set_aside import SetAside
from tasador.errors import SourceError
from tasador.ingest.formats.lines import blocks_of_lines, split
from tasador.ingest.formats.piece import Piece
from tasador.ingest.mapping.currencies import CURRENCIES
from tasador.ingest.partition import partition

__all__ = ["CANDIDATE", "Header", "Read", "blocks", "read_block", "read_header"]

_BOM: Final = b"\xef\xbb\xbf"
_QUOTE: Final = '"'

#: The columns that a feed must have, by the names that they have in one.
_COLUMNS: Final = {
    "appid": "app_id", "shop": "shop", "currency": "currency", "timestamp": "at", "price": "price",
    "regular": "regular",
}  # fmt: skip

_AT: Final = pl.Datetime("us", "UTC")

#: A record may be so much later than the import: clocks differ, and some are set to the east of UTC.
_AHEAD: Final = dt.timedelta(days=1)

#: What is known of a record whose key and moment can be read. One that cannot be used (`usable` is false) ends what
#: held before it: nobody knows what did until the next one.
CANDIDATE: Final[dict[str, Any]] = {
    "app_id": pl.UInt32(), "shop": pl.String(), "currency": pl.String(), "at": _AT, "price": pl.Float64(),
    "regular": pl.Float64(), "usable": pl.Boolean(), "source": pl.String(), "record_no": pl.UInt32(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of a feed stand.

    Attributes:
        width: How many columns there are.
        at: The place of each that is read, by our name.
    """

    width: int
    at: dict[str, int]


@dataclass(frozen=True, slots=True)
class Read:
    """The records of a block.

    Attributes:
        records: How many there are.
        candidates: Those whose key and moment can be read, with the columns of `CANDIDATE`, in their order.
        set_aside: Quarantine and rejects, with the columns of `SetAside`.
    """

    records: int
    candidates: pl.DataFrame
    set_aside: pl.DataFrame


def read_header(line: bytes, *, where: str) -> Header:
    """Read the first line of a file.

    Raises:
        SourceError: A column is missing.
    """
    text = line.removeprefix(_BOM).decode("utf-8", "replace").rstrip("\r\n")
    try:
        names = next(csv.reader([text]), [])
    except csv.Error:
        names = []
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise SourceError(
            "this is no feed of price changes",
            where=where,
            got=f"no column {' and no '.join(missing)} in {text[:120]!r}",
            expected=f"CSV whose first line names {', '.join(_COLUMNS)}",
            do="Name the columns so; others may stand beside them.",
        )
    return Header(len(names), {ours: names.index(name) for name, ours in _COLUMNS.items()})


def blocks(piece: Piece, header: Header | None = None) -> Iterator[tuple[Header, bytes]]:
    """Cut a file, or a part of one, into blocks of whole lines.

    Args:
        piece: The file, or what follows a place in it.
        header: Where the columns stand; None reads it from the first line.

    Raises:
        SourceError: A column is missing, or there is no line end for the length of a block.
    """
    for block in blocks_of_lines(piece):
        if header is None:
            line, _, rest = block.partition(b"\n")
            header = read_header(line, where=piece.where)
            yield header, rest
        else:
            yield header, block


def read_block(block: bytes, header: Header, *, source: str, before: int, now: dt.datetime) -> Read:
    """Read whole lines, each a record.

    Args:
        block: The lines, without the header.
        header: Where the columns stand.
        source: The first 12 digits of the source's sha256.
        before: How many records of the source came before.
        now: The moment of the import; what a record says of a day or more after it is not believed, nor is its moment.
    """
    lines = split(block)
    records = pl.DataFrame({"record": lines}, schema={"record": pl.Binary}).with_row_index("record_no", before + 1)
    cells = _cells(records, header.width)
    refused = cells.filter(pl.col("rule").is_not_null()).select("record_no", rules=pl.concat_list("rule"))
    typed = _typed(cells.filter(pl.col("rule").is_null()), header).with_columns(latest=pl.lit(now + _AHEAD, _AT))
    good, broken = partition(typed, PriceRecord, price_rule)
    usable = good.select("record_no", usable=True)
    candidates = (
        typed.filter(pl.col("at") <= pl.col("latest"))
        .join(usable, on="record_no", how="left", maintain_order="left")
        .with_columns(pl.col("usable").fill_null(value=False), source=pl.lit(source))
        .select(pl.col(name).cast(kind) for name, kind in CANDIDATE.items())
        .drop_nulls(["app_id", "shop", "currency", "at"])
    )
    return Read(len(lines), candidates, _set_aside(records, broken, refused, source))


def _set_aside(records: pl.DataFrame, broken: pl.DataFrame, refused: pl.DataFrame, source: str) -> pl.DataFrame:
    ruled = pl.concat(
        [broken.with_columns(outcome=pl.lit("quarantine")), refused.with_columns(outcome=pl.lit("reject"))],
        how="diagonal",
    )
    found = ruled.join(records, on="record_no").sort("record_no").with_columns(source=pl.lit(source))
    schema = SetAside.create_empty().schema
    return found.select(pl.col(name).cast(kind) for name, kind in schema.items())


def _cells(records: pl.DataFrame, width: int) -> pl.DataFrame:
    """Part lines into cells: `record_no`, `cells`, and `rule` where a line is none. Only quotes are read one by one."""
    texts = records.select("record_no", text=_texts(records["record"]).str.strip_suffix("\r"))
    quoted = pl.col("text").str.contains(_QUOTE, literal=True).fill_null(value=False)
    plain = texts.filter(~quoted).with_columns(cells=pl.col("text").str.split(","))
    odd = texts.filter(quoted)
    parted = odd.with_columns(cells=pl.Series([_unquoted(text) for text in odd["text"]], dtype=pl.List(pl.String)))
    rule = (
        pl.when(pl.col("text").is_null())
        .then(pl.lit("line_not_utf8"))
        .when(pl.col("text") == "")
        .then(pl.lit("line_blank"))
        .when(pl.col("cells").is_null())
        .then(pl.lit("row_misquoted"))
        .when(pl.col("cells").list.len() != width)
        .then(pl.lit("row_ragged"))
    )
    return pl.concat([plain, parted]).sort("record_no").select("record_no", "cells", rule=rule)


def _texts(lines: pl.Series) -> pl.Series:
    """Read lines as UTF-8; one that is none is null."""
    try:
        return lines.cast(pl.String)
    except PolarsError:
        return pl.Series([_text(line) for line in lines], dtype=pl.String)


def _text(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _unquoted(text: str) -> list[str] | None:
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _typed(cells: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Give cells their types; what cannot be read is null."""
    text = {name: pl.col("cells").list.get(at).str.strip_chars() for name, at in header.at.items()}
    currency = text["currency"].str.to_uppercase()
    return cells.select(
        "record_no",
        # NOTE: feeds that went through a table of numbers write ids as 570.0.
        app_id=text["app_id"].str.extract(r"^([0-9]+)(?:\.0+)?$").cast(pl.UInt32, strict=False),
        shop=pl.when(text["shop"] != "").then(text["shop"]),
        currency=pl.when(currency.is_in(sorted(CURRENCIES))).then(currency),
        at=_moment(text["at"]),
        price=text["price"].cast(pl.Float64, strict=False),
        regular=text["regular"].cast(pl.Float64, strict=False),
    )


def _moment(text: pl.Expr) -> pl.Expr:
    """Read times of ISO 8601 with their offset; seconds, and minutes of the offset, may be left out."""
    whole = text.str.replace(r"^(\S{10}[T ][0-9]{2}:[0-9]{2})(Z|[+-][0-9:]+)$", "${1}:00${2}").str.replace(
        r"(:[0-9.]+[+-][0-9]{2})$", "${1}:00"
    )
    # NOTE: a second 60 would be read as the next minute.
    read = whole.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    return pl.when(~text.str.contains(":60", literal=True)).then(read)
