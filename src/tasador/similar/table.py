"""The nearest entries of each, found beforehand: read from bytes by the standard library, in microseconds.

The file: a head of 16 bytes (`TNNB`, the format, how many entries, how many each has), then the entries' app ids,
ascending, those of each one's nearest, and the similarities, in ten-thousandths. Numbers are little-endian, without
signs, of four bytes; similarities of two. An entry with fewer alike ones has app ids of 0 in their place.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import lt
from typing import Final, Literal

from tasador.errors import BundleError

__all__ = ["FILE", "LENGTH", "Table", "shown", "write"]

FILE: Final = "neighbours.bin"

#: How many each entry has.
LENGTH: Final = 20

_HEAD: Final = struct.Struct("<4sIII")
_BEGINS: Final = b"TNNB"
_FORMAT: Final = 1
_WHOLE: Final = 10_000

Nearest = Sequence[tuple[int, float]]


class Table:
    """The nearest entries of each. Threads may share one.

    Args:
        data: The file, its hash checked.

    Raises:
        BundleError: It is no such file, or of another format.
    """

    def __init__(self, data: bytes) -> None:
        try:
            begins, found, n, length = _HEAD.unpack_from(data)
        except struct.error as error:
            raise _wrong(error) from error
        if (begins, found) != (_BEGINS, _FORMAT) or len(data) != _HEAD.size + 4 * n + 6 * n * length:
            raise _wrong(f"{len(data)} bytes that begin with {begins!r}, format {found}")
        body = memoryview(data)[_HEAD.size :]
        self._length: Final = length
        self._app_ids: Final = _numbers(body[: 4 * n], "I")
        self._nearest: Final = _numbers(body[4 * n : 4 * n * (1 + length)], "I")
        self._similarities: Final = _numbers(body[4 * n * (1 + length) :], "H")
        if not all(lt(*both) for both in pairwise(self._app_ids)):
            raise _wrong("app ids that are not in order")
        if not set(self._nearest) <= {0, *self._app_ids}:
            raise _wrong("app ids that are none of the entries'")

    def nearest(self, app_id: int, k: int) -> list[tuple[int, float]] | None:
        """Give the app ids of the k entries most like one, the most alike first, and how alike they are.

        Returns:
            None where the table does not say: the entry is not in it, or k is more than each has.
        """
        place = bisect_left(self._app_ids, app_id)
        if k > self._length or place == len(self._app_ids) or self._app_ids[place] != app_id:
            return None
        begin = place * self._length
        found = zip(self._nearest[begin : begin + k], self._similarities[begin : begin + k], strict=True)
        return [(other, share / _WHOLE) for other, share in found if other]


def shown(similarity: float) -> float:
    """Give a similarity as answers have it: four digits."""
    return round(similarity * _WHOLE) / _WHOLE


def write(nearest: Iterable[tuple[int, Nearest]]) -> bytes:
    """Write the file.

    Args:
        nearest: The app ids of entries with those of their nearest, the most alike first, and their similarities.
    """
    rows = sorted(nearest)
    app_ids = array("I", (app_id for app_id, _ in rows))
    others, similarities = array("I"), array("H")
    for _, found in rows:
        missing = LENGTH - len(found)
        others.extend([other for other, _ in found] + [0] * missing)
        similarities.extend([round(similarity * _WHOLE) for _, similarity in found] + [0] * missing)
    if sys.byteorder == "big":
        for numbers in (app_ids, others, similarities):
            numbers.byteswap()
    head = _HEAD.pack(_BEGINS, _FORMAT, len(rows), LENGTH)
    return b"".join((head, app_ids.tobytes(), others.tobytes(), similarities.tobytes()))


def _numbers(data: memoryview, code: Literal["I", "H"]) -> Sequence[int]:
    if sys.byteorder == "little":
        return data.cast(code)
    numbers = array(code, data.tobytes())
    numbers.byteswap()
    return numbers


def _wrong(got: object) -> BundleError:
    return BundleError(
        "the table of nearest entries cannot be read",
        where=FILE,
        got=got,
        expected=f"format {_FORMAT}",
        do="Use the Tasador version that wrote it, or train again with this one.",
    )
