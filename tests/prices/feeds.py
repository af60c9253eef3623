"""Feeds of price changes, made by hand."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import polars as pl

from tasador.ingest.formats.piece import Piece
from tasador.prices.feed import CANDIDATE, Read, blocks, read_block

HEADER = b"timestamp,shop,price,regular,currency,appid,title"
SOURCE = "0123456789ab"

#: When these feeds are read.
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def change(
    at: str = "2020-01-01T00:00:00Z",
    price: object = 9.99,
    regular: object = 9.99,
    app_id: object = 10,
    *,
    shop: str = "Steam",
    currency: str = "USD",
    title: str = "Game",
) -> bytes:
    return f"{at},{shop},{price},{regular},{currency},{app_id},{title}".encode()


def feed(*lines: bytes, header: bytes = HEADER) -> bytes:
    return b"\n".join([header, *lines]) + b"\n"


def write(path: Path, *lines: bytes) -> str:
    path.write_bytes(feed(*lines))
    return str(path)


def read(*lines: bytes) -> Read:
    data = feed(*lines)
    ((header, block),) = blocks(Piece("feed.csv", lambda: iter([data])))
    return read_block(block, header, source=SOURCE, before=0, now=NOW)


def moment(days: float) -> dt.datetime:
    return dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=days)


def candidates(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Candidates of one entry, whatever rows do not say otherwise."""
    usual = {"app_id": 10, "shop": "Steam", "currency": "USD", "regular": 10.0, "usable": True, "source": SOURCE}
    return pl.DataFrame(
        [{**usual, "record_no": number, **row} for number, row in enumerate(rows, start=1)], schema=CANDIDATE
    )


def table(text: str) -> pl.DataFrame:
    """A table as it stands in a test."""
    return pl.read_csv(io.StringIO("\n".join(line.strip() for line in text.strip().splitlines())))
