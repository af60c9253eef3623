"""A file on this machine: whether it is there and can be read."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from tasador.errors import SourceError
from tasador.storage.nearby import nearby

__all__ = ["check", "reading", "sha256_of"]


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the system's refusal to read a source into an error that names it."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            "the file cannot be read",
            where=error.filename or path,
            got=error.strerror or error,
            do="Check its permissions.",
        ) from error


def check(path: Path) -> None:
    """Refuse what is neither a file nor a folder.

    Raises:
        SourceError: There is nothing of that name, or a pipe or device.
    """
    with reading(path):
        if not path.exists():
            raise SourceError(
                "no such file",
                where=path,
                do=f"{nearby(path)} `tasador sample 4000 --output games.json.gz` makes a catalogue to try.",
            )
        if not (path.is_file() or path.is_dir()):
            raise SourceError(
                "this is no regular file",
                where=path,
                expected="a file that can be read twice",
                do="Name `-` and pipe it in, or save it to a file first.",
            )


def sha256_of(path: Path) -> str:
    """Hash a file's bytes as they are.

    Raises:
        SourceError: The file cannot be read.
    """
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
