"""What is told of a game to whoever asks: a row of `games`, without what only the ingestion needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

__all__ = ["cents", "encoded"]

#: Columns of `games` that a record has as they are. Its price and currency are the list price, as a decimal text.
_COLUMNS: Final = (
    "app_id",
    "name",
    "kind",
    "base_app_id",
    "genres",
    "specs",
    "tags",
    "developer",
    "publisher",
    "release_year",
    "release_date",
    "release_precision",
    "early_access",
    "price_basis",
    "observed_on",
    "sentiment",
    "user_reviews",
    "positive_reviews",
    "negative_reviews",
    "metascore",
    "owners_min",
    "owners_max",
    "required_age",
    "platforms",
    "languages",
    "url",
)


def encoded(row: Mapping[str, Any]) -> bytes:
    """Write the record of a row of `games` as JSON."""
    price = row["list_price"]
    found = {
        **{column: _plain(row[column]) for column in _COLUMNS},
        "price": None if price is None else f"{price:.2f}",
        "currency": row["currency"],
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def cents(row: Mapping[str, Any]) -> int | None:
    """Give the list price in US cents; None where it is unknown or in another currency."""
    price = row["price_usd"]
    return None if price is None else round(price * 100)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
