"""The currency that the figures of prices are in: the commonest of the table. Nothing is converted, nothing mixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from tasador.profiling.figures import share

__all__ = ["DEAR_USD", "Currency", "commonest", "with_price"]

#: Above this price in US dollars figures are shown with and without the row.
DEAR_USD: Final = 100.0

#: The same in another currency: so many medians, rounded to one digit. 100 dollars are as much in the catalogue for
#: which they were chosen.
DEAR_MEDIANS: Final = 20

#: A price below this part of the dear one is low.
LOW_PART: Final = 10


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency, and how much of the table is priced in it.

    Attributes:
        code: ISO 4217; None when most paid rows do not name theirs.
        n: Paid rows priced in it.
        n_paid: Paid rows in all currencies.
        share: The first of the second, 0 to 1; None when no row is paid.
        low: Prices below this amount are counted.
        dear: Prices above this amount are shown with and without.
    """

    code: str | None
    n: int
    n_paid: int
    share: float | None
    low: float
    dear: float

    @property
    def price_name(self) -> str:
        """What the price is called among columns: `price_usd`."""
        return f"price_{self.code.lower()}" if self.code else "price"


def commonest(games: pl.DataFrame) -> Currency:
    """Find the currency of most paid rows; of equal ones the first by code, and US dollars when no row is paid."""
    paid = games.filter(pl.col("list_price") > 0)
    groups = paid.group_by("currency").agg(n=pl.len(), median=pl.col("list_price").median())
    if groups.is_empty():
        return Currency("USD", 0, 0, None, DEAR_USD / LOW_PART, DEAR_USD)
    most = groups.sort(["n", "currency"], descending=[True, False], nulls_last=True).row(0, named=True)
    dear = DEAR_USD if most["currency"] == "USD" else float(f"{DEAR_MEDIANS * most['median']:.0e}")
    return Currency(most["currency"], most["n"], len(paid), share(most["n"], len(paid)), dear / LOW_PART, dear)


def with_price(games: pl.DataFrame, currency: Currency) -> pl.DataFrame:
    """Add `price`, the list price in a currency: 0 when free, null when unknown or in another currency."""
    # NOTE: what is free is free in any currency.
    is_in = pl.col("currency").eq_missing(pl.lit(currency.code, pl.String)) | (pl.col("list_price") == 0)
    return games.with_columns(price=pl.when(is_in).then("list_price"))
