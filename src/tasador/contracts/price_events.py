"""The contract of `price_events`: what a game cost in a shop, and from when to when."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from tasador.contracts.games import FIRST_YEAR, LAST_YEAR, MAX_PRICE

__all__ = ["KEY", "MAX_EVENT_PRICE_USD", "PRICE_RULES", "PriceDuplicates", "PriceEvents", "PriceRecord", "price_rule"]

#: What has one price at a time.
KEY: Final = ("app_id", "shop", "currency")

#: No change of a price in US dollars goes higher. Real games go up to some hundreds; what lies above is another
#: currency's amount, such as 80,000.00 for a game that costs 9.99 the days before and after.
MAX_EVENT_PRICE_USD: Final = 10_000.0


def _price(says: str) -> dy.Float64:
    return dy.Float64(nullable=False, min=0.0, max=MAX_PRICE, description=says)


def _moment(says: str, *, primary_key: bool = False, alias: str | None = None) -> dy.Datetime:
    return dy.Datetime(
        nullable=False,
        primary_key=primary_key,
        time_unit="us",
        time_zone="UTC",
        alias=alias,
        description=says,
    )


def _plausible(moment: str) -> pl.Expr:
    # NOTE: a bound of the column would be a moment with a zone, for which polars runs a query when this is imported,
    # and starts its threads: a process forked from one that has them hangs.
    return pl.col(moment).dt.year().is_between(FIRST_YEAR, LAST_YEAR)


def _app_id(*, primary_key: bool = False) -> dy.UInt32:
    says = "The store's number of the entry, as in `games`."
    return dy.UInt32(nullable=False, primary_key=primary_key, description=says)


def _shop(*, primary_key: bool = False) -> dy.String:
    says = "The shop's name, as published."
    return dy.String(nullable=False, primary_key=primary_key, min_length=1, description=says)


def _currency(*, primary_key: bool = False) -> dy.String:
    says = "Currency of the prices, ISO 4217."
    return dy.String(nullable=False, primary_key=primary_key, regex="^[A-Z]{3}$", description=says)


class _Keyed(dy.Schema):
    app_id = _app_id()
    shop = _shop()
    currency = _currency()


class _Priced(dy.Schema):
    price = _price("What a buyer paid, in `currency`; 0 when free.")
    regular = _price("Price when not on sale, in `currency`.")

    @dy.rule()
    def price_above_regular(cls) -> pl.Expr:  # noqa: N805
        """A sale lowers a price."""
        return pl.col("price") <= pl.col("regular")

    @dy.rule()
    def price_implausible(cls) -> pl.Expr:  # noqa: N805
        """Prices in dollars are bounded closer than those of any currency."""
        return (pl.col("currency") != "USD") | (pl.max_horizontal("price", "regular") <= MAX_EVENT_PRICE_USD)


class _Numbered(dy.Schema):
    record_no = dy.UInt32(nullable=False, min=1, description="Number of the record in the source, from 1.")


class _Sourced(dy.Schema):
    source = dy.String(nullable=False, description="First 12 digits of the source file's sha256.")


class _At(dy.Schema):
    at = _moment("When the price changed, or was seen unchanged, UTC.")

    @dy.rule()
    def time_implausible(cls) -> pl.Expr:  # noqa: N805
        """No game was sold before there were shops."""
        return _plausible("at")


class PriceRecord(_Keyed, _At, _Priced, _Numbered):
    """What one record of a feed must be to become an event. Grain: one row a record."""

    latest = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="The last moment that the import believes."
    )

    @dy.rule()
    def time_in_future(cls) -> pl.Expr:  # noqa: N805
        """Nobody knows what a price will be."""
        return pl.col("at") <= pl.col("latest")


class _Interval(dy.Schema):
    app_id = _app_id(primary_key=True)
    shop = _shop(primary_key=True)
    currency = _currency(primary_key=True)
    from_ = _moment("When the price began to hold, UTC.", primary_key=True, alias="from")
    to = dy.Datetime(
        nullable=True,
        time_unit="us",
        time_zone="UTC",
        description="When it no longer held, UTC: the moment of the next record of the entry in that shop and "
        "currency; null where there is none.",
    )

    @dy.rule()
    def time_implausible(cls) -> pl.Expr:  # noqa: N805
        """As of the record that began it."""
        return _plausible("from")

    @dy.rule()
    def ends_after_it_begins(cls) -> pl.Expr:  # noqa: N805
        """A price that held for no time at all is a duplicate."""
        return pl.col("to").is_null() | (pl.col("from") < pl.col("to"))


class PriceEvents(_Interval, _Priced, _Sourced, _Numbered):
    """What an entry cost in a shop and currency from one moment to another, sorted by these.

    Grain: one row an `app_id`, `shop`, `currency` and `from`; the times of one entry, shop and currency do not overlap.
    """


class PriceDuplicates(_Keyed, _At, _Priced, _Sourced, _Numbered):
    """Good records of a feed that changed nothing, or that another of the same moment goes before."""

    rule = dy.String(nullable=False, description="Why it is not an event.")


#: Each rule by which a record of a feed is set apart: its name, and what it says, by the contract's own keys.
PRICE_RULES: Final[dict[str, tuple[str, str]]] = {
    "app_id|nullability": ("app_id_missing", "No app id, or none that is a whole number of 32 bits."),
    "shop|nullability": ("shop_missing", "No shop."),
    "shop|min_length": ("shop_missing", "No shop."),
    "currency|nullability": ("currency_unknown", "No currency of ISO 4217."),
    "currency|regex": ("currency_unknown", "No currency of ISO 4217."),
    "at|nullability": ("time_unreadable", "No time of ISO 8601 with its offset from UTC."),
    "time_implausible": ("time_implausible", f"The time is not within {FIRST_YEAR} to {LAST_YEAR}."),
    "time_in_future": ("time_in_future", "The time is more than a day after the import."),
    **{f"{column}|nullability": ("price_unreadable", "A price is no number.") for column in ("price", "regular")},
    **dict.fromkeys(
        (
            "price_implausible",
            *(f"{column}|{rule}" for column in ("price", "regular") for rule in ("min", "max", "inf", "nan")),
        ),
        (
            "price_implausible",
            f"A price is not within 0 to {MAX_EVENT_PRICE_USD:,.0f} US dollars, or {MAX_PRICE:,.0f} of another "
            "currency.",
        ),
    ),
    "price_above_regular": ("price_above_regular", "The price is above the one that holds when not on sale."),
}


def price_rule(key: str) -> str:
    """Name the rule that a key of the contract stands for."""
    return PRICE_RULES[key][0] if key in PRICE_RULES else key.replace("|", "_")
