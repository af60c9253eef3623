"""A zip archive: its members, read one at a time without unpacking it."""

from __future__ import annotations

import contextlib
import functools
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from tasador.errors import SourceError
from tasador.storage.sources import local_file, packing

__all__ = ["is_archive", "member_info", "members", "opened"]

#: What every document of Office Open XML holds: Excel's, Word's.
_OFFICE: Final = "[Content_Types].xml"


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive by its first bytes, and no Office document, which is one by its form only.

    Raises:
        SourceError: The file cannot be read, or the archive is damaged.
    """
    with local_file.reading(path), path.open("rb") as file:
        if not file.read(len(packing.ZIP[0])).startswith(packing.ZIP):
            return False
    with _told(path):
        return _OFFICE not in _open(path).NameToInfo


def members(path: Path) -> list[zipfile.ZipInfo]:
    """List an archive's files in name order, without folders.

    Raises:
        SourceError: The archive is damaged.
    """
    with _told(path):
        infos = _open(path).NameToInfo
    return [infos[name] for name in sorted(infos) if not infos[name].is_dir()]


def member_info(path: Path, member: str) -> zipfile.ZipInfo:
    """Tell what an archive says of a member.

    Raises:
        SourceError: The archive is damaged or has no such member any more.
    """
    with _told(path):
        return _open(path).getinfo(member)


@contextlib.contextmanager
def opened(path: Path, member: str) -> Iterator[IO[bytes]]:
    """Open a member to read.

    Raises:
        SourceError: The archive is damaged, encrypted or packed in a way that Python does not read; also while it
            is read.
    """
    with _told(path), _open(path).open(member) as file:
        yield file


def _open(path: Path) -> zipfile.ZipFile:
    state = path.stat()
    return _archive(path, state.st_ino, state.st_size, state.st_mtime_ns, os.getpid())


# NOTE: reading the list of an archive's members takes time by their number, so that doing it for each member would
# take it by their number squared: the archive read last stays open. A changed file is opened anew; so is any file in
# a forked process, since the two would move one another's place in it.
@functools.lru_cache(maxsize=1)
def _archive(path: Path, _inode: int, _size: int, _changed: int, _process: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        with local_file.reading(path):
            yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise packing.damaged("zip", error, where=str(path)) from error
    except KeyError as error:
        raise SourceError(
            "the zip archive has changed", where=path, got=error.args[0], do="Run it again when nobody writes to it."
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise SourceError("the zip archive cannot be opened", where=path, got=error, do="Unpack it.") from error
