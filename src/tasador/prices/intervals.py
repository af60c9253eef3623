"""Change events to what held from when to when: the one step that looks at more than one record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from tasador.contracts.price_events import KEY, PriceDuplicates, PriceEvents
from tasador.prices.refusals import CONTRADICTED, REPEATED, UNCHANGED

__all__ = ["PART_RECORDS", "Range", "build", "ranges"]

#: A part of the table ends with the entry that makes it so many records or more: what one processor holds at a time.
PART_RECORDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """The entries of a part: those whose app ids are within these bounds, both included."""

    low: int
    high: int


def ranges(counted: pl.DataFrame, *, part_records: int = PART_RECORDS) -> Iterator[Range]:
    """Put entries into parts, in the order of their app ids; an entry is never parted.

    Args:
        counted: `app_id` and `len`, how many records each has.
        part_records: How many records fill a part.
    """
    low: int | None = None
    held = 0
    app_id = 0
    for app_id, records in counted.select("app_id", "len").sort("app_id").iter_rows():
        low = app_id if low is None else low
        held += records
        if held >= part_records:
            yield Range(low, app_id)
            low, held = None, 0
    if low is not None:
        yield Range(low, app_id)


def build(candidates: pl.DataFrame, sources: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make intervals of the candidates of whole entries.

    Of several records of one moment the first that can be used stays, in the order of sources and records. One whose
    prices already hold changes nothing. A price holds until the next record of its entry, shop and currency, also where
    that one cannot be used: then nothing is known until one that can.

    Args:
        candidates: Rows with the columns of `tasador.prices.feed.CANDIDATE`, in any order.
        sources: The sources in their order.

    Returns:
        Rows of `PriceEvents` and of `PriceDuplicates`, both sorted by their keys and moments.
    """
    at = [*KEY, "at"]
    order = pl.col("source").replace_strict(sources, list(range(len(sources))), return_dtype=pl.UInt16)
    rows = (
        candidates.with_columns(order.alias("_source"))
        .sort([*at, "usable", "_source", "record_no"], descending=[False] * 4 + [True, False, False])
        .with_columns(first=pl.any_horizontal(_differs(name) for name in at))
    )
    stays = rows.filter("first").with_columns(new=pl.any_horizontal(_differs(name) for name in KEY))
    same = (pl.col("price") == pl.col("price").shift()) & (pl.col("regular") == pl.col("regular").shift())
    known = pl.col("usable") & pl.col("usable").shift().fill_null(value=False)
    stays = stays.with_columns(unchanged=~pl.col("new") & known & same.fill_null(value=False))
    changes = stays.filter(~pl.col("unchanged"))
    # NOTE: rows are sorted, so what follows a row is of the same key unless it begins another.
    follows = pl.when(~pl.col("new").shift(-1).fill_null(value=True)).then(pl.col("at").shift(-1))
    events = changes.with_columns(follows.alias("to")).filter("usable").rename({"at": "from"})
    return _as(events, PriceEvents.create_empty()), _duplicates(rows, stays)


def _differs(name: str) -> pl.Expr:
    return (pl.col(name) != pl.col(name).shift()).fill_null(value=True)


def _duplicates(rows: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Gather the good records that are no events, each with the rule."""
    standing = [pl.col(name).filter("first") for name in ("price", "regular")]
    number = (pl.col("first").cum_sum() - 1).cast(pl.UInt32)
    beside = rows.with_columns(
        *(kept.gather(number).alias(f"_{name}") for name, kept in zip(("price", "regular"), standing, strict=True))
    ).filter(~pl.col("first") & pl.col("usable"))
    alike = (pl.col("price") == pl.col("_price")) & (pl.col("regular") == pl.col("_regular"))
    beside = beside.with_columns(rule=pl.when(alike).then(pl.lit(REPEATED)).otherwise(pl.lit(CONTRADICTED)))
    unchanged = stays.filter("unchanged").with_columns(rule=pl.lit(UNCHANGED))
    found = pl.concat([beside, unchanged], how="diagonal").sort([*KEY, "at", "_source", "record_no"])
    return _as(found, PriceDuplicates.create_empty())


def _as(rows: pl.DataFrame, empty: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(kind) for name, kind in empty.schema.items())
