"""One JSON array of records, over any number of lines."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tasador.ingest.formats.batches import batches
from tasador.ingest.formats.json_items import ARRAY, items
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
    return items(piece, ARRAY, _element)


def _element(text: JsonText) -> bytes | None:
    return None if (element := text.value()) is None else element[1].encode()
