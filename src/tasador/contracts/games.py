"""The contract of `games`: one row a catalogue entry, keyed by `app_id`."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from tasador.contracts.vocabulary import APP_ID_SOURCES, KINDS, PRICE_BASES, RELEASE_PRECISIONS, SENTIMENTS

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MAX_PRICE",
    "MAX_PRICE_USD",
    "RULES",
    "USED_COLUMNS",
    "GameRecord",
    "Games",
    "rule_name",
]

#: Years outside these bounds are not release years of PC games: none was sold before the first, and a
#: catalogue does not announce games for after the last.
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2049

#: No entry of a game catalogue costs more, in US dollars. The dearest real one seen is 999.00.
MAX_PRICE_USD: Final = 100_000.0

#: The same in any currency: a dollar is worth tens of thousands of some.
MAX_PRICE: Final = 10_000_000_000.0

#: What statistics and model use of a game, besides its name and year.
USED_COLUMNS: Final = ("genres", "specs", "tags", "list_price", "sentiment", "metascore")


class _GameFields(dy.Schema):
    """The columns that a record and a game share."""

    app_id_source = dy.Enum(
        APP_ID_SOURCES,
        nullable=False,
        description="Where the app id was read: the record's `id`, its store page's address, or the answer to a "
        "question about another id.",
    )
    name = dy.String(nullable=False, min_length=1, description="Name in the store's lists, entities unescaped.")
    title = dy.String(nullable=True, description="Name on the store page, where it is given.")
    kind = dy.Enum(KINDS, nullable=False, description="What the entry is, as the source says or by labels and name.")
    base_app_id = dy.UInt32(nullable=True, description="The entry that this one belongs to, such as a DLC's game.")
    genres = dy.List(dy.String(nullable=False), nullable=True, description="The store's genres; null when not given.")
    specs = dy.List(
        dy.String(nullable=False), nullable=True, description="The store's features, such as Single-player."
    )
    tags = dy.List(
        dy.String(nullable=False),
        nullable=True,
        description="Tags by users, most voted first; made after release.",
    )
    developer = dy.String(nullable=True, description="Developer's name as published, several separated by commas.")
    publisher = dy.String(nullable=True, description="Publisher's name as published, several separated by commas.")
    release_year = dy.Int16(
        nullable=False,
        min=FIRST_YEAR,
        max=LAST_YEAR,
        description="Year of release, the first four digits of the date's text.",
    )
    release_date = dy.Date(nullable=False, description="First day of the release period as exactly as it is known.")
    release_precision = dy.Enum(
        RELEASE_PRECISIONS, nullable=False, description="How exactly the release date is known."
    )
    release_text = dy.String(
        nullable=False, description="The date as published, or as a mapping's date format reads it."
    )
    early_access = dy.Bool(nullable=False, description="Sold before it is finished.")
    currency = dy.String(
        nullable=True, regex="^[A-Z]{3}$", description="Currency of the prices, ISO 4217; null when unknown."
    )
    list_price = dy.Float64(
        nullable=True,
        min=0.0,
        max=MAX_PRICE,
        description="Price when not on sale, in `currency`; 0 when free, null when unknown.",
    )
    current_price = dy.Float64(
        nullable=True,
        min=0.0,
        max=MAX_PRICE,
        description="Price on the day of observation, in `currency`; null when the source gives none beside the list "
        "price.",
    )
    price_usd = dy.Float64(
        nullable=True,
        min=0.0,
        max=MAX_PRICE_USD,
        description="List price in US dollars; 0 when free, null when unknown or in another currency.",
    )
    price_basis = dy.Enum(
        PRICE_BASES,
        nullable=False,
        description="Where the price comes from: a number, a mark, or which kind of text.",
    )
    price_text = dy.String(nullable=True, description="The price as published, when it was no number.")
    observed_on = dy.Date(
        nullable=True,
        description="Day on which the source saw the entry so, as well as it is known; null when nobody says.",
    )
    sentiment = dy.Enum(SENTIMENTS, nullable=True, description="Summary of the user reviews; null below ten reviews.")
    user_reviews = dy.UInt32(
        nullable=True, description="Number of user reviews where the source gives it instead of a summary."
    )
    positive_reviews = dy.UInt32(nullable=True, description="Number of user reviews that recommend the entry.")
    negative_reviews = dy.UInt32(nullable=True, description="Number of user reviews that do not.")
    metascore = dy.UInt8(nullable=True, max=100, description="Critics' score, 0 to 100.")
    owners_min = dy.UInt32(nullable=True, description="Accounts that own the entry: the least of an estimate.")
    owners_max = dy.UInt32(nullable=True, description="The same: the most of the estimate.")
    required_age = dy.UInt8(nullable=True, description="Years of age that a buyer must have; 0 when anyone may.")
    platforms = dy.List(dy.String(nullable=False), nullable=True, description="Operating systems: windows, mac, linux.")
    languages = dy.List(dy.String(nullable=False), nullable=True, description="Languages by their English names.")
    url = dy.String(nullable=True, description="Address of the store page.")
    unreadable = dy.List(
        dy.String(nullable=False),
        nullable=False,
        description="Source fields whose value could not be read and became null.",
    )
    source = dy.String(nullable=False, description="First 12 digits of the source file's sha256.")
    record_no = dy.UInt32(nullable=False, min=1, description="Number of the record in the source, from 1.")

    @dy.rule()
    def something_to_use(cls) -> pl.Expr:  # noqa: N805
        """At least one of the columns that statistics and model need has a value."""
        return pl.any_horizontal(pl.col(USED_COLUMNS).is_not_null())


class _RecordKey(dy.Schema):
    app_id = dy.UInt32(nullable=False, description="The store's number of the entry.")


class _GameKey(dy.Schema):
    app_id = dy.UInt32(primary_key=True, description="The store's number of the entry.")
    game_no = dy.UInt32(nullable=False, min=1, description="Sequential index of the rows, from 1, in source order.")


# NOTE: the key comes first in a table, and columns come in the order of the bases.
class GameRecord(_RecordKey, _GameFields):
    """What one record must be to become a game. Grain: one row a record; app ids may repeat."""


class Games(_GameKey, _GameFields):
    """Clean, typed, de-duplicated catalogue entries. Grain: one row an `app_id`, in source order."""


#: Each rule by which a record is set apart: the name it has in tables and reports, and what it says. The keys
#: are the contract's own; a record without a year also lacks what is read from the year, hence one name for many.
RULES: Final[dict[str, tuple[str, str]]] = {
    "app_id|nullability": (
        "app_id_missing",
        "No app id in the record, nor in the address of its store page.",
    ),
    "app_id_source|nullability": (
        "app_id_missing",
        "No app id in the record, nor in the address of its store page.",
    ),
    "name|nullability": ("name_missing", "The record has no name."),
    "name|min_length": ("name_missing", "The record has no name."),
    "release_text|nullability": ("release_year_missing", "No year can be read from the release date."),
    "release_year|nullability": ("release_year_missing", "No year can be read from the release date."),
    "release_date|nullability": ("release_year_missing", "No year can be read from the release date."),
    "release_precision|nullability": ("release_year_missing", "No year can be read from the release date."),
    "release_year|min": (
        "release_year_implausible",
        f"The release year is not within {FIRST_YEAR} to {LAST_YEAR}.",
    ),
    "release_year|max": (
        "release_year_implausible",
        f"The release year is not within {FIRST_YEAR} to {LAST_YEAR}.",
    ),
    "early_access|nullability": (
        "early_access_missing",
        "The record does not say whether it is early access.",
    ),
    **{
        f"{column}|{rule}": (
            "price_implausible",
            f"A price is not within 0 to {MAX_PRICE_USD:,.0f} US dollars, or {MAX_PRICE:,.0f} of another currency.",
        )
        for column in ("price_usd", "list_price", "current_price")
        for rule in ("min", "max", "inf", "nan")
    },
    "metascore|max": ("metascore_implausible", "The critics' score is above 100."),
    "something_to_use": ("nothing_to_use", "All the columns that statistics and model need are empty."),
}


def rule_name(key: str) -> str:
    """Name the rule that a key of the contract stands for."""
    return RULES[key][0] if key in RULES else key.replace("|", "_")
