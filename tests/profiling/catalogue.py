"""Small games tables, invented here, that satisfy the contract."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from tasador.contracts.games import Games
from tasador.profiling.currency import Currency, commonest, with_price

GENRES = (["Action", "Indie"], ["Indie"], ["Strategy"], None, ["Casual", "Indie", "Action"])
KINDS = ("game", "dlc", "game", "soundtrack", "game", "software")
STORE_KINDS = ("game", "game", "dlc", "game", "mod", "video", "advertising")
OBSERVED = dt.date(2020, 6, 1)
TWIN_DAY = dt.date(2017, 5, 5)
LADDER = (4.99, 9.99, 0.99, 4.99, 19.99, 0.0, None, 14.99, 4.99, 2.50, 149.99)


def make_row(number: int, **values: Any) -> dict[str, Any]:
    """One row, different for each number, with the given values put in; the prices follow from the list price."""
    year = 2010 + number % 8
    row = {
        "app_id": number,
        "app_id_source": "id",
        "name": f"Castle {number}",
        "title": f"Castle {number}",
        "kind": "game",
        "base_app_id": None,
        "genres": ["Action"],
        "specs": ["Single-player"],
        "tags": ["Action", "Castle"],
        "developer": f"Studio {number}",
        "publisher": "House",
        "release_year": year,
        "release_date": dt.date(year, 1, 1 + number % 28),
        "release_precision": "day",
        "release_text": str(year),
        "early_access": False,
        "currency": "USD",
        "list_price": 9.99,
        "current_price": None,
        "price_basis": "listed",
        "price_text": None,
        "observed_on": None,
        "sentiment": None,
        "user_reviews": None,
        "positive_reviews": None,
        "negative_reviews": None,
        "metascore": None,
        "owners_min": None,
        "owners_max": None,
        "required_age": None,
        "platforms": None,
        "languages": None,
        "url": None,
        "unreadable": [],
        "source": "0123456789ab",
        "record_no": number,
        "game_no": number,
        **values,
    }
    price = row["list_price"]
    if price is None and row["current_price"] is None:
        row["currency"] = None
    return {**row, "price_usd": price if row["currency"] == "USD" or price == 0 else None}


def make_games(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A games table of rows, checked against the contract; empty without rows."""
    return Games.validate(pl.DataFrame(rows, schema=Games.create_empty().schema))


def priced(games: pl.DataFrame) -> tuple[pl.DataFrame, Currency]:
    """A games table with its `price` in its commonest currency, and that currency."""
    currency = commonest(games)
    return with_price(games, currency), currency


def _price(number: int) -> float | None:
    if number % 5 == 2 and number % 3:
        return 39.99
    return 29.99 if number % 6 == 4 else LADDER[number % len(LADDER)]


def make_varied(size: int) -> pl.DataFrame:
    """A games table of `size` rows and three twins, with something of everything the profile looks for."""
    return make_games(
        [
            make_row(
                number,
                name=f"{('Dark Castle', 'Bright Keep', 'The Tower')[number % 3]} {number}",
                kind=KINDS[number % len(KINDS)],
                genres=GENRES[number % len(GENRES)],
                tags=["Action"] * (number % 2) + [f"Tag {place}" for place in range(number % 5)] or None,
                specs=None if number % 7 == 0 else ["Single-player"] + ["Co-op"] * (number % 2),
                developer=None if number % 9 == 0 else f"Studio {number % 12}",
                publisher=None if number % 4 == 0 else f"House {number % 5}",
                list_price=_price(number),
                current_price=0.49 * (number % 5 + 1) if number % 11 == 1 else None,
                sentiment=("Mixed", "Positive", "Very Positive")[number % 3] if number % 5 > 2 else None,
                user_reviews=None if number % 5 > 2 else number % 10,
                metascore=60 + number % 30 if number % 10 == 0 else None,
                early_access=number % 6 == 0,
            )
            for number in range(1, size + 1)
        ]
        + [make_row(size + number, developer="Twins", release_year=2017, release_date=TWIN_DAY) for number in (1, 2, 3)]
    )


def make_store(size: int, *, currency: str | None = "EUR", times: float = 1.0) -> pl.DataFrame:
    """A games table as the store itself tells it: in its currency, with the current price of every paid entry.

    Every sixth entry is at half its list price, and one is dear. It has owners, reviews, platforms and languages, and
    no tags.
    """
    rows = []
    for number in range(1, size + 1):
        price = 999.99 if number == 7 else _price(number)
        price = round(times * price, 2) if price else price
        sale = 0.5 if number % 6 == 0 else 1.0
        rows.append(
            make_row(
                number,
                kind=STORE_KINDS[number % len(STORE_KINDS)],
                base_app_id=10 if STORE_KINDS[number % len(STORE_KINDS)] == "dlc" else None,
                genres=GENRES[number % len(GENRES)],
                tags=None,
                developer=f"Studio {number % 40}",
                currency=currency if price else None,
                list_price=price,
                current_price=sale * price if price else None,
                observed_on=OBSERVED,
                positive_reviews=number * 37 % 501,
                negative_reviews=number * 11 % 97,
                owners_min=20_000 * (number % 4),
                owners_max=20_000 * (number % 4 + 1),
                required_age=18 if number % 13 == 0 else 0,
                platforms=["windows", *["mac"] * (number % 3 == 0), *["linux"] * (number % 4 == 0)],
                languages=["English", *["German"] * (number % 2), *["French"] * (number % 5 == 0)],
                metascore=60 + number % 30 if number % 10 == 0 else None,
            )
        )
    return make_games(rows)
