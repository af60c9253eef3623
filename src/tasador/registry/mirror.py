"""What the workspace says of versions and aliases, brought to the tracking store.

The order of a promotion is: the history, then `current.json`, which is what serving reads, then the alias. A process
that is killed in between leaves an entry that changed nothing, or an alias that lags; the next promotion, rollback or
training brings the aliases to what the workspace says.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasador.registry.runs import RunRecord, Runs
from tasador.registry.tracking import Tracking, TrackingError
from tasador.storage import bundles
from tasador.storage.workspace import Workspace

__all__ = ["Logged", "log", "mirror"]


@dataclass(frozen=True, slots=True)
class Logged:
    """What came of logging a training.

    Attributes:
        run: The run's id; None where the store could not be reached.
        notes: What to know where something could not be done.
    """

    run: str | None
    notes: tuple[str, ...] = ()


def mirror(workspace: Workspace, tracking: Tracking) -> tuple[str, ...]:
    """Let the aliases name what the workspace says, registering the versions that are not.

    Returns:
        What to know where that could not be done: the workspace is as it is either way.
    """
    try:
        _mirror(workspace, Runs(tracking))
    except TrackingError as error:
        return (_missed("the aliases were not brought to the tracking store", error),)
    return ()


def log(workspace: Workspace, tracking: Tracking, record: RunRecord, *, again: bool = True) -> Logged:
    """Log the run that made a version, register it, and let the aliases name what the workspace says.

    Args:
        record: Its name is the version, whose bundle is published already.
        again: Log it also where a run of this version was logged whole before.

    Returns:
        Its id; the version is kept where the store cannot be reached.
    """
    run = None
    try:
        runs = Runs(tracking)
        run = (None if again else runs.run_of(record.name)) or runs.log(record)
        runs.register(record.name, bundles.directory_of(workspace, record.name), run=run)
        _mirror(workspace, runs)
    except TrackingError as error:
        return Logged(run, (_missed("the run was not logged whole", error),))
    return Logged(run)


def _mirror(workspace: Workspace, runs: Runs) -> None:
    wanted = {"champion": workspace.current().champion, "challenger": bundles.challenger(workspace)}
    there = set(bundles.versions(workspace))
    for version in sorted({version for version in wanted.values() if version in there}):
        runs.register(version, bundles.directory_of(workspace, version))
    runs.set_aliases({alias: version for alias, version in wanted.items() if version is None or version in there})


def _missed(what: str, error: TrackingError) -> str:
    return f"{what}; the workspace is not touched by that. {error} The next train, promote or rollback tries again."
