"""The items of one JSON array or object, cut out of a stream one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from tasador.errors import SourceError
from tasador.ingest.formats.json_text import JsonText
from tasador.ingest.formats.piece import Piece

__all__ = ["ARRAY", "OBJECT", "Container", "items"]

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Container:
    """What holds items: what it and one of them are called, and how it begins and ends."""

    name: str
    item: str
    begins: str
    ends: str


ARRAY: Final = Container("array", "element", "[", "]")
OBJECT: Final = Container("object", "member", "{", "}")


def items(piece: Piece, container: Container, read: Callable[[JsonText], Item | None]) -> Iterator[Item]:
    """Cut a container into its items, in their order.

    Args:
        piece: One container, and nothing else.
        container: Which.
        read: Goes past an item from its marked beginning; None where there is no whole one.

    Raises:
        SourceError: The container is damaged or ends in the middle, or something follows it.
    """
    text = JsonText(piece)
    found = 0

    def damaged() -> SourceError:
        return SourceError(
            f"the JSON {container.name} is damaged or ends in the middle",
            where=piece.where,
            got=f"{text.rest()!r} after {found:,} whole {container.item}s",
            expected=f"another {container.item}, or the end of the {container.name}",
            do="Check that the file is whole.",
        )

    text.skip()
    if not text.take(container.begins):
        raise damaged()
    more = not text.take(container.ends)
    while more:
        text.mark()
        item = read(text)
        if item is None:
            raise damaged()
        yield item
        found += 1
        text.mark()
        text.skip()
        if text.take(container.ends):
            more = False
        elif not text.take(","):
            raise damaged()
    if not text.ended():
        raise SourceError(
            f"something follows the JSON {container.name}",
            where=piece.where,
            got=repr(text.rest()),
            do=f"Keep only the {container.name}.",
        )
