"""Raw rows to candidate games: typed, entities unescaped, texts read; nothing dropped. Row by row only."""

from __future__ import annotations

import html
from typing import Final

import polars as pl

from tasador.contracts.vocabulary import SENTIMENTS
from tasador.ingest.dates import release_columns
from tasador.ingest.kinds import kind_column
from tasador.ingest.prices import price_columns
from tasador.ingest.raw_fields import LIST_FIELDS

__all__ = ["ISO_DATE", "normalise"]

ISO_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

#: What a source writes for a score it does not have.
_NO_SCORE: Final = "NA"


def normalise(raw: pl.DataFrame, *, source: str) -> pl.DataFrame:
    """Turn raw rows into candidate games.

    A value that cannot be read becomes null and its field is named in `unreadable`. An app id that the record
    lacks is read from the address of its store page.

    Args:
        raw: The rows of `RawRows`.
        source: First 12 digits of the source file's sha256.

    Returns:
        One row a raw row, in their order: the columns of `Games` but `game_no`, any of them null, and `record`
        and `id` as they came.
    """
    columns = raw.with_columns(
        _unescaped(raw, "app_name").alias("name"),
        *(_unescaped(raw, name) for name in ("title", "developer", "publisher")),
        *(_labels(raw, name) for name in LIST_FIELDS),
        pl.col("id").cast(pl.UInt32, strict=False).alias("own_id"),
        pl.col("url").str.extract(r"/app/([0-9]+)").cast(pl.UInt32, strict=False).alias("url_id"),
        *release_columns(pl.col("release_date")),
        pl.col("release_date").alias("release_text"),
        *price_columns(pl.col("price")),
        pl.col("discount_price").cast(pl.Float64, strict=False).alias("discount_price_usd"),
        *_sentiment_columns(pl.col("sentiment")),
        pl.col("metascore").cast(pl.UInt8, strict=False).alias("metascore"),
        pl.col("metascore").alias("metascore_text"),
        pl.col("sentiment").alias("sentiment_text"),
    )
    # NOTE: only a missing id is read from the address; one that is there but wrong stays wrong.
    from_url = pl.col("id").is_null() & pl.col("url_id").is_not_null()
    return columns.select(
        "record",
        "id",
        pl.when(from_url).then("url_id").otherwise("own_id").alias("app_id"),
        pl.when(from_url)
        .then(pl.lit("url"))
        .when(pl.col("own_id").is_not_null())
        .then(pl.lit("id"))
        .alias("app_id_source"),
        "name",
        "title",
        kind_column(),
        "genres",
        "specs",
        "tags",
        "developer",
        "publisher",
        "release_year",
        "release_date",
        "release_precision",
        "release_text",
        "early_access",
        "price_usd",
        "price_basis",
        "price_text",
        "discount_price_usd",
        "sentiment",
        "user_reviews",
        "metascore",
        "url",
        _unreadable(),
        pl.lit(source).alias("source"),
        "record_no",
    )


def _unescaped(raw: pl.DataFrame, column: str) -> pl.Expr:
    """Unescape HTML entities in a text, once: `&amp;amp;` is the text `&amp;`."""
    return pl.col(column).replace(_entities(raw[column]))


def _labels(raw: pl.DataFrame, column: str) -> pl.Expr:
    """Unescape and trim the labels of a list, each once, in their order; an empty list is null."""
    entities = _entities(raw[column].explode(empty_as_null=False))
    labels = pl.element().replace(entities).str.strip_chars()
    kept = pl.col(column).list.eval(labels.filter(labels != "").unique(maintain_order=True))
    return pl.when(kept.list.len() > 0).then(kept).alias(column)


def _entities(texts: pl.Series) -> dict[str, str]:
    """Map the texts that hold an HTML entity to what they say: few, so Python may do it."""
    found = texts.filter(texts.str.contains("&", literal=True)).unique()
    return {text: html.unescape(text) for text in found}


def _sentiment_columns(text: pl.Expr) -> list[pl.Expr]:
    """Part the summaries of user reviews from the counts that stand in for them."""
    return [
        pl.when(text.is_in(SENTIMENTS)).then(text).alias("sentiment"),
        text.str.extract(r"^([0-9]+) user reviews?$").cast(pl.UInt32, strict=False).alias("user_reviews"),
    ]


def _unreadable() -> pl.Expr:
    """Name the fields that had a value but could not be read."""
    lost = {
        "id": pl.col("id").is_not_null() & pl.col("own_id").is_null(),
        "price": pl.col("price_basis") == "unreadable",
        "discount_price": pl.col("discount_price").is_not_null() & pl.col("discount_price_usd").is_null(),
        "sentiment": pl.col("sentiment_text").is_not_null()
        & pl.col("sentiment").is_null()
        & pl.col("user_reviews").is_null(),
        "metascore": pl.col("metascore_text").is_not_null()
        & pl.col("metascore").is_null()
        & (pl.col("metascore_text") != _NO_SCORE),
    }
    names = pl.concat_list([pl.when(is_lost).then(pl.lit(field)) for field, is_lost in lost.items()])
    return pl.concat_list(names.list.drop_nulls(), "misshapen").alias("unreadable")
