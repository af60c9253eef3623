"""Whether a workspace and what belongs to it are as they should be. Everything is looked at, and nothing changed."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from tasador.errors import TasadorError
from tasador.registry.tracking import Tracking, TrackingError
from tasador.storage import atomic, bundles, keys, last_run, snapshots
from tasador.storage.workspace import Workspace, read_json

__all__ = ["Check", "State", "examine"]

#: Whether it is as it should be, or something to know, or something that keeps a command from working.
State: TypeAlias = Literal["ok", "note", "wrong"]

#: With less room on the disk an ingest or a training may not end.
_LEAST_FREE_BYTES: Final = 500_000_000
_MENDED: Final = "`tasador ingest SOURCE` makes one anew; `tasador snapshots use ID` takes another."


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was seen.

    Attributes:
        name: What was looked at.
        state: Whether it is as it should be.
        says: What was seen.
        do: What to do; empty where nothing need be done.
    """

    name: str
    state: State
    says: str
    do: str = ""

    def to_dict(self) -> dict[str, str]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def examine(workspace: Workspace, tracking: Tracking) -> Iterator[Check]:
    """Look at a workspace's folder, files, snapshot, champion and tracking store."""
    root = workspace.root
    if not root.exists():
        yield Check("workspace", "note", f"there is none yet at {root}", "`tasador run SOURCE` makes it.")
        return
    if not root.is_dir():
        yield Check("workspace", "wrong", f"{root} is a file", "Name a folder: --workspace DIR.")
        return
    yield _folder(root)
    yield _disk(root)
    yield _lock(workspace)
    files = _told("files", lambda: _files(workspace))
    yield files
    yield _told("last run", lambda: _last_run(workspace))
    yield _told("last look", lambda: _last_look(workspace))
    if files.state == "ok":
        yield _told("snapshot", lambda: _snapshot(workspace))
        yield _told("champion", lambda: _champion(workspace))
    yield _tracking(tracking)


def _told(name: str, look: Callable[[], Check]) -> Check:
    """Look, and tell an error as something wrong."""
    try:
        return look()
    except (TasadorError, OSError) as error:
        return Check(name, "wrong", str(error))


def _folder(root: Path) -> Check:
    if os.access(root, os.R_OK | os.W_OK | os.X_OK):
        return Check("workspace", "ok", f"{root}, can be written")
    return Check(
        "workspace",
        "wrong",
        f"{root} cannot be written",
        "Give this user the right to; until then only serving and reading work.",
    )


def _disk(root: Path) -> Check:
    free = shutil.disk_usage(root).free
    says = f"{free / 1e9:,.1f} GB free"
    if free >= _LEAST_FREE_BYTES:
        return Check("disk", "ok", says)
    return Check(
        "disk",
        "wrong",
        f"{says}: an ingest or a training may not end",
        "Make room: `tasador snapshots delete ID`, `tasador models delete VERSION`.",
    )


def _lock(workspace: Workspace) -> Check:
    held = [path for path in (workspace.root / ".lock", workspace.models / ".lock") if atomic.is_locked(path)]
    if not held:
        return Check("lock", "ok", "no other process changes the workspace")
    return Check(
        "lock",
        "note",
        f"another process changes the workspace: it holds {', '.join(map(str, held))}",
        "Wait until it has ended; a process that was killed holds no lock.",
    )


def _files(workspace: Workspace) -> Check:
    """Read the small files that say what is in use."""
    workspace.current()
    promotions, made = len(workspace.history()), len(keys.stored(workspace))
    return Check("files", "ok", f"{promotions} entries in the history, {made} keys")


def _last_run(workspace: Workspace) -> Check:
    """Tell how the last run of the whole path ended, or how far it is."""
    found = last_run.read(workspace)
    if found is None:
        return Check("last run", "ok", "there was none yet")
    status = found["status"]
    on_way = [step["name"] for step in found["steps"] if step["status"] in {"running", "failed"}]
    where = f" in the step {on_way[0]}" if on_way else ""
    says = f"{found['run']}, begun at {found['begun_at']}: {status}{where}"
    if status == "running":
        return Check("last run", "note", f"{says}, by process {found['pid']} on {found['host']}", "Wait until it ends.")
    if status in {"done", "held"}:
        return Check("last run", "ok", says)
    do = "Run it again: it goes on where it stopped."
    if found["error"] is not None:
        says, do = f"{says}: {found['error']['says']}", found["error"]["do"]
    return Check("last run", "wrong", says, do)


