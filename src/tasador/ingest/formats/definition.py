"""What a source format is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tasador.ingest.formats.piece import Piece
from tasador.ingest.raw import RawRows

__all__ = ["Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """How the records of a source are written.

    Attributes:
        name: What `--format` calls it.
        example: A record, for errors.
        read: Reads the pieces of a source into raw rows, block by block.
        currency: The currency of prices where records do not say, ISO 4217; None when it is unknown.
        by_line: Whether each block of whole lines is read by itself, so that files can be read from any line on.
    """

    name: str
    example: str
    read: Callable[[Iterable[Piece]], Iterator[RawRows]]
    currency: str | None = None
    by_line: bool = False
