"""The last run of the whole path: how far it is, or how it ended; those before it; and the lock of the one at work."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tasador.errors import BusyError, WorkspaceError
from tasador.storage import atomic
from tasador.storage.workspace import Workspace, encode_json, read_json

__all__ = ["FORMAT", "METRICS", "alone", "amend", "at_work", "begin", "earlier", "read", "write", "write_metrics"]

FORMAT: Final = 1

#: Where the metrics of the last run are, beside its summary.
METRICS: Final = "tasador_run.prom"

_MEND: Final = "Delete it: the next run writes it anew."

_SUCCESS: Final = "tasador_run_last_success_timestamp_seconds"
_SUCCEEDED: Final = re.compile(rf"^{_SUCCESS} (\S+)$", re.MULTILINE)

#: Others look at the lock for a moment, and who has just taken it says so a moment later.
_LOOKS: Final = 6
_BETWEEN_SECONDS: Final = 0.05


class _DamagedError(WorkspaceError):
    """What the last run told of itself cannot be read."""


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


def begin(workspace: Workspace, summary: dict[str, Any]) -> tuple[str, ...]:
    """Put the last run to those before it, and write that another one begins; the caller holds the lock.

    A summary that is damaged is put aside: what an earlier run told of itself keeps no other from its work.

    Returns:
        What to know of it.

    Raises:
        WorkspaceError: What is written is of a newer version.
        OSError: The workspace cannot be written.
    """
    notes: tuple[str, ...] = ()
    try:
        last = _stored(workspace)
    except _DamagedError as error:
        aside = _folder(workspace) / f"damaged-{summary['run']}.json"
        (_folder(workspace) / "summary.json").rename(aside)
        last, notes = None, (f"The summary of the run before was damaged, and is put aside as {aside}. {error}",)
    if last is not None:
        path = _folder(workspace) / "earlier.jsonl"
        before = path.read_bytes() if path.exists() else b""
        # NOTE: a run that was killed here has put it there already.
        if json.dumps(last["run"]).encode() not in before.rpartition(b"\n")[0].rpartition(b"\n")[2]:
            line = json.dumps(_ended(last), ensure_ascii=False, sort_keys=True).encode()
            atomic.write_bytes(path, before + line + b"\n")
    write(workspace, summary)
    return notes


def write(workspace: Workspace, summary: dict[str, Any]) -> None:
    """Write how far the run is, whole or not at all.

    Raises:
        OSError: The workspace cannot be written.
    """
    atomic.write_bytes(_folder(workspace) / "summary.json", encode_json(summary))


def amend(workspace: Workspace, summary: dict[str, Any]) -> None:
    """Write once more how a run ended, unless another has begun since.

    Raises:
        OSError: The workspace cannot be written.
    """
    with _lock(workspace).open("w") as file:
        if _taken(file.fileno()) and (_stored(workspace) or {}).get("run") == summary["run"]:
            write(workspace, summary)


def write_metrics(workspace: Workspace, summary: dict[str, Any]) -> None:
    """Write how a run ended for the textfile collector of Prometheus' node exporter.

    A run whose version the gate held has done its work too.

    Raises:
        OSError: The workspace cannot be written.
    """
    path = _folder(workspace) / METRICS
    ended = datetime.fromisoformat(summary["ended_at"]).timestamp()
    gauges = {
        "tasador_run_last_timestamp_seconds": ("When the last run ended.", ended),
        "tasador_run_last_exit_code": ("What it ended with: 0 done, 3 held by the gate.", summary["exit_code"]),
        _SUCCESS: ("When the last run ended that was done, or held by the gate.", ended),
    }
    if summary["status"] not in {"done", "held"}:
        earlier_one = _SUCCEEDED.search(path.read_text(encoding="utf-8")) if path.exists() else None
        if earlier_one is None:
            del gauges[_SUCCESS]
        else:
            gauges[_SUCCESS] = (gauges[_SUCCESS][0], float(earlier_one[1]))
    lines = [f"# HELP {name} {says}\n# TYPE {name} gauge\n{name} {value}\n" for name, (says, value) in gauges.items()]
    atomic.write_bytes(path, "".join(lines).encode())


@contextlib.contextmanager
def alone(workspace: Workspace, *, wait: bool, waiting: Callable[[str], None]) -> Iterator[None]:
    """Keep other runs from this workspace. The system lets go of the lock of a process that is killed.

    Args:
        wait: Wait for the run that is at work, instead of failing.
        waiting: Told who that is, if there is one.

    Raises:
        BusyError: Another run is at work.
    """
    _folder(workspace).mkdir(parents=True, exist_ok=True)
    with _lock(workspace).open("w") as file:
        if not _taken(file.fileno()):
            holder = _holder(workspace)
            if not wait:
                raise BusyError(
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
    try:
        found = read_json(path, do=_MEND)
    except WorkspaceError as error:
        raise _DamagedError(error.what, where=error.where, got=error.got, do=_MEND) from error
    if found.get("format") != FORMAT:
        raise WorkspaceError(
            "written in another format",
            where=path,
            got=found.get("format"),
            expected=FORMAT,
            do=f"Use the Tasador version that wrote it, or a newer one. {_MEND}",
        )
    if not found.keys() >= {"run", "status", "steps", "pid", "host", "begun_at"}:
        raise _DamagedError("the summary of the last run is damaged", where=path, do=_MEND)
    return found


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "runs"


def _lock(workspace: Workspace) -> Path:
    return _folder(workspace) / ".lock"
