"""What an answer of the store's `appdetails` call says of an app, by the names of the raw fields."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from tasador.ingest.raw_fields import FIELDS

__all__ = ["read"]

_PLATFORMS: Final = ("windows", "mac", "linux")

#: The genre of what is sold before it is finished. Its number is the same in every language.
_EARLY_ACCESS: Final = ("70", "Early Access")

#: What is read of an answer; the rest is told as unknown fields.
_READ: Final = frozenset(
    (
        "steam_appid",
        "name",
        "type",
        "is_free",
        "price_overview",
        "package_groups",
        "fullgame",
        "release_date",
        "developers",
        "publishers",
        "genres",
        "categories",
        "metacritic",
        "required_age",
        "platforms",
        "supported_languages",
    )
)

#: Below the languages stands what the asterisk behind some of them means.
_LINE_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[^>]*>|\*")


def read(app_id: str, answer: object, retrieved_at: object = None) -> dict[str, Any] | str:
    """Read an answer.

    Prices are hundredths in every currency, yen and rupiah too. Of an app that is sold and also called free, the price
    holds unless a free licence is on offer: the store shows it and asks it. A price is a subscription's own if nothing
    but subscriptions is on offer; many games are sold and may also be subscribed to.

    Args:
        app_id: The app that was asked for.
        answer: The store's `{"success": …, "data": {…}}`.
        retrieved_at: When it came, ISO 8601; None when nobody says.

    Returns:
        The record by the names of `FIELDS`, a value of another shape as it came, or the rule by which the answer is
        refused.
    """
    if not isinstance(answer, dict):
        return "answer_not_read"
    data = answer.get("data")
    if answer.get("success") is not True or not isinstance(data, dict) or not data:
        return "answer_without_data"
    found = data.get("steam_appid") or app_id
    price = _object(data.get("price_overview"))
    given = _free_licence(data)
    left = data.keys() - _READ
    return {
        **{name: None for name in left if name not in FIELDS},
        "id": found,
        "redirected": str(found) != app_id,
        "app_name": data.get("name"),
        "kind": data.get("type"),
        "base_app_id": _base(data, str(found)),
        "free": data.get("is_free"),
        "price": None if given else _units(price.get("initial")),
        "current_price": None if given else _units(price.get("final")),
        "currency": price.get("currency"),
        "subscription": "recurring_sub" in price and not _sold_once(data),
        "observed_on": retrieved_at,
        "release_date": _object(data.get("release_date")).get("date") or None,
        "developer": _joined(data.get("developers")),
        "publisher": _joined(data.get("publishers")),
        "genres": _descriptions(data.get("genres")),
        "specs": _descriptions(data.get("categories")),
        "early_access": _is_early_access(data.get("genres")),
        "metascore": _object(data.get("metacritic")).get("score"),
        "required_age": data.get("required_age"),
        "platforms": _platforms(data.get("platforms")),
        "languages": _languages(data.get("supported_languages")),
        "url": f"https://store.steampowered.com/app/{found}/",
    }


def _object(value: object) -> dict[str, Any]:
    """Take an object as it is, and for any other value an empty one: the store writes [] for what it does not have."""
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _units(hundredths: object) -> str | None:
    """Write an amount in units of its currency, exactly; one that is no whole number stays unreadable."""
    if hundredths is None:
        return None
    if isinstance(hundredths, int) and not isinstance(hundredths, bool):
        return f"{Decimal(hundredths).scaleb(-2):f}"
    return f"{hundredths} hundredths"


def _free_licence(data: dict[str, Any]) -> bool:
    return data.get("is_free") is True and any(
        offer.get("is_free_license") is True
        for group in _objects(data.get("package_groups"))
        for offer in _objects(group.get("subs"))
    )


def _sold_once(data: dict[str, Any]) -> bool:
    return any(
        group.get("is_recurring_subscription") not in {"true", True} and group.get("subs")
        for group in _objects(data.get("package_groups"))
    )


def _base(data: dict[str, Any], app_id: str) -> object:
    """The app that this one belongs to; some name none, or themselves."""
    base = _object(data.get("fullgame")).get("appid")
    return None if str(base) in {app_id, "Uninitialized"} else base


def _joined(names: object) -> object:
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return ", ".join(filter(None, names)) or None
    return names


def _descriptions(items: object) -> object:
    return [item.get("description") for item in _objects(items)] if isinstance(items, list) else items


def _is_early_access(genres: object) -> bool:
    return any(
        str(genre.get("id")) == _EARLY_ACCESS[0] or genre.get("description") == _EARLY_ACCESS[1]
        for genre in _objects(genres)
    )


def _platforms(value: object) -> object:
    return [name for name in _PLATFORMS if value.get(name) is True] if isinstance(value, dict) else value


def _languages(text: object) -> object:
    """Take the names out of the store's markup: `English<strong>*</strong>, French<br>…` is English and French."""
    if not isinstance(text, str):
        return text
    names = _MARKUP.sub("", _LINE_BREAK.split(text, 1)[0]).split(",")
    return [name.strip() for name in names if name.strip()]
