"""The fields that a raw record may have, and their untyped columns."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["FIELDS", "LIST_FIELDS", "PUBLISHED_FIELDS", "TEXT_FIELDS", "TRUTH_FIELDS"]

#: Fields of the UCSD data sets that hold a text, or a number that may be written as one.
_PUBLISHED_TEXTS: Final = (
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
_PUBLISHED_LISTS: Final = ("genres", "specs", "tags")

#: The same of other sources.
_OTHER_TEXTS: Final = (
    "kind",
    "base_app_id",
    "currency",
    "current_price",
    "observed_on",
    "required_age",
    "owners",
    "positive_reviews",
    "negative_reviews",
)

TEXT_FIELDS: Final = (*_PUBLISHED_TEXTS, *_OTHER_TEXTS)

#: Fields that hold a list of texts.
LIST_FIELDS: Final = (*_PUBLISHED_LISTS, "platforms", "languages")

#: Fields that hold a truth value.
TRUTH_FIELDS: Final = ("early_access", "free", "subscription", "redirected")

#: All fields with the type of their raw column.
FIELDS: Final = pl.Schema(
    {
        **dict.fromkeys(TEXT_FIELDS, pl.String()),
        **dict.fromkeys(LIST_FIELDS, pl.List(pl.String())),
        **dict.fromkeys(TRUTH_FIELDS, pl.Boolean()),
    }
)

#: The fields of the UCSD data sets, which its Python literals have and no others.
PUBLISHED_FIELDS: Final = pl.Schema(
    {name: FIELDS[name] for name in (*_PUBLISHED_TEXTS, *_PUBLISHED_LISTS, "early_access")}
)
