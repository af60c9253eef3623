"""One JSON object of any size, cut into its members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasador.errors import SourceError
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
    text, where = JsonText(piece), piece.where
    text.skip()
    if not text.take("{"):
        raise _damaged(text, 0, where)
    found = 0
    more = not text.take("}")
    while more:
        text.mark()
        key = text.value()
        text.skip()
        if key is None or not isinstance(key[0], str) or not text.take(":"):
            raise _damaged(text, found, where)
        value = text.value()
        if value is None:
            raise _damaged(text, found, where)
        yield Member(key[0], value[0], text.marked().encode())
        found += 1
        text.mark()
        text.skip()
        if text.take("}"):
            more = False
        elif not text.take(","):
            raise _damaged(text, found, where)
    if not text.ended():
        raise SourceError(
            "something follows the JSON object", where=where, got=repr(text.rest()), do="Keep only the object."
        )


def _damaged(text: JsonText, found: int, where: str) -> SourceError:
    return SourceError(
        "the JSON object is damaged or ends in the middle",
        where=where,
        got=f"{text.rest()!r} after {found:,} whole members",
        expected="another member, or the end of the object",
        do="Check that the file is whole.",
    )
