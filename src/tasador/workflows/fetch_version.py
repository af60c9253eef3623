"""A version that was trained elsewhere, brought from the shared store to a workspace that serves."""

from __future__ import annotations

from dataclasses import dataclass

from tasador.errors import WorkspaceError
from tasador.registry.runs import Runs
from tasador.registry.tracking import Tracking
from tasador.storage import atomic, bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.promote import set_champion

__all__ = ["Fetched", "fetch_version"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was brought.

    Attributes:
        version: Its name.
        answers: Whether it answers here now.
        previous: Who answered here before.
    """

    version: str
    answers: bool
    previous: str | None


def fetch_version(workspace: Workspace, named: str, *, tracking: Tracking, answer: bool = False) -> Fetched:
    """Fetch a registered version with all its files, each held against its hash before it is published here.

    Args:
        named: Its name, the beginning of it, or an alias of the store.
        tracking: The shared store.
        answer: Let it answer here: the gate was passed where it was trained, so only the store's champion may.

    Raises:
        TrackingError: The store cannot be reached.
        UnknownValueError: There is no such version in it.
        BundleError: Its files are not those that were registered; nothing changes here.
        WorkspaceError: The store is this workspace's own, or the version that shall answer is not the store's champion.
    """
    if tracking.uri == Tracking.of(workspace).uri:
        raise WorkspaceError(
            "there is no store to fetch from",
            where=tracking.shown,
            got="the workspace's own",
            expected="an MLflow server, or the database of another",
            do="Set TASADOR_TRACKING_URI to the address that the trainer logs to.",
        )
    runs = Runs(tracking)
    version = runs.find(named)
    champion = runs.aliases().get("champion")
    if answer and version != champion:
        raise WorkspaceError(
            "only the store's champion may answer",
            where=tracking.shown,
            got=version,
            expected=champion or "a champion, of which there is none",
            do="Promote it where it was trained: `tasador models promote VERSION`.",
        )
    with atomic.scratch_directory(workspace.models) as directory:
        bundles.adopt(workspace, runs.fetch(version, directory))
    with bundles.one_at_a_time(workspace):
        previous = workspace.current().champion
        if answer and previous != version:
            set_champion(workspace, bundles.load(workspace, version), "promote", [])
    return Fetched(version, answer or previous == version, previous)
