"""Sealed directories in a remote: under their id, the manifest last, so that each is there whole or not at all.

The files of an id are in a folder named by all their hashes. So those who push the same bytes at a time write the same
objects, and those who push others write beside each other; the manifest, which only one of them creates, says which of
the folders is the id's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any, Final

from tasador.storage import sealed
from tasador.storage.remotes.objects import Objects, RemoteError
from tasador.storage.workspace import encode_json

__all__ = ["FOLDERS", "find", "pull", "push"]

#: Where each kind is kept, in a remote as in a workspace.
FOLDERS: Final = {"snapshot": "snapshots", "bundle": "models", "price history": "prices"}

#: Files on their way at a time.
_AT_ONCE: Final = 8

#: How often a manifest is tried to be written where somebody else deletes it at the same moment.
_ATTEMPTS: Final = 5

Manifest = dict[str, Any]


def find(remote: Objects, kind: str, named: str) -> list[str]:
    """List the ids in a remote that begin so."""
    depth = 3
    keys = [key.split("/") for key in remote.sizes(f"{FOLDERS[kind]}/{named}")]
    return sorted(parts[1] for parts in keys if len(parts) == depth and parts[2] == sealed.MANIFEST)


def push(remote: Objects, directory: Path, *, kind: str) -> bool:
    """Put a directory into a remote, after checking its hashes; what is there of it already is not sent again.

    Returns:
        Whether it became visible by that: False where it was there.

    Raises:
        WorkspaceError: The directory is damaged; nothing was sent.
        RemoteError: The remote fails, or has the same id with other bytes. What is visible in it did not change.
    """
    mine = sealed.verify(directory, kind=kind)
    there = _manifest(remote, kind, directory.name)
    if there is not None and not _agrees(remote, mine, there, kind):
        return False
    home = _home(kind, directory.name)
    sizes, place = remote.sizes(home), f"{home}{_digest(mine)}/"
    missing = [
        (f"{place}{name}", directory / name, facts["sha256"])
        for name, facts in mine["files"].items()
        if sizes.get(f"{place}{name}") != (directory / name).stat().st_size
    ]
    _each(lambda one: remote.put(*one), missing)
    for _ in range(_ATTEMPTS):
        if there is None and remote.create(f"{home}{sealed.MANIFEST}", encode_json(mine)):
            return True
        there = _manifest(remote, kind, directory.name)
        if there is not None:
            _agrees(remote, mine, there, kind)
            return False
    raise RemoteError("the manifest cannot be written", where=f"{remote.url}/{home}", do="Do it again later.")


def pull(remote: Objects, name: str, into: Path, *, kind: str) -> Path:
    """Bring a directory from a remote; its files are not checked yet.

    Args:
        name: Its id.
        into: A scratch directory.

    Returns:
        Where in it the directory is, named by its id.

    Raises:
        RemoteError: The remote fails, has no such id, or its manifest names what no directory can have.
    """
    found = _manifest(remote, kind, name)
    if found is None:
        raise RemoteError(
            f"the remote has no such {kind}",
            where=remote.url,
            got=name,
            do=f"Push it from where it is: `tasador push {name}`.",
        )
    place, target = f"{_home(kind, name)}{_digest(found)}/", into / name
    for one in found["files"]:
        (target / one).parent.mkdir(parents=True, exist_ok=True)
    _each(lambda one: remote.fetch(f"{place}{one}", target / one), found["files"])
    (target / sealed.MANIFEST).write_bytes(encode_json(found))
    return target


def _agrees(remote: Objects, mine: Manifest, there: Manifest, kind: str) -> bool:
    """Say whether the files are the same.

    A snapshot's id says what is in its tables; of the documents beside them, which another version of the code may
    word otherwise, those that are there stay.
    """
    if mine["files"] == there["files"]:
        return True
    if kind == "snapshot":
        return False
    differ = sorted(dict(_hashes(mine).items() ^ _hashes(there).items()))
    raise RemoteError(
        "the remote has other bytes under the same name",
        where=f"{remote.url}/{_home(kind, mine['id'])}",
        got=f"a difference in {', '.join(differ)}",
        expected="what is in the workspace",
        do=f"To take what is there, move the folder of {mine['id']} out of the workspace, and pull it.",
    )


def _manifest(remote: Objects, kind: str, name: str) -> Manifest | None:
    """Read a manifest whose names of files lead nowhere else."""
    if PurePosixPath(name).name != name or name.startswith("."):
        raise RemoteError("no directory can have such a name", where=remote.url, got=repr(name))
    key = f"{_home(kind, name)}{sealed.MANIFEST}"
    there = remote.read(key)
    if there is None:
        return None
    try:
        found = json.loads(there[0])
        well = found["id"] == name and all(_is_inside(one) and facts["sha256"] for one, facts in found["files"].items())
    except (ValueError, TypeError, KeyError, AttributeError):
        well = False
    if not well:
        raise RemoteError(
            "the manifest is damaged",
            where=f"{remote.url}/{key}",
            expected=f"the manifest of {name}",
            do="Delete it, then push it again from where it is whole.",
        )
    return dict(found)


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return not any(part.startswith(".") or not part or "\\" in part for part in parts)


def _home(kind: str, name: str) -> str:
    return f"{FOLDERS[kind]}/{name}/"


def _hashes(manifest: Manifest) -> Mapping[str, str]:
    return {name: facts["sha256"] for name, facts in manifest["files"].items()}


def _digest(manifest: Manifest) -> str:
    listed = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(_hashes(manifest).items()))
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def _each(do: Callable[[Any], object], items: Iterable[Any]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, items):
            pass
