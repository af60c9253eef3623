"""A remote that is a folder, such as a disk that several machines mount."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tasador.errors import WorkspaceError
from tasador.storage import atomic
from tasador.storage.remotes.objects import RemoteError

__all__ = ["Folder"]

_BLOCK: Final = 1 << 20


class Folder:
    """Files in a folder, which is there already: one that is not mounted is not made.

    Over NFS it holds where the server keeps locks.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    @property
    def url(self) -> str:
        """Its path."""
        return str(self._root)

    def sizes(self, prefix: str) -> dict[str, int]:
        """List files."""
        with self._failing():
            place = self._root / prefix.rpartition("/")[0]
            found = {path.relative_to(self._root).as_posix(): path for path in place.rglob("*") if path.is_file()}
            # NOTE: what is being written has a name that begins with a dot.
            return {
                key: path.stat().st_size
                for key, path in sorted(found.items())
                if key.startswith(prefix) and not path.name.startswith(".")
            }

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Read a file."""
        with self._failing():
            try:
                data = (self._root / key).read_bytes()
            except FileNotFoundError:
                return None
            return data, hashlib.sha256(data).hexdigest()

    def fetch(self, key: str, path: Path) -> None:
        """Copy a file from here."""
        with _here(path), path.open("wb") as file:
            for block in _blocks(self._root / key, self._failing()):
                file.write(block)

    def put(self, key: str, path: Path, sha256: str) -> None:  # noqa: ARG002  (what is read is checked)
        """Copy a file to here."""
        with self._failing(), atomic.replacing(self._root / key) as file:
            for block in _blocks(path, _here(path)):
                file.write(block)

    def create(self, key: str, data: bytes) -> bool:
        """Write a file aside, and give it its name where no file has it."""
        target = self._root / key
        with self._failing():
            aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
            try:
                atomic.write_bytes(aside, data)
                os.link(aside, target)
            except FileExistsError:
                return False
            finally:
                aside.unlink(missing_ok=True)
            return True

    def swap(self, key: str, data: bytes, version: str) -> bool:
        """Replace a file while no other process does."""
        with self._failing(), (self._root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            there = self.read(key)
            if there is None or there[1] != version:
                return False
            atomic.write_bytes(self._root / key, data)
            return True

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            if not self._root.is_dir():
                raise RemoteError(
                    "the remote cannot be reached",
                    where=self.url,
                    got="no such folder",
                    do="Mount it, or make it: it is not made by itself, since a disk may not be mounted.",
                )
            yield
        except OSError as error:
            raise RemoteError(
                "the remote failed",
                where=error.filename or self.url,
                got=error.strerror or error,
                do="See to its folder, then do it again.",
            ) from error


def _blocks(path: Path, failing: contextlib.AbstractContextManager[None]) -> Iterator[bytes]:
    """Read a file; what goes wrong with it is told as one says, not as what goes wrong where the blocks go."""
    with failing, path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


@contextlib.contextmanager
def _here(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            "a file of the workspace failed",
            where=path,
            got=error.strerror or error,
            do="See to the disk of the workspace, then do it again.",
        ) from error
