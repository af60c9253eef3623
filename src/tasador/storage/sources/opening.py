"""From what a user names to a source: hashed, and nothing else of it read."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import urllib.parse
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from tasador.errors import SourceError
from tasador.storage.address import shown
from tasador.storage.downloads import Progress, download
from tasador.storage.sources import archive, content, folder, local_file, standard_input
from tasador.storage.sources.source import Source
from tasador.storage.sources.source_file import SourceFile

__all__ = ["is_url", "open_source"]

_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(named: str) -> bool:
    """Whether a source is named by an address instead of a path."""
    return _URL.match(named) is not None


def open_source(named: str, *, downloads: Path, progress: Progress | None = None) -> Source:
    """Find a source and hash it; local files stay where they are.

    Args:
        named: A path of a file or folder, an address, or `-` for standard input.
        downloads: The folder that keeps what is not local. An address is downloaded anew each time.
        progress: Called with the bytes downloaded so far and in all; None where the server does not say.

    Raises:
        SourceError: There is no such file, it cannot be read or downloaded, or the folder or archive holds no file.
        OSError: What was downloaded or came on standard input cannot be written.
    """
    if named == standard_input.STANDARD_INPUT:
        return _of_path(standard_input.spool(downloads), named, retrieved_at=_now())
    if is_url(named):
        name = PurePosixPath(urllib.parse.unquote(urllib.parse.urlsplit(named).path)).name
        known_as = "catalogue" if name in {"", ".", ".."} else name
        target = downloads / hashlib.sha256(named.encode()).hexdigest()[:12] / known_as
        download(named, target, progress=progress)
        return _of_path(target, shown(named), retrieved_at=_now())
    path = Path(named)
    local_file.check(path)
    return _of_path(path, named, retrieved_at=None)


def _of_path(path: Path, named: str, *, retrieved_at: str | None) -> Source:
    if path.is_dir():
        return _of_folder(path, named)
    name = folder.written(Path(path.name))
    packed = archive.is_archive(path)
    with local_file.reading(path):
        size_bytes = path.stat().st_size
    alone = folder.Entry(name, path, None, size_bytes)
    taken, ignored = folder.choose(folder.in_archive(path, name)) if packed else ([alone], ())
    if not taken:
        raise _without_files("the zip archive holds no file", where=path)
    files = tuple(map(_hashed, taken))
    return Source(
        name=name,
        where=named,
        files=files,
        sha256=local_file.sha256_of(path) if packed else files[0].sha256,
        size_bytes=size_bytes,
        retrieved_at=retrieved_at,
        ignored=ignored,
    )


def _of_folder(path: Path, named: str) -> Source:
    taken, ignored = folder.choose(folder.in_folder(path))
    if not taken:
        raise _without_files("the folder holds no file", where=path)
    files = tuple(map(_hashed, taken))
    return Source(
        name=folder.written(Path(path.resolve().name)),
        where=named,
        files=files,
        sha256=_sha256_of_list(files),
        size_bytes=sum(file.size_bytes for file in files),
        retrieved_at=None,
        ignored=ignored,
    )


def _hashed(entry: folder.Entry) -> SourceFile:
    if entry.member is None:
        sha256 = local_file.sha256_of(entry.path)
    else:
        with archive.opened(entry.path, entry.member) as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    return SourceFile(entry.name, entry.path, entry.member, sha256, entry.size_bytes)


def _sha256_of_list(files: Iterable[SourceFile]) -> str:
    """Hash a list of files, written as the command `sha256sum` writes it."""
    return hashlib.sha256("".join(f"{file.sha256}  {file.name}\n" for file in files).encode()).hexdigest()


def _without_files(what: str, *, where: Path) -> SourceError:
    return SourceError(
        what,
        where=where,
        got="0 files, hidden ones left out",
        expected=f"at least one file: {content.EXPECTED}",
        do="Check the path, or name the file.",
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
