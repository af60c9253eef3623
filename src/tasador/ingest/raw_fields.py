"""The fields that a raw record may have, and their untyped columns."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["FIELDS", "LIST_FIELDS", "NUMBER_FIELDS", "TEXT_FIELDS"]

#: Fields that hold a text, or a number that may be written as one.
TEXT_FIELDS: Final = (
    "id",
    "app_name",
    "title",
    "developer",
    "publisher",
    "release_date",
    "price",
    "discount_price",
    "sentiment",
    "metascore",
    "url",
    "reviews_url",
)

#: Those of them that sources write as numbers.
NUMBER_FIELDS: Final = ("price", "discount_price", "metascore")

#: Fields that hold a list of texts.
LIST_FIELDS: Final = ("genres", "specs", "tags")

#: All fields with the type of their raw column.
FIELDS: Final = pl.Schema(
    {
        **dict.fromkeys(TEXT_FIELDS, pl.String()),
        **dict.fromkeys(LIST_FIELDS, pl.List(pl.String())),
        "early_access": pl.Boolean(),
    }
)
