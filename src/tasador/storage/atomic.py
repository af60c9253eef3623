"""Writes that are whole or absent: a killed writer leaves what was there before."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

__all__ = ["is_locked", "publish", "replacing", "scratch_directory", "write_bytes"]

_SCRATCH: Final = ".new-"

#: A scratch directory this young may not be locked by its writer yet.
_BEGUN_SECONDS: Final = 60.0


def write_bytes(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file, replacing what is there in one step: see `replacing`."""
    with replacing(path, mode=mode) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Give a file to write, which replaces what is there in one step when the block ends without an error.

    Args:
        path: Where it shall be.
        mode: Who may read it: everybody who may read the workspace, unless it holds what is private.

    Raises:
        OSError: The disk is full or the place cannot be written; the file is as it was.
    """
    with _named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            # NOTE: mkstemp makes files that only their owner may read; others may read a workspace.
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let errors name what was to be written, not a temporary file."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


@contextlib.contextmanager
def scratch_directory(parent: Path) -> Iterator[Path]:
    """Give a directory to fill, which is gone when the block ends unless `publish` moved it."""
    with _named(parent):
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        directory = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=parent))
        try:
            with _held(directory):
                yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Lock a directory for as long as its writer lives: the system lets go of it when he is killed."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    """Remove what killed writers left behind."""
    for left in parent.glob(f"{_SCRATCH}*"):
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            if time.time() - left.stat().st_mtime > _BEGUN_SECONDS:
                with _held(left):
                    shutil.rmtree(left, ignore_errors=True)


def publish(directory: Path, target: Path) -> None:
    """Put a filled directory where readers look for it, in one step.

    Raises:
        OSError: The disk is full, or `target` exists; nothing at `target` changed.
    """
    directory.chmod(0o755)
    for file in directory.rglob("*"):
        if file.is_file():
            _sync_file(file)
    directory.rename(target)
    _sync_directory(target.parent)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of a file, which need not be there."""
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
