"""A catalogue repeated, with the ids of each copy shifted, to see how the cost of reading grows."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

__all__ = ["write"]

_ID = re.compile(rb"(u?'id': u?')([0-9]+)'")
_SHIFT = 10_000_000


def write(source: Path, target: Path, times: int) -> int:
    """Write a catalogue of Python literals `times` over, packed with gzip.

    Returns:
        Bytes of the same unpacked.
    """
    packed = source.read_bytes()
    data = gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed
    data = data if data.endswith(b"\n") else data + b"\n"
    size = 0
    with gzip.open(target, "wb", compresslevel=6) as file:
        for number in range(times):
            shifted = _ID.sub(lambda found: found[1] + str(int(found[2]) + number * _SHIFT).encode() + b"'", data)  # noqa: B023
            size += file.write(shifted)
    return size
