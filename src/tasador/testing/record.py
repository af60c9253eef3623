"""A raw record: the fields of one entry, in the orders the raw file has them."""

from __future__ import annotations

from random import Random
from typing import Final, TypeAlias

from tasador.testing.names import slug

__all__ = ["FIELDS", "Record", "Value", "address", "order_fields", "rename"]

Value: TypeAlias = str | int | float | bool | list[str]
Record: TypeAlias = dict[str, Value]

#: Python 2 kept the keys of a dict in the order of their hashes, which depends on how many there are.
_LONG_ORDER: Final = (
    "publisher",
    "genres",
    "app_name",
    "sentiment",
    "title",
    "url",
    "release_date",
    "tags",
    "discount_price",
    "reviews_url",
    "specs",
    "price",
    "metascore",
    "early_access",
    "id",
    "developer",
)

#: All fields that a record may have.
FIELDS: Final = _LONG_ORDER

_SHORT_ORDER: Final = (
    "app_name",
    "sentiment",
    "tags",
    "url",
    "release_date",
    "price",
    "discount_price",
    "reviews_url",
    "id",
    "metascore",
    "early_access",
    "specs",
)
_LONG_SHORT_FIELDS: Final = frozenset(_LONG_ORDER) - frozenset(_SHORT_ORDER)

#: Records whose keys stand in yet another order.
SHUFFLED_SHARE: Final = 0.004


def address(app_id: str, name: str) -> str:
    """The address of an entry's store page."""
    return f"http://store.steampowered.com/app/{app_id}/{slug(name)}/"


def rename(record: Record, name: str) -> None:
    """Give an entry another name, on its page and in its address too."""
    record["app_name"] = name
    record["title"] = name.replace("&", "&amp;")
    record["url"] = address(str(record["id"]), name)


def order_fields(record: Record, rng: Random) -> Record:
    """The record with its fields in an order of the raw file."""
    if rng.random() < SHUFFLED_SHARE:
        fields = list(record)
        rng.shuffle(fields)
        return {field: record[field] for field in fields}
    order = _SHORT_ORDER if _LONG_SHORT_FIELDS.isdisjoint(record) else _LONG_ORDER
    return {field: record[field] for field in order if field in record}
