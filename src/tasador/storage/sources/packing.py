"""What a source is packed with: found by its first bytes, unpacked as it is read."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Iterator
from typing import Any, Final, cast

from zlib_ng import gzip_ng, zlib_ng

from tasador.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["BLOCK_BYTES", "GZIP", "SUFFIXES", "ZIP", "damaged", "is_packed", "unpacked"]

#: How much is held at a time.
BLOCK_BYTES: Final = 1 << 20

#: How packed files begin. The second of zip is an archive without a file.
GZIP: Final = b"\x1f\x8b"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: What is raised where an archive is damaged.
_DAMAGED: Final[tuple[type[Exception], ...]] = (gzip.BadGzipFile, cast(type[Exception], zlib_ng.error), zstd.ZstdError)
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"

#: How names of packed files end.
SUFFIXES: Final = frozenset({".gz", ".gzip", ".zip", ".zst", ".zstd"})


def unpacked(published: io.BufferedReader[Any], *, size_bytes: int, where: str) -> Iterator[bytes]:
    """Read a stream to its end, unpacked if it is gzip or zstandard, in blocks.

    Args:
        published: The bytes as published, from their start.
        size_bytes: How many they are, to tell where an archive is cut.
        where: What to call the file in errors.

    Raises:
        SourceError: The archive is damaged or ends in the middle.
    """
    start = published.peek(len(_ZSTANDARD))
    if start.startswith(GZIP):
        # NOTE: the same as Python's own, but three times as fast.
        with gzip_ng.GzipNGFile(fileobj=published) as file:  # type: ignore[no-untyped-call]
            yield from _archived(file, "gzip", size_bytes=size_bytes, where=where)
    elif start.startswith(_ZSTANDARD):
        with zstd.ZstdFile(published) as file:
            yield from _archived(file, "zstandard", size_bytes=size_bytes, where=where)
    else:
        yield from _blocks(published)


def is_packed(start: bytes) -> bool:
    """Whether a file that begins so is unpacked as it is read."""
    return start.startswith((GZIP, _ZSTANDARD, *ZIP))


def damaged(packer: str, error: Exception, *, where: str) -> SourceError:
    """Make the error of an archive that cannot be unpacked."""
    return SourceError(
        f"the {packer} archive is damaged", where=where, got=error, expected="a whole archive", do="Download it again."
    )


def _archived(file: io.BufferedIOBase, packer: str, *, size_bytes: int, where: str) -> Iterator[bytes]:
    try:
        yield from _blocks(file)
    except EOFError as error:
        raise SourceError(
            f"the {packer} archive ends in the middle",
            where=where,
            got=f"{size_bytes:,} bytes without an end mark",
            expected="a whole archive",
            do="The download was cut: download it again.",
        ) from error
    except _DAMAGED as error:
        raise damaged(packer, error, where=where) from error


def _blocks(file: io.BufferedIOBase) -> Iterator[bytes]:
    while block := file.read(BLOCK_BYTES):
        yield block
