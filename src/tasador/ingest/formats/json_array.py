"""One JSON array of records, over any number of lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tasador.errors import SourceError
from tasador.ingest.formats.batches import batches
from tasador.ingest.formats.json_lines import read_record
from tasador.ingest.formats.json_text import JsonText
from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw import RawRows

__all__ = ["elements", "read"]


def read(pieces: Iterable[Piece]) -> Iterator[RawRows]:
    """Read pieces, each an array, some elements at a time."""
    return batches((element, read_record(element)) for element in itertools.chain.from_iterable(map(elements, pieces)))


def elements(piece: Piece) -> Iterator[bytes]:
    """Cut an array into its elements, each as it stands.

    Raises:
        SourceError: The array is damaged or ends in the middle, or something follows it.
    """
    text, where = JsonText(piece), piece.where
    text.skip()
    if not text.take("["):
        raise _damaged(text, 0, where)
    found = 0
    more = not text.take("]")
    while more:
        text.mark()
        element = text.value()
        if element is None:
            raise _damaged(text, found, where)
        yield element[1].encode()
        found += 1
        text.mark()
        text.skip()
        if text.take("]"):
            more = False
        elif not text.take(","):
            raise _damaged(text, found, where)
    if not text.ended():
        raise SourceError(
            "something follows the JSON array", where=where, got=repr(text.rest()), do="Keep only the array."
        )


def _damaged(text: JsonText, found: int, where: str) -> SourceError:
    return SourceError(
        "the JSON array is damaged or ends in the middle",
        where=where,
        got=f"{text.rest()!r} after {found:,} whole elements",
        expected="another element, or the end of the array",
        do="Check that the file is whole.",
    )
