"""Which kind of remote an address is of."""

from __future__ import annotations

from pathlib import Path

from tasador.storage.address import shown
from tasador.storage.remotes.folder import Folder
from tasador.storage.remotes.objects import Objects, RemoteError
from tasador.storage.remotes.s3 import Bucket

__all__ = ["open_remote"]


def open_remote(address: str) -> Objects:
    """Open a remote; nothing is asked yet.

    Args:
        address: `s3://bucket/prefix`, or the path of a folder.

    Raises:
        RemoteError: The address is of neither kind, or the library for it is not installed.
    """
    if address.startswith("s3://") and address.removeprefix("s3://").partition("/")[0]:
        return Bucket(address)
    if "://" in address:
        expected = "s3://bucket/prefix, or the path of a folder"
        raise RemoteError(
            "no remote has such an address", where="TASADOR_REMOTE_URL", got=shown(address), expected=expected
        )
    return Folder(Path(address))
