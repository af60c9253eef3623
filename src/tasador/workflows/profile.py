"""The exploratory analysis of a snapshot, as JSON and as a page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tasador import provenance
from tasador.errors import WorkspaceError
from tasador.profiling import report, summary
from tasador.storage import atomic, snapshots
from tasador.storage.workspace import Workspace, encode_json, read_json
from tasador.workflows.progress import Progress, silent

__all__ = ["Profiled", "profile"]


@dataclass(frozen=True, slots=True)
class Profiled:
    """Where the analysis of a snapshot is.

    Attributes:
        reused: Whether it was there already, made by the same code.
    """

    page: Path
    data: Path
    reused: bool


def profile(workspace: Workspace, snapshot: str, *, force: bool = False, progress: Progress = silent) -> Profiled:
    """Analyse a snapshot.

    Raises:
        UnknownValueError: There is no such snapshot.
        WorkspaceError: The snapshot is damaged.
        OSError: The workspace cannot be written; an earlier analysis stays.
    """
    directory = workspace.profiles / snapshot
    page, data = directory / "profile.html", directory / "profile.json"
    if not force and _made_before(page, data):
        return Profiled(page, data, reused=True)
    progress("profile", 0, 3)
    games = snapshots.load_games(workspace, snapshot)
    progress("profile", 1, 3)
    found = summary.summarise(games)
    progress("profile", 2, 3)
    markup = report.render(found).encode()
    facts = {
        "snapshot": snapshot,
        "made_by": provenance.code(),
        "page_sha256": hashlib.sha256(markup).hexdigest(),
        "profile": found,
    }
    atomic.write_bytes(page, markup)
    atomic.write_bytes(data, encode_json(facts))
    progress("profile", 3, 3)
    return Profiled(page, data, reused=False)


def _made_before(page: Path, data: Path) -> bool:
    """Whether both are there, whole, and made by the code that runs."""
    try:
        facts = read_json(data, do="")
        digest = hashlib.sha256(page.read_bytes()).hexdigest()
    except (WorkspaceError, FileNotFoundError):
        return False
    return facts.get("made_by") == provenance.code() and facts.get("page_sha256") == digest
