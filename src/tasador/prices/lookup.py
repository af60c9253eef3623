"""What a price history says of a moment, and of a game's release."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tasador.contracts.price_events import KEY

__all__ = ["held_at", "launches", "narrowed"]


def narrowed(events: pl.DataFrame, *, shop: str | None = None, currency: str | None = None) -> pl.DataFrame:
    """Take the events of a shop, of a currency, or of both; None is any."""
    wanted = [pl.col(name) == value for name, value in (("shop", shop), ("currency", currency)) if value is not None]
    return events.filter(*wanted) if wanted else events


def held_at(events: pl.DataFrame, at: dt.datetime) -> pl.DataFrame:
    """Take what held at a moment: at most one row an entry, shop and currency.

    Args:
        events: Rows of `PriceEvents`.
        at: The moment, with its offset from UTC.
    """
    return events.filter(pl.col("from") <= at, pl.col("to").is_null() | (pl.col("to") > at))


def launches(events: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Find launch prices: the first regular price at the beginning of the day of release (UTC) or after it.

    Args:
        events: Rows of `PriceEvents`, of whole entries, sorted.
        games: `app_id`, `release_date` and `release_precision`; entries whose day of release is not known are left out.

    Returns:
        A row an entry, shop and currency, sorted: `release_date`, `launch_price` in the currency, and
        `days_after_release`, how long after that day it is first known to have held, 0 on the day.
    """
    released = pl.col("release_date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    dated = games.filter(pl.col("release_precision") == "day").select("app_id", "release_date")
    days = (pl.col("from").dt.date() - pl.col("release_date")).dt.total_days().clip(lower_bound=0)
    return (
        events.join(dated, on="app_id", maintain_order="left")
        .filter(pl.col("to").is_null() | (pl.col("to") > released))
        .unique(KEY, keep="first", maintain_order=True)
        .select(*KEY, "release_date", launch_price="regular", days_after_release=days.cast(pl.Int32))
    )