def _last_look(workspace: Workspace) -> Check:
    """Tell what `tasador monitor` saw when it looked the last time."""
    reports = sorted((workspace.root / "monitoring").glob("[0-9]*/report.json"))
    if not reports:
        return Check("last look", "ok", "there was none yet")
    found = read_json(reports[-1], do="Delete its folder: `tasador monitor` looks anew.")
    subjects = list(dict.fromkeys(alert["subject"] for alert in found["alerts"]))
    says = f"{found['made_at']}, at snapshot {found['snapshot']}: "
    if not subjects:
        return Check("last look", "ok", f"{says}no alert")
    return Check(
        "last look",
        "note",
        f"{says}{len(found['alerts'])} alerts: {', '.join(subjects)}",
        f"See {reports[-1].with_suffix('.html')}.",
    )


def _snapshot(workspace: Workspace) -> Check:
    current = workspace.current().snapshot
    if current is None:
        return Check("snapshot", "note", "there is none yet", "`tasador ingest SOURCE` makes one.")
    if current not in snapshots.ids(workspace):
        return Check("snapshot", "wrong", f"{current} is the current one, and is gone", _MENDED)
    snapshots.verify(workspace, current)
    manifest = snapshots.manifest(workspace, current)
    days = [source["observed_on"] for source in manifest["sources"] if source.get("observed_on")]
    seen = f"observed on {max(days)}, {_age(date.fromisoformat(max(days)))}" if days else "observed on an unknown day"
    return Check("snapshot", "ok", f"{current}, {manifest['accounting']['games']:,} games, {seen}; its hashes hold")


def _champion(workspace: Workspace) -> Check:
    current = workspace.current()
    if current.champion is None:
        return Check("champion", "note", "there is none yet", "`tasador run SOURCE` makes one.")
    if current.champion not in bundles.versions(workspace):
        says = f"{current.champion} is the champion, and is gone"
        return Check("champion", "wrong", says, "`tasador models promote VERSION` makes another one the champion.")
    found = bundles.load(workspace, current.champion)
    says = f"{found.version}, {_made(found.manifest)}; its hashes hold"
    if importlib.util.find_spec("lightgbm") is None:
        return Check("champion", "note", f"{says}; not opened: LightGBM is not installed", "Install train or serve.")
    # NOTE: here, since it loads the booster's library.
    from tasador.appraisal.appraiser import Appraiser

    Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"]).open_all()
    learned = found.manifest["snapshot"]
    if learned not in snapshots.ids(workspace):
        says += f"; its snapshot, {learned}, is gone"
        return Check("champion", "note", says, "It answers, but cannot be audited; `tasador train` makes another.")
    if learned != current.snapshot:
        says += f"; it learned from {learned}, not from the current snapshot"
        return Check("champion", "note", says, "`tasador train` learns from the current one.")
    return Check("champion", "ok", says)


def _made(manifest: dict[str, Any]) -> str:
    made = datetime.fromisoformat(manifest["made_at"]).astimezone(UTC).date() if "made_at" in manifest else None
    return "made on an unknown day" if made is None else f"made on {made}, {_age(made)}"


def _age(day: date) -> str:
    days = (datetime.now(UTC).date() - day).days
    return "today" if days == 0 else f"{days:,} day{'' if days == 1 else 's'} ago"


def _tracking(tracking: Tracking) -> Check:
    """Ask the store for something; one that is a file in the workspace and not there yet is not made."""
    path = Path(tracking.uri.removeprefix("sqlite:///"))
    if not tracking.shared and not path.exists():
        return Check("tracking", "ok", "no run was logged yet")
    if importlib.util.find_spec("mlflow") is None:
        return Check("tracking", "note", "MLflow is not installed, so runs are not logged", "Install train.")
    from tasador.registry.runs import Runs

    try:
        aliases = Runs(tracking).aliases()
    except TrackingError as error:
        return Check("tracking", "wrong", str(error))
    named = ", ".join(f"{alias} {version}" for alias, version in aliases.items()) or "no aliases"
    return Check("tracking", "ok", f"{tracking.shown} answers: {named}")
