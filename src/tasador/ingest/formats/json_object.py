"""One JSON object of any size, cut into its members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasador.ingest.formats.json_items import OBJECT, items
from tasador.ingest.formats.json_text import JsonText
from tasador.ingest.formats.piece import Piece

__all__ = ["Member", "members"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a JSON object.

    Attributes:
        key: Its key.
        value: Its value.
        text: Both as they stand: `"key": value`.
    """

    key: str
    value: Any
    text: bytes


def members(piece: Piece) -> Iterator[Member]:
    """Cut an object into its members, in their order; a key may come twice.

    Raises:
        SourceError: The object is damaged or ends in the middle, or something follows it.
    """
    return items(piece, OBJECT, _member)


def _member(text: JsonText) -> Member | None:
    key = text.value()
    text.skip()
    if key is None or not isinstance(key[0], str) or not text.take(":"):
        return None
    value = text.value()
    return None if value is None else Member(key[0], value[0], text.marked().encode())
