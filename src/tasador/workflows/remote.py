"""Between the workspace and the remote that several machines share: push what is here, pull what is there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tasador.errors import UnknownValueError, WorkspaceError
from tasador.registry import tenures
from tasador.storage import atomic, bundles, price_histories, snapshots
from tasador.storage.remotes import directories, pointer
from tasador.storage.remotes.objects import Objects, RemoteError
from tasador.storage.remotes.pointer import Point, State
from tasador.storage.workspace import Workspace
from tasador.workflows.progress import Progress, silent

__all__ = ["Pulled", "Pushed", "pull", "push", "share"]


class Kind(NamedTuple):
    """What a workspace can do with directories of a kind: list them, find one by a name, check one, adopt one."""

    ids: Callable[[Workspace], list[str]]
    find: Callable[[Workspace, str], str]
    check: Callable[[Workspace, str], object]
    adopt: Callable[[Workspace, Path], None]


#: The kinds, as `directories.FOLDERS` names them.
_KINDS: Final = {
    "snapshot": Kind(snapshots.ids, snapshots.find, snapshots.verify, snapshots.adopt),
    "bundle": Kind(bundles.versions, bundles.find, bundles.check, bundles.adopt),
    "price history": Kind(price_histories.ids, price_histories.find, price_histories.verify, price_histories.adopt),
}

#: What a workspace's file of what is in use names.
_IN_USE: Final = ("snapshot", "champion", "prices")

#: How often a pull begins again since what is current changed meanwhile.
_ATTEMPTS: Final = 5

#: A kind and an id.
Item = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was brought to the remote.

    Attributes:
        names: What was not there before.
        state: What is current there; None where only what was named was pushed.
        moved: Whether that was another before.
    """

    names: tuple[str, ...]
    state: State | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was brought from the remote.

    Attributes:
        names: What was not here before, or damaged.
        state: What is current here now; None where only what was named was pulled.
        notes: What to know besides.
    """

    names: tuple[str, ...]
    state: State | None
    notes: tuple[str, ...] = ()


def push(workspace: Workspace, remote: Objects, named: Sequence[str] = (), *, progress: Progress = silent) -> Pushed:
    """Bring to the remote what is current here, and let it be current there, if nobody else changed that meanwhile.

    Args:
        named: Snapshots, versions and price histories to bring instead; what is current does not change by that.

    Raises:
        UnknownValueError: None of them is called so.
        WorkspaceError: One of them is damaged, or the workspace is empty.
        MovedError: Somebody else changed what is current in the remote: pull first.
        RemoteError: The remote fails.
    """
    if named:
        return Pushed(_push(workspace, remote, [_find(workspace, one) for one in named], progress), None, moved=False)
    with bundles.one_at_a_time(workspace):
        state = pointer.of_workspace(workspace)
        if state == State():
            raise WorkspaceError(
                "there is nothing here to push",
                where=workspace.root,
                do="Name another workspace: --workspace DIR; `tasador pull` brings what the remote has.",
            )
        names = _push_current(workspace, remote, state, progress)
        point, moved = pointer.move(workspace, remote, state)
        pointer.accept(workspace, remote, point)
    return Pushed(names, state, moved)


def share(workspace: Workspace, remote: Objects, after: State) -> Point:
    """Let the remote have what is about to be current here.

    Whoever calls keeps other processes of this workspace from it, makes it so here, and then accepts what is given
    back: one that is killed in between finds it by the next pull.

    Raises:
        MovedError: Somebody else changed what is current in the remote: nothing changed.
        RemoteError: The remote fails: what is current in it did not change.
    """
    _push_current(workspace, remote, after, silent)
    return pointer.move(workspace, remote, after)[0]


def pull(workspace: Workspace, remote: Objects, named: Sequence[str] = (), *, progress: Progress = silent) -> Pulled:
    """Bring from the remote what is current there, each file held against its hash, and let it be current here.

    What was made current on both sides since they last met is as the remote has it: the notes say so, and nothing that
    was made here is deleted.

    Args:
        named: Snapshots, versions and price histories, or beginnings of their names, to bring instead; what is current
            does not change.

    Raises:
        UnknownValueError: None in the remote is called so.
        WorkspaceError: What came is not what was pushed; nothing changes here.
        RemoteError: The remote fails, or what is current in it changes all the time; nothing changes here.
    """
    if named:
        return Pulled(_pull(workspace, remote, [_find_there(remote, one) for one in named], progress), None)
    names: dict[str, None] = {}
    for _ in range(_ATTEMPTS):
        found = pointer.read(remote)
        if found is None:
            return Pulled((), None, ("Nothing was pushed to the remote yet.",))
        there = found[0]
        names |= dict.fromkeys(_pull(workspace, remote, _current(there.state), progress))
        names |= dict.fromkeys(_pull(workspace, remote, _behind(workspace, remote, there.state), progress))
        with bundles.one_at_a_time(workspace):
            # NOTE: by now it may be what another process of this workspace made it: what was read would undo that.
            now = pointer.read(remote)
            if now is not None and now[0].token == there.token:
                merged, notes = _take(workspace, remote, there)
                return Pulled(tuple(names), merged, notes)
    raise RemoteError(
        "what is current changed as often as it was pulled", where=remote.url, do="Do it again later: `tasador pull`."
    )


def _take(workspace: Workspace, remote: Objects, there: Point) -> tuple[State, tuple[str, ...]]:
    """Let what is current in the remote be current here, in whose lock this is; gives what is, and what to know."""
    ours, last = pointer.of_workspace(workspace), pointer.seen_last(workspace, remote)
    merged, both = pointer.merge(last.state, ours, there.state)
    # NOTE: as a promotion does it: the history goes first, then what serving reads.
    workspace.write_history(merged.history)
    # NOTE: only what is another, as an ingest may change the rest now.
    changed = {one: getattr(merged, one) for one in _IN_USE if getattr(merged, one) != getattr(ours, one)}
    workspace.change_current(**changed)
    bundles.set_challenger(workspace, merged.challenger)
    pointer.accept(workspace, remote, there)
    words = {"prices": "price history"}
    notes = [
        f"The {words.get(name, name)} was {getattr(ours, name)} here and became {getattr(there.state, name) or 'none'} "
        "in the remote: it is as the remote has it."
        for name in both
    ]
    if "champion" in both:
        notes.append(f"`tasador models promote {ours.champion}` holds the other against it.")
    return merged, tuple(notes)


def _push_current(workspace: Workspace, remote: Objects, state: State, progress: Progress) -> tuple[str, ...]:
    here = _here(workspace)
    behind = [item for item in _leaned_on(workspace, state) if item in here]
    # NOTE: what it names goes first, so that nobody is pointed to what is not there.
    return _push(workspace, remote, dict.fromkeys([*_current(state), *behind]), progress)


def _push(workspace: Workspace, remote: Objects, items: Iterable[Item], progress: Progress) -> tuple[str, ...]:
    wanted, new = list(items), []
    for done, (kind, name) in enumerate(wanted):
        progress("push", done, len(wanted), name)
        if directories.push(remote, workspace.root / directories.FOLDERS[kind] / name, kind=kind):
            new.append(name)
    if wanted:
        progress("push", len(wanted), len(wanted))
    return tuple(new)


def _pull(workspace: Workspace, remote: Objects, items: Iterable[Item], progress: Progress) -> tuple[str, ...]:
    wanted, new = list(items), []
    for done, (kind, name) in enumerate(wanted):
        progress("pull", done, len(wanted), name)
        if _is_whole(workspace, kind, name):
            continue
        with atomic.scratch_directory(workspace.root / directories.FOLDERS[kind]) as directory:
            _KINDS[kind].adopt(workspace, directories.pull(remote, name, directory, kind=kind))
        new.append(name)
    if wanted:
        progress("pull", len(wanted), len(wanted))
    return tuple(new)


def _is_whole(workspace: Workspace, kind: str, name: str) -> bool:
    try:
        _KINDS[kind].check(workspace, name)
    except (WorkspaceError, UnknownValueError):
        return False
    return True


def _current(state: State) -> list[Item]:
    """List what must be there."""
    kinds = ("snapshot", "bundle", "bundle", "price history")
    named = (state.snapshot, state.champion, state.challenger, state.prices)
    return [(kind, one) for kind, one in zip(kinds, named, strict=True) if one is not None]


def _leaned_on(workspace: Workspace, state: State) -> Iterator[Item]:
    """List what a rollback goes to, and the snapshots that versions were trained on; they may have been deleted."""
    before = tenures.predecessor(state.history, state.champion)
    if before is not None:
        yield "bundle", before
    there = set(bundles.versions(workspace))
    for version in dict.fromkeys((state.champion, state.challenger, before)):
        if version in there and version is not None:
            yield "snapshot", str(bundles.manifest(workspace, version)["snapshot"])


def _behind(workspace: Workspace, remote: Objects, state: State) -> list[Item]:
    """List of what is leaned on that which the remote has; of the version before, only itself."""
    wanted = dict.fromkeys(_leaned_on(workspace, state))
    return [(kind, name) for kind, name in wanted if name in directories.find(remote, kind, name)]


def _here(workspace: Workspace) -> list[Item]:
    return [(kind, one) for kind, known in _KINDS.items() for one in known.ids(workspace)]


def _find(workspace: Workspace, named: str) -> Item:
    for kind, known in _KINDS.items():
        with contextlib.suppress(UnknownValueError):
            return kind, known.find(workspace, named)
    raise _unknown(named, _here(workspace), f"Those are in {workspace.root}.")


def _find_there(remote: Objects, named: str) -> Item:
    found = [(kind, name) for kind in directories.FOLDERS for name in directories.find(remote, kind, named)]
    exact = [item for item in found if item[1] == named]
    if len(found) == 1 or exact:
        return (exact or found)[0]
    known = found or [(kind, name) for kind in directories.FOLDERS for name in directories.find(remote, kind, "")]
    raise _unknown(named, known, f"Those are in {remote.url}.")


def _unknown(named: str, known: Sequence[Item], do: str) -> UnknownValueError:
    names = [name for _, name in known]
    alike = [name for name in names if name.startswith(named)]
    if alike:
        do = "More than one begins so: give more of the name."
    return UnknownValueError("snapshot, version or price history", named, alike or names, do=do)
