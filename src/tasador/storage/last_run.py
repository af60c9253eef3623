"""The last run of the whole path: how far it is, or how it ended; those before it; and the lock of the one at work."""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tasador.errors import WorkspaceError
from tasador.storage import atomic
from tasador.storage.workspace import Workspace, encode_json, read_json

__all__ = ["FORMAT", "alone", "at_work", "begin", "earlier", "read", "write"]

FORMAT: Final = 1

_MEND: Final = "Delete it: the next run writes it anew."

#: Others look at the lock for a moment, and who has just taken it says so a moment later.
_LOOKS: Final = 6
_BETWEEN_SECONDS: Final = 0.05


def read(workspace: Workspace) -> dict[str, Any] | None:
    """Read how far the last run is, or how it ended; None before the first.

    One that says it is running while nobody holds its lock was killed.

    Raises:
        WorkspaceError: What is written is damaged, or written by a newer version.
    """
    # NOTE: looked at first: a run that ends in between has written how it ended.
    working = at_work(workspace)
    found = _stored(workspace)
    return found if found is None or working else _ended(found)


def earlier(workspace: Workspace) -> list[dict[str, Any]]:
    """Read how the runs before the last one ended, oldest first.

    Raises:
        WorkspaceError: A line is damaged.
    """
    path = _folder(workspace) / "earlier.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(dict(json.loads(line)))
        except (ValueError, TypeError) as error:
            where = f"{path}, line {number}"
            raise WorkspaceError("the line is damaged", where=where, got=repr(line[:60]), do="Take it out.") from error
    return found


def begin(workspace: Workspace, summary: dict[str, Any]) -> None:
    """Put the last run to those before it, and write that another one begins; the caller holds the lock.

    Raises:
        WorkspaceError: What is written is damaged, or written by a newer version.
        OSError: The workspace cannot be written.
    """
    last = _stored(workspace)
    if last is not None:
        before = earlier(workspace)
        # NOTE: a run that was killed here has put it there already.
        if not before or before[-1].get("run") != last.get("run"):
            lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in (*before, _ended(last))]
            atomic.write_bytes(_folder(workspace) / "earlier.jsonl", "".join(lines).encode())
    write(workspace, summary)


def write(workspace: Workspace, summary: dict[str, Any]) -> None:
    """Write how far the run is, whole or not at all.

    Raises:
        OSError: The workspace cannot be written.
    """
    atomic.write_bytes(_folder(workspace) / "summary.json", encode_json(summary))


@contextlib.contextmanager
def alone(workspace: Workspace, *, wait: bool, waiting: Callable[[str], None]) -> Iterator[None]:
    """Keep other runs from this workspace. The system lets go of the lock of a process that is killed.

    Args:
        wait: Wait for the run that is at work, instead of failing.
        waiting: Told who that is, if there is one.

    Raises:
        WorkspaceError: Another run is at work.
    """
    _folder(workspace).mkdir(parents=True, exist_ok=True)
    with _lock(workspace).open("w") as file:
        if not _taken(file.fileno()):
            holder = _holder(workspace)
            if not wait:
                raise WorkspaceError(
                    "another run is at work",
                    where=workspace.root,
                    got=holder,
                    do="Wait until it has ended, or let this one wait for it: --wait.",
                )
            waiting(holder)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def at_work(workspace: Workspace) -> bool:
    """Whether a run is at work."""
    return atomic.is_locked(_lock(workspace))


def _taken(descriptor: int) -> bool:
    for look in range(_LOOKS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if look + 1 < _LOOKS:
                time.sleep(_BETWEEN_SECONDS)
        else:
            return True
    return False


def _holder(workspace: Workspace) -> str:
    found = _stored(workspace)
    if found is None or found["status"] != "running":
        return "a process that has just begun"
    steps = [step["name"] for step in found["steps"] if step["status"] == "running"]
    doing = f", in the step {steps[0]}" if steps else ""
    return f"process {found['pid']} on {found['host']} since {found['begun_at']}{doing}"


def _ended(summary: dict[str, Any]) -> dict[str, Any]:
    """Tell of a run at which nobody works any more."""
    return {**summary, "status": "killed"} if summary["status"] == "running" else summary


def _stored(workspace: Workspace) -> dict[str, Any] | None:
    path = _folder(workspace) / "summary.json"
    if not path.exists():
        return None
    found = read_json(path, do=_MEND)
    if found.get("format") != FORMAT:
        raise WorkspaceError(
            "written in another format",
            where=path,
            got=found.get("format"),
            expected=FORMAT,
            do=f"Use the Tasador version that wrote it, or a newer one. {_MEND}",
        )
    if not found.keys() >= {"run", "status", "steps", "pid", "host", "begun_at"}:
        raise WorkspaceError("the summary of the last run is damaged", where=path, do=_MEND)
    return found


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "runs"


def _lock(workspace: Workspace) -> Path:
    return _folder(workspace) / ".lock"
