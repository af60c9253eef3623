"""What a source's bytes are: something that Tasador reads, or something else by its name."""

from __future__ import annotations

from typing import Final

from tasador.errors import SourceError

__all__ = ["EXPECTED", "check", "empty"]

EXPECTED: Final = "text or Parquet, plain or packed with gzip, zip or zstandard"

#: How files begin that are no catalogue, from which byte on, and what to call them.
_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x1f\x8b", "a gzip archive inside a packed file"),
    (0, b"PK\x03\x04", "an Excel or other Office document, or a zip archive inside a packed file"),
    (0, b"SQLite format 3", "an SQLite database"),
    (0, b"\xd0\xcf\x11\xe0", "an Excel or other Office document"),
    (0, b"\x89PNG", "a picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\xff\xfe", "text in UTF-16"),
    (0, b"\xfe\xff", "text in UTF-16"),
)
_PARQUET: Final = b"PAR1"

#: Bytes from the start in which text has no NUL.
_TEXT_BYTES: Final = 65_536


def check(start: bytes, *, where: str) -> None:
    """Refuse what is neither text nor Parquet.

    Args:
        start: The first bytes, unpacked; at least 64 KiB where there are so many.
        where: What to call the file in errors.

    Raises:
        SourceError: It is something else, which the error names where it is known.
    """
    if start.startswith(_PARQUET):
        return
    found = next((name for at, magic, name in _MAGIC if start.startswith(magic, at)), None)
    if found is None and b"\x00" in start[:_TEXT_BYTES]:
        found = "binary data"
    if found is not None:
        raise SourceError(
            "not a catalogue that Tasador reads", where=where, got=found, expected=EXPECTED, do="Unpack or convert it."
        )


def empty(*, where: str) -> SourceError:
    """Make the error of a file without a byte."""
    return SourceError("the file is empty", where=where, got="0 bytes", expected=EXPECTED, do="Download it again.")
