"""Sources: catalogue files as somebody published them, read whole and never changed."""

from __future__ import annotations

import contextlib
import difflib
import gzip
import hashlib
import http.client
import io
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tasador.errors import SourceError
from tasador.storage import atomic

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Source", "fetch", "is_url", "read", "sha256_of"]

#: How files begin that are no text, and what to call them.
_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"%PDF", "a PDF document"),
)
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK"
_ZSTANDARD: Final = b"\x28\xb5\x2f\xfd"
_EXPECTED: Final = "text with one record a line, plain or packed with gzip, zip or zstandard"
_TIMEOUT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """A source file and its lines.

    Attributes:
        name: The file's name.
        sha256: Of the file's bytes as published, compressed if it was.
        size_bytes: Of the same.
        lines: The lines without their ends.
    """

    name: str
    sha256: str
    size_bytes: int
    lines: tuple[bytes, ...]

    def identity(self) -> dict[str, Any]:
        """What identifies the source, as it is written into manifests."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
        }


def is_url(source: str) -> bool:
    """Whether a source is named by an address instead of a path."""
    return urllib.parse.urlsplit(source).scheme in {"http", "https"}


def sha256_of(path: Path) -> str:
    """Hash a source file without reading it as a catalogue.

    Raises:
        SourceError: There is no such file, or it cannot be read.
    """
    _check_is_file(path)
    with _opening(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path) -> Source:
    """Read a source file.

    Raises:
        SourceError: The file is missing, empty, unreadable, cut short, or no text.
    """
    _check_is_file(path)
    with _opening(path):
        published = path.read_bytes()
    if not published:
        raise SourceError("the file is empty", where=path, got="0 bytes", expected=_EXPECTED, do="Download it again.")
    data = _unpack(published, path)
    _check_is_text(data, path)
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return Source(
        name=path.name,
        sha256=hashlib.sha256(published).hexdigest(),
        size_bytes=len(published),
        lines=tuple(lines),
    )


def fetch(url: str, directory: Path) -> Path:
    """Download a source, replacing an earlier download of the same address.

    Raises:
        SourceError: The address does not answer, or not with a whole file; an earlier download stays.
    """
    name = Path(urllib.parse.unquote(urllib.parse.urlsplit(url).path)).name
    known_as = "catalogue" if name in {"", ".", ".."} else name
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310  (http and https only)
            data = answer.read()
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise SourceError(
            "the download failed",
            where=url,
            got=error,
            expected="a catalogue file",
            do="Check the address and the connection, or download the file yourself and give its path.",
        ) from error
    target = directory / hashlib.sha256(url.encode()).hexdigest()[:12] / known_as
    atomic.write_bytes(target, data)
    return target


@contextlib.contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Turn the system's refusal to open a source into an error that names it."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            "the file cannot be read", where=path, got=error.strerror, do="Check its permissions."
        ) from error


def _check_is_file(path: Path) -> None:
    if path.is_dir():
        raise SourceError("this is a folder", where=path, expected="a catalogue file", do="Name the file in it.")
    if not path.exists():
        files = [item.name for item in path.parent.iterdir() if item.is_file()] if path.parent.is_dir() else []
        alike = difflib.get_close_matches(path.name, files, n=3)
        raise SourceError(
            "no such file",
            where=path,
            do=(f"Did you mean {' or '.join(alike)}? " if alike else "Check the path. ")
            + "`tasador sample 4000 --output games.json.gz` makes a catalogue to try.",
        )
    if not path.is_file():
        raise SourceError(
            "this is no regular file",
            where=path,
            expected="a file that can be read twice",
            do="Save it to a file first.",
        )


def _unpack(published: bytes, path: Path) -> bytes:
    if published.startswith(_GZIP):
        return _unpack_gzip(published, path)
    if published.startswith(_ZIP):
        return _unpack_zip(published, path)
    if published.startswith(_ZSTANDARD):
        return _unpack_zstandard(published, path)
    return published


def _unpack_gzip(published: bytes, path: Path) -> bytes:
    try:
        return gzip.decompress(published)
    except EOFError as error:
        raise SourceError(
            "the gzip archive ends in the middle",
            where=path,
            got=f"{len(published):,} bytes without an end mark",
            expected="a whole archive",
            do="The download was cut: download it again.",
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, "gzip", error) from error


def _unpack_zip(published: bytes, path: Path) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(published)) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            if len(names) != 1:
                raise SourceError(
                    "the zip archive does not hold one file",
                    where=path,
                    got=f"{len(names)} files: {', '.join(names[:8])}" if names else "none",
                    expected="one catalogue file",
                    do="Unpack it and name the file.",
                )
            return archive.read(names[0])
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _damaged(path, "zip", error) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceError("the zip archive cannot be opened", where=path, got=error, do="Unpack it.") from error


def _unpack_zstandard(published: bytes, path: Path) -> bytes:
    try:
        return zstd.decompress(published)
    except zstd.ZstdError as error:
        raise _damaged(path, "zstandard", error) from error


def _damaged(path: Path, packer: str, error: Exception) -> SourceError:
    return SourceError(
        f"the {packer} archive is damaged", where=path, got=error, expected="a whole archive", do="Download it again."
    )


def _check_is_text(data: bytes, path: Path) -> None:
    if not data:
        raise SourceError("the file is empty", where=path, got="0 bytes", expected=_EXPECTED, do="Download it again.")
    found = next((name for magic, name in _MAGIC if data.startswith(magic)), None)
    if found is None and b"\x00" in data[:65_536]:
        found = "binary data"
    if found is not None:
        raise SourceError(
            "not a catalogue that Tasador reads",
            where=path,
            got=found,
            expected=_EXPECTED,
            do="Unpack or convert it.",
        )
