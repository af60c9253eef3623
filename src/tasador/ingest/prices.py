"""Prices: numbers as they are, texts by an explicit table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from tasador.contracts.vocabulary import PRICE_BASES

__all__ = ["PRICE_TEXTS", "PriceText", "price_columns"]


@dataclass(frozen=True, slots=True)
class PriceText:
    """A kind of text that stands where a price belongs.

    Attributes:
        pattern: What the text looks like, in lower case; a group catches the amount.
        basis: What it says of the price: see `PRICE_BASES`.
        price: What it says of the price itself: that it is 0, the amount its group caught, or nothing.
    """

    pattern: str
    basis: str
    price: Literal["zero", "caught", "unknown"]


#: Read from top to bottom; the first that fits holds. A text that none fits is `unreadable`, its price null.
PRICE_TEXTS: Final = (
    PriceText(r"^free\b", "free_text", "zero"),
    PriceText(r"^play for free!?$", "free_text", "zero"),
    PriceText(r"^(?:play|install) now$", "free_text", "zero"),
    PriceText(r"^install theme$", "free_text", "zero"),
    PriceText(r"^play (?:.+ )?demo$", "free_text", "zero"),
    PriceText(r"^starting at \$([0-9]+(?:\.[0-9]+)?)$", "starting_at", "caught"),
    PriceText(r"^third[- ]party$", "elsewhere", "unknown"),
)


def price_columns(text: pl.Expr) -> list[pl.Expr]:
    """Read a price.

    Args:
        text: The price as published: a number written as text, a text, or null.

    Returns:
        `list_price` (Float64, in the record's currency), `price_basis` (one of `PRICE_BASES`) and `price_text`, what
        was published where that was no number.
    """
    number = text.cast(pl.Float64, strict=False)
    lower = text.str.strip_chars().str.to_lowercase()
    basis = pl.when(text.is_null()).then(_basis("missing")).when(number.is_not_null()).then(_basis("listed"))
    price = pl.when(number.is_not_null()).then(number).when(text.is_null()).then(None)
    for entry in PRICE_TEXTS:
        fits = lower.str.contains(entry.pattern)
        basis = basis.when(fits).then(_basis(entry.basis))
        if entry.price == "zero":
            price = price.when(fits).then(pl.lit(0.0))
        elif entry.price == "caught":
            price = price.when(fits).then(lower.str.extract(entry.pattern).cast(pl.Float64))
    return [
        price.otherwise(None).alias("list_price"),
        basis.otherwise(_basis("unreadable")).alias("price_basis"),
        pl.when(number.is_null()).then(text).alias("price_text"),
    ]


def _basis(name: str) -> pl.Expr:
    return pl.lit(name, dtype=pl.Enum(PRICE_BASES))
