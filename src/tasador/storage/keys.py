"""Keys to the API: made and revoked from the command line, known to the server by their hashes alone.

A key is 256 random bits, which nobody finds by trying: one round of SHA-256 keeps it as safe as a slow hash would,
which is for passwords that people choose, and costs a request a microsecond instead of a tenth of a second.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from tasador.errors import TasadorError, UnknownValueError, WorkspaceError
from tasador.storage import atomic
from tasador.storage.workspace import Workspace, encode_json, read_json

__all__ = ["Key", "KeyRing", "Scope", "create", "revoke", "stored"]

#: What a key opens: reads and appraisals, or these and what operators do.
Scope: TypeAlias = Literal["read", "admin"]

_FORMAT: Final = 1
_MEND: Final = "Restore it from a copy, or delete it and make the keys anew: `tasador keys create`."
_OWNER_ONLY: Final = 0o600

#: Seconds between looks at whether the keys have changed.
_EVERY: Final = 1.0

_NAME: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_KEY: Final = re.compile(r"tasador_([0-9a-f]{12})_[\w-]{43}", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Attributes:
        id: The part of it that is no secret.
        name: Whose it is.
        scope: What it opens.
        sha256: Of the whole key.
        made_at: When it was made, UTC.
    """

    id: str
    name: str
    scope: Scope
    sha256: str
    made_at: str


def create(workspace: Workspace, name: str, scope: Scope) -> tuple[Key, str]:
    """Make a key, and give what is kept of it and the key itself, which is told this once.

    Raises:
        TasadorError: The name is none, or another key has it.
        WorkspaceError: The file of keys is damaged.
    """
    if not _NAME.fullmatch(name):
        raise TasadorError(
            "a key cannot be called so", where="name", got=repr(name), expected="up to 64 of a-z, A-Z, 0-9, _, . and -"
        )
    with workspace.locked():
        known = stored(workspace)
        if name in {key.name for key in known}:
            raise TasadorError(
                "there is a key of this name", where=name, do=f"Choose another, or first `tasador keys revoke {name}`."
            )
        identity = secrets.token_hex(6)
        text = f"tasador_{identity}_{secrets.token_urlsafe(32)}"
        made = Key(identity, name, scope, _hash(text), datetime.now(UTC).isoformat(timespec="seconds"))
        _write(workspace, [*known, made])
    return made, text


def revoke(workspace: Workspace, name: str) -> Key:
    """Take a key out: servers know it no longer after a second.

    Raises:
        UnknownValueError: No key is called so.
        WorkspaceError: The file of keys is damaged.
    """
    with workspace.locked():
        known = {key.name: key for key in stored(workspace)}
        found = known.pop(name, None)
        if found is None:
            raise UnknownValueError("key", name, list(known), do="`tasador keys list` shows them.")
        _write(workspace, list(known.values()))
    return found


def stored(workspace: Workspace) -> list[Key]:
    """Read what is kept of the keys, in the order they were made.

    Raises:
        WorkspaceError: The file of keys is damaged.
        OSError: It cannot be read.
    """
    path = _path(workspace)
    if _version(path) is None:
        return []
    written = read_json(path, do=_MEND)
    try:
        return _parse(written)
    except (TypeError, ValueError, KeyError) as error:
        raise WorkspaceError(
            "the file is damaged", where=path, expected="keys as Tasador writes them", do=_MEND
        ) from error


class KeyRing:
    """The keys as a server knows them: what is made or revoked counts a second later.

    Raises:
        WorkspaceError: The file of keys is damaged to begin with.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._version = _version(_path(workspace))
        self._keys = {key.id: key for key in stored(workspace)}
        self._trouble = ""
        self._looked_at = time.monotonic()

    def find(self, text: str) -> Key | None:
        """Find a key by what a client sent; None when it is no key, or one no longer."""
        self._renew()
        named = _KEY.fullmatch(text)
        key = None if named is None else self._keys.get(named[1])
        return key if key is not None and hmac.compare_digest(_hash(text), key.sha256) else None

    def _renew(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < _EVERY:
            return
        self._looked_at = now
        try:
            version = _version(_path(self._workspace))
            if version != self._version:
                self._keys = {key.id: key for key in stored(self._workspace)}
                self._version = version
        except (WorkspaceError, OSError) as error:
            # NOTE: a file that was edited by hand and is no longer readable must neither lock all out nor let any in.
            if str(error) != self._trouble:
                logger.error("keys_unreadable serving=%d error=%s", len(self._keys), error)
            self._trouble = str(error)
        else:
            self._trouble = ""


def _version(path: Path) -> tuple[int, int, int] | None:
    """Tell one state of a file from another; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _parse(written: dict[str, Any]) -> list[Key]:
    if written["format"] != _FORMAT:
        raise ValueError(written["format"])
    keys = [Key(**entry) for entry in written["keys"]]
    if any(not isinstance(value, str) for key in keys for value in asdict(key).values()):
        raise TypeError
    if any(key.scope not in get_args(Scope) for key in keys):
        raise ValueError
    return keys


def _write(workspace: Workspace, keys: list[Key]) -> None:
    written = {"format": _FORMAT, "keys": [asdict(key) for key in keys]}
    atomic.write_bytes(_path(workspace), encode_json(written), mode=_OWNER_ONLY)


def _path(workspace: Workspace) -> Path:
    return workspace.root / "keys.json"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
