"""What is current in a remote: one object, which moves by compare-and-swap; and what was seen there last."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from tasador.storage import atomic, bundles
from tasador.storage.remotes.objects import MovedError, Objects, RemoteError
from tasador.storage.workspace import Workspace, encode_json, read_json

__all__ = ["NAMES", "State", "accept", "merge", "move", "of_workspace", "read", "seen_last"]

#: What there is one of at a time.
NAMES: Final = ("champion", "challenger", "snapshot", "prices")

_KEY: Final = "current.json"
_SEEN: Final = "remote.json"
_FORMAT: Final = 1

#: How often a swap is tried again that nobody else seems to have won.
_ATTEMPTS: Final = 5
_PAUSE_SECONDS: Final = 0.2

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """What is current.

    Attributes:
        snapshot: Id of the current snapshot; None before the first.
        champion: The version that answers; None before the first.
        challenger: The version that was trained last and is not the champion; None where there is none.
        prices: Id of the current price history; None before the first.
        history: Promotions and rollbacks, oldest first.
    """

    snapshot: str | None = None
    champion: str | None = None
    challenger: str | None = None
    prices: str | None = None
    history: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """What is current in a remote, or was when it was seen last.

    Attributes:
        state: It; seen last, without the history.
        token: What the one who moved it called that, never the same twice; None before the first.
    """

    state: State = State()
    token: str | None = None


def of_workspace(workspace: Workspace) -> State:
    """Read what is current in a workspace."""
    current = workspace.current()
    history = tuple(workspace.history())
    return State(current.snapshot, current.champion, bundles.challenger(workspace), current.prices, history)


def read(remote: Objects) -> tuple[Point, str] | None:
    """Read what is current in a remote, and what a swap is bound to; None before the first push.

    Raises:
        RemoteError: The remote fails, or what it holds is damaged or written by a newer version.
    """
    found = remote.read(_KEY)
    if found is None:
        return None
    try:
        told = json.loads(found[0])
        stated = told["format"]
        if stated == _FORMAT:
            state = State(**{name: told[name] for name in NAMES}, history=tuple(told["history"]))
            return Point(state, str(told["token"])), found[1]
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(remote, error, "Delete it, and push from a workspace that is whole.") from error
    raise _damaged(remote, f"format {stated!r}", "Use the Tasador version that wrote it, or a newer one.")


def seen_last(workspace: Workspace, remote: Objects) -> Point:
    """Read what the workspace saw last of this remote.

    Raises:
        WorkspaceError: The file is damaged.
    """
    path = workspace.root / _SEEN
    told = read_json(path, do="Delete it, then `tasador pull`.") if path.exists() else {}
    if told.get("remote") != remote.url:
        return Point()
    return Point(State(**{name: told.get(name) for name in NAMES}, history=()), told["token"])


def accept(workspace: Workspace, remote: Objects, point: Point) -> None:
    """Write down that what is current in the remote is current here, or was taken into account."""
    told = {"remote": remote.url, "token": point.token, **_fields(point.state)}
    del told["history"]
    atomic.write_bytes(workspace.root / _SEEN, encode_json(told))


def move(workspace: Workspace, remote: Objects, after: State) -> tuple[Point, bool]:
    """Change what is current in a remote, if it is what this workspace saw last; of several at a time one does.

    Returns:
        What is current there, for `accept` when it is current here too, and whether it was another before.

    Raises:
        MovedError: Somebody else changed it: it is as they left it.
        RemoteError: The remote fails; when it is done again nothing happens twice.
    """
    last, token = seen_last(workspace, remote), secrets.token_hex(8)
    told = encode_json({"format": _FORMAT, "token": token, **_fields(after)})
    for attempt in range(_ATTEMPTS):
        time.sleep(_PAUSE_SECONDS * attempt)
        found = read(remote)
        if found is not None and found[0].state == after:
            # NOTE: by a process that was killed, or in an attempt whose answer was lost.
            return found[0], found[0].token == token
        if found is not None and found[0].token != last.token:
            raise MovedError(
                "somebody else changed what is current in the remote",
                where=remote.url,
                got=_named(found[0].state),
                expected=f"{_named(last.state)}, as it was seen last from here",
                do="Pull first: `tasador pull`.",
            )
        if remote.create(_KEY, told) if found is None else remote.swap(_KEY, told, found[1]):
            return Point(after, token), True
    raise RemoteError("what is current could not be changed", where=remote.url, do="Do it again later.")


def merge(last: State, ours: State, theirs: State) -> tuple[State, tuple[str, ...]]:
    """Join what is current here with what is current in the remote: what they changed wins over what was changed here.

    Args:
        last: What the remote had when it was seen last from here.

    Returns:
        What is current then, and which of `NAMES` were changed on both sides.
    """
    found, both = {}, []
    for name in NAMES:
        before, here, there = (getattr(one, name) for one in (last, ours, theirs))
        found[name] = here if there == before else there
        if here != before and here is not None and there not in {before, here}:
            both.append(name)
    if found["challenger"] == found["champion"]:
        found["challenger"] = None
    return State(**found, history=_merged(ours.history, theirs.history)), tuple(both)


def _merged(ours: Sequence[Entry], theirs: Sequence[Entry]) -> tuple[Entry, ...]:
    """Join histories: none of the entries is lost, and what was done here alone goes before what they did since."""
    alone = [entry for entry in ours if entry not in theirs]
    common = next((place for place in range(len(theirs), 0, -1) if theirs[place - 1] in ours), 0)
    return (*theirs[:common], *alone, *theirs[common:])


def _fields(state: State) -> dict[str, Any]:
    return {one.name: getattr(state, one.name) for one in fields(state)}


def _named(state: State) -> str:
    told = _fields(state)
    return ", ".join(f"{name} {told[name] or 'none'}" for name in NAMES)


def _damaged(remote: Objects, got: object, do: str) -> RemoteError:
    return RemoteError("what is current in the remote cannot be read", where=f"{remote.url}/{_KEY}", got=got, do=do)
