"""Raw rows to candidate games: typed, entities unescaped, texts read; nothing dropped. Row by row only."""

from __future__ import annotations

import datetime as dt
import html
from typing import Final

import polars as pl

from tasador.contracts.vocabulary import APP_ID_SOURCES, PRICE_BASES, SENTIMENTS
from tasador.ingest import kinds
from tasador.ingest.counts import COUNTS, count
from tasador.ingest.dates import release_dates
from tasador.ingest.distinct import with_distinct
from tasador.ingest.labels import labels
from tasador.ingest.prices import price_columns
from tasador.ingest.raw_fields import FIELDS, LIST_FIELDS
from tasador.ingest.unreadable import unreadable

__all__ = ["normalise"]

_CURRENCY: Final = r"^[A-Z]{3}$"


def normalise(
    raw: pl.DataFrame, *, source: str, currency: str | None = None, observed_on: dt.date | None = None
) -> pl.DataFrame:
    """Turn raw rows into candidate games.

    A value that cannot be read becomes null and its field is named in `unreadable`. An app id that the record
    lacks is read from the address of its store page.

    Args:
        raw: The rows of `RawRows`.
        source: First 12 digits of the source's sha256.
        currency: The currency of prices where the record does not say.
        observed_on: The day of observation where the record does not say.

    Returns:
        One row a raw row, in their order: the columns of `Games` but `game_no`, any of them null; `start` and `stop`
        as they came; `id_text`, the record's own id, and `date_is_iso`.
    """
    rows = raw.rename({name: f"raw_{name}" for name in FIELDS})
    for column, make in _BY_VALUE.items():
        rows = with_distinct(rows, column, make)
    rows = rows.with_columns(labels(rows[f"raw_{name}"]).alias(name) for name in LIST_FIELDS)
    rows = rows.with_columns(flag for name, flags in _FLAGS.items() for flag in flags(pl.col(name)))
    stated = pl.col("raw_currency")
    code = pl.when(stated.is_null()).then(pl.lit(currency)).when(stated.str.contains(_CURRENCY)).then(stated)
    free = pl.col("raw_free").fill_null(value=False) & (pl.col("price_basis") == "missing")
    subscribed = pl.col("raw_subscription").fill_null(value=False) & (pl.col("price_basis") == "listed")
    own_id = pl.col("raw_id").cast(pl.UInt32, strict=False)
    rows = rows.with_columns(
        _url_ids(rows).alias("url_id"),
        _unescaped(rows["raw_app_name"]).alias("name"),
        *(_unescaped(rows[f"raw_{name}"]).alias(name) for name in ("title", "developer", "publisher")),
        *(count(column, rows[f"raw_{field}"]) for column, (field, _, _) in COUNTS.items()),
        own_id=own_id,
        list_price=pl.when(free).then(0.0).otherwise("list_price"),
        price_basis=pl.when(free)
        .then(pl.lit("free_flag", dtype=pl.Enum(PRICE_BASES)))
        .when(subscribed)
        .then(pl.lit("subscription", dtype=pl.Enum(PRICE_BASES)))
        .otherwise("price_basis"),
        current_price=pl.coalesce("raw_current_price", "raw_discount_price").cast(pl.Float64, strict=False),
        currency=code,
        observed_on=pl.when(pl.col("raw_observed_on").is_null())
        .then(pl.lit(observed_on, pl.Date))
        .otherwise(pl.col("raw_observed_on").str.head(10).str.to_date("%Y-%m-%d", strict=False)),
        metascore=pl.col("raw_metascore").cast(pl.UInt8, strict=False),
        source_kind=pl.col("raw_kind").str.to_lowercase(),
    )
    # NOTE: only a missing id is read from the address; one that is there but wrong stays wrong.
    from_url = pl.col("url_id").is_not_null()
    in_dollars = pl.col("currency") == "USD"
    return rows.select(
        "start",
        "stop",
        pl.col("is_iso").alias("date_is_iso"),
        pl.col("raw_id").alias("id_text"),
        pl.when(from_url).then("url_id").otherwise("own_id").alias("app_id"),
        pl.when(from_url)
        .then(pl.lit("url", dtype=pl.Enum(APP_ID_SOURCES)))
        .when(pl.col("raw_redirected").fill_null(value=False))
        .then(pl.lit("redirect", dtype=pl.Enum(APP_ID_SOURCES)))
        .when(pl.col("own_id").is_not_null())
        .then(pl.lit("id", dtype=pl.Enum(APP_ID_SOURCES)))
        .alias("app_id_source"),
        "name",
        "title",
        kinds.kind_column(),
        "base_app_id",
        "genres",
        "specs",
        "tags",
        "developer",
        "publisher",
        "release_year",
        "release_date",
        "release_precision",
        pl.col("raw_release_date").alias("release_text"),
        pl.col("raw_early_access").alias("early_access"),
        pl.when(pl.col("list_price").is_not_null() | pl.col("current_price").is_not_null()).then("currency"),
        "list_price",
        "current_price",
        pl.when(in_dollars).then("list_price").alias("price_usd"),
        "price_basis",
        "price_text",
        "observed_on",
        "sentiment",
        "user_reviews",
        "positive_reviews",
        "negative_reviews",
        "metascore",
        "owners_min",
        "owners_max",
        "required_age",
        "platforms",
        "languages",
        pl.col("raw_url").alias("url"),
        unreadable(rows),
        pl.lit(source).alias("source"),
        "record_no",
    )


def _released(texts: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([texts, release_dates(texts["raw_release_date"])], how="horizontal")


def _priced(texts: pl.DataFrame) -> pl.DataFrame:
    return texts.select("raw_price", *price_columns(pl.col("raw_price")))


def _reviewed(texts: pl.DataFrame) -> pl.DataFrame:
    """Part the summaries of user reviews from the counts that stand in for them."""
    text = pl.col("raw_sentiment")
    return texts.select(
        text,
        text.cast(pl.Enum(SENTIMENTS), strict=False).alias("sentiment"),
        text.str.extract(r"^([0-9]+) user reviews?$").cast(pl.UInt32, strict=False).alias("user_reviews"),
    )


_FLAGS: Final = {"genres": kinds.genre_flags, "specs": kinds.spec_flags, "tags": kinds.tag_flags}

#: What is made of the distinct values of a column.
_BY_VALUE: Final = {
    "raw_release_date": _released,
    "raw_price": _priced,
    "raw_sentiment": _reviewed,
}


def _url_ids(rows: pl.DataFrame) -> pl.Series:
    """Read the app ids that records lack from the addresses of their store pages; null where there is no need."""
    lacking = rows["raw_id"].is_null().arg_true()
    ids = rows["raw_url"].gather(lacking).str.extract(r"/app/([0-9]+)").cast(pl.UInt32, strict=False)
    return pl.repeat(None, rows.height, dtype=pl.UInt32, eager=True).scatter(lacking, ids)


def _unescaped(texts: pl.Series) -> pl.Series:
    """Unescape HTML entities, once: `&amp;amp;` is the text `&amp;`. Few texts hold any."""
    at = texts.str.contains("&", literal=True).fill_null(value=False).arg_true()
    return texts.clone().scatter(at, [html.unescape(text) for text in texts.gather(at)])
