"""What a remote must be able to do, and what goes wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tasador.errors import TasadorError

__all__ = ["MovedError", "Objects", "RemoteError"]


class RemoteError(TasadorError, RuntimeError):
    """The remote cannot be reached, refuses, or holds something damaged; nothing changed in the workspace."""


class MovedError(RemoteError):
    """Somebody else changed what is current in the remote; neither side was changed."""


class Objects(Protocol):
    """Bytes under keys. Each write is whole or absent, and seen by all who read after it.

    Every method raises `RemoteError` where the remote cannot be reached or refuses.
    """

    @property
    def url(self) -> str:
        """Its address, as it may be shown."""

    def sizes(self, prefix: str) -> dict[str, int]:
        """List the keys that begin so, with how many bytes each has."""

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Read what is under a key, and what tells this version of it from others; None where nothing is."""

    def fetch(self, key: str, path: Path) -> None:
        """Write what is under a key to a file; an error where nothing is."""

    def put(self, key: str, path: Path, sha256: str) -> None:
        """Write a file under a key, whatever is there."""

    def create(self, key: str, data: bytes) -> bool:
        """Write under a key where nothing is; False where something is. Of several at a time one writes."""

    def swap(self, key: str, data: bytes, version: str) -> bool:
        """Replace the version that was read; False where it is another by now. Of several at a time one replaces."""
