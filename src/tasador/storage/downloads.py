"""Downloads: streamed to the disk, whole or not there, and gone on with where they were interrupted."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, TypeAlias

from tasador.errors import SourceError
from tasador.storage import remote
from tasador.storage.address import shown

__all__ = ["SILENCE_SECONDS", "Progress", "download"]

#: Called with the bytes that are there and those of the whole file; None where the server does not say.
Progress: TypeAlias = Callable[[int, int | None], None]

#: A server that sends nothing for so long has stalled.
SILENCE_SECONDS: Final = 60.0


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    progress: Progress | None = None,
    silence_seconds: float = SILENCE_SECONDS,
) -> None:
    """Download a file, replacing an earlier one when the new one is whole.

    What came before an interruption lies beside the target as `<name>.part`, with its version as the server told it in
    `<name>.part.version`; the next download goes on from there if the server can and still has that version.

    Args:
        url: http(s), or any other address that fsspec has a driver for.
        target: The file to write; its folder is made.
        sha256: What the file must hash to, in hexadecimal; None takes what comes.
        progress: Called as blocks come.
        silence_seconds: How long the server may send nothing.

    Raises:
        SourceError: The address does not answer, or not with a whole file of that hash, or another process downloads
            to the same place; what was at `target` stays.
        OSError: The disk is full or the place cannot be written; what was at `target` stays.
    """
    part = target.with_name(f"{target.name}.part")
    told = target.with_name(f"{target.name}.part.version")
    with _named(part):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(part, url) as file:
            try:
                _receive(url, file, told, progress, silence_seconds)
                if sha256 is not None:
                    _check(part, told, sha256, url)
            except BaseException:
                # NOTE: without a version nobody can tell later whether the rest belongs to it.
                if not told.exists():
                    part.unlink()
                raise
            part.replace(target)
        told.unlink(missing_ok=True)


def _receive(url: str, file: IO[bytes], told: Path, progress: Progress | None, silence_seconds: float) -> None:
    """Bring a part to the end of the file, from its own end on or anew."""
    version = told.read_text(encoding="utf-8") if told.exists() else None
    there = file.tell() if version is not None else 0
    with remote.ask(url, offset=there, version=version, silence_seconds=silence_seconds) as answer:
        if answer.offset == 0:
            file.truncate(0)
            told.unlink(missing_ok=True)
            if answer.version is not None:
                told.write_text(answer.version, encoding="utf-8")
        done = answer.offset
        for block in answer.blocks():
            file.write(block)
            done += len(block)
            if progress is not None:
                progress(done, answer.size_bytes)
        file.flush()
        os.fsync(file.fileno())


def _check(part: Path, told: Path, sha256: str, url: str) -> None:
    with part.open("rb") as file:
        got = hashlib.file_digest(file, "sha256").hexdigest()
    if got != sha256.lower():
        # NOTE: going on with it could only give the same again.
        told.unlink(missing_ok=True)
        raise SourceError(
            "the download is another file than expected",
            where=shown(url),
            got=f"sha256 {got}",
            expected=sha256.lower(),
            do="Try again; if it stays so, the file at the address was changed: ask its publisher.",
        )


@contextlib.contextmanager
def _alone(part: Path, url: str) -> Iterator[IO[bytes]]:
    """Open a part to write at its end, unless another process does."""
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # NOTE: another process may have finished with it since it was opened here.
            alone = part.exists() and os.path.samestat(part.stat(), os.fstat(file.fileno()))
        except BlockingIOError:
            alone = False
        if not alone:
            raise SourceError(
                "another process downloads it just now",
                where=shown(url),
                got=f"{part}, which is locked",
                do="Wait until that has ended, then run it again.",
            )
        yield file


@contextlib.contextmanager
def _named(part: Path) -> Iterator[None]:
    """Let errors of the disk name what could not be written."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(part)
        raise
