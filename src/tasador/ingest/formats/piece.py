"""A piece of a source: one file of it, as a stream of bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["Piece"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a source, unpacked.

    Attributes:
        where: What to call it in errors.
        blocks: Gives its bytes from the beginning, in parts of any size.
    """

    where: str
    blocks: Callable[[], Iterator[bytes]]
