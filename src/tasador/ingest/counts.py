"""Fields that are whole numbers, written in more than one way."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["COUNTS", "count"]

#: Each column: its field, its type, and how the number stands in the text. Owners come as a range or alone.
COUNTS: Final[dict[str, tuple[str, pl.DataType, str]]] = {
    "base_app_id": ("base_app_id", pl.UInt32(), r"^([0-9]+)$"),
    "required_age": ("required_age", pl.UInt8(), r"^([0-9]+)\+?$"),
    "owners_min": ("owners", pl.UInt32(), r"^([0-9,]+)(?: ?(?:-|\.\.) ?[0-9,]+)?$"),
    "owners_max": ("owners", pl.UInt32(), r"^(?:[0-9,]+ ?(?:-|\.\.) ?)?([0-9,]+)$"),
    "positive_reviews": ("positive_reviews", pl.UInt32(), r"^([0-9]+)$"),
    "negative_reviews": ("negative_reviews", pl.UInt32(), r"^([0-9]+)$"),
}


def count(column: str, texts: pl.Series) -> pl.Series:
    """Read one of the columns from the texts of its field; a text that is no such number is null."""
    _, dtype, pattern = COUNTS[column]
    if texts.null_count() == len(texts):
        return pl.repeat(None, len(texts), dtype=dtype, eager=True).alias(column)
    digits = texts.str.extract(pattern).str.replace_all(",", "", literal=True)
    return digits.cast(dtype, strict=False).alias(column)
