"""Small games tables, invented here, that satisfy the contract."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from tasador.contracts.games import Games

GENRES = (["Action", "Indie"], ["Indie"], ["Strategy"], None, ["Casual", "Indie", "Action"])
KINDS = ("game", "dlc", "game", "soundtrack", "game", "software")
TWIN_DAY = dt.date(2017, 5, 5)
LADDER = (4.99, 9.99, 0.99, 4.99, 19.99, 0.0, None, 14.99, 4.99, 2.50, 149.99)


def make_row(number: int, **values: Any) -> dict[str, Any]:
    """One complete row, different for each number, with the given values put in."""
    year = 2010 + number % 8
    return {
        "app_id": number,
        "app_id_source": "id",
        "name": f"Castle {number}",
        "title": f"Castle {number}",
        "kind": "game",
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
        "price_usd": 9.99,
        "price_basis": "listed",
        "price_text": None,
        "discount_price_usd": None,
        "sentiment": None,
        "user_reviews": None,
        "metascore": None,
        "url": None,
        "unreadable": [],
        "source": "0123456789ab",
        "record_no": number,
        "game_no": number,
        **values,
    }


def make_games(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A games table of rows, checked against the contract; empty without rows."""
    return Games.validate(pl.DataFrame(rows, schema=Games.create_empty().schema))


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
                price_usd=_price(number),
                discount_price_usd=0.49 * (number % 5 + 1) if number % 11 == 1 else None,
                sentiment=("Mixed", "Positive", "Very Positive")[number % 3] if number % 5 < 2 else None,
                user_reviews=None if number % 5 < 2 else number % 10,
                metascore=60 + number % 30 if number % 10 == 0 else None,
                early_access=number % 6 == 0,
            )
            for number in range(1, size + 1)
        ]
        + [make_row(size + number, developer="Twins", release_year=2017, release_date=TWIN_DAY) for number in (1, 2, 3)]
    )
