"""Options that many commands take, each declared once."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import numbers, setting_words
from tasador.errors import SourceError, WorkspaceError
from tasador.ingest.formats import NAMES
from tasador.settings import Settings
from tasador.storage.workspace import Workspace

if TYPE_CHECKING:
    from tasador.ingest.formats.format import Format
    from tasador.registry.tracking import Tracking
    from tasador.storage.remotes.objects import Objects

__all__ = [
    "Engine",
    "Force",
    "Json",
    "Map",
    "Master",
    "MaxRejectShare",
    "SnapshotId",
    "SourceFormat",
    "WorkspaceDir",
    "champion",
    "cluster",
    "current_snapshot",
    "open_workspace",
    "reject_share",
    "remote",
    "settings",
    "tracking",
    "written",
]


def _format_name(text: str) -> str:
    if text not in {"auto", *NAMES}:
        raise typer.BadParameter(f"got {text!r}, expected one of auto, {', '.join(NAMES)}; --map reads other tables.")
    return text


def _engine_name(text: str) -> str:
    if text not in {"local", "spark"}:
        raise typer.BadParameter(f"got {text!r}, expected local or spark.")
    return text


WorkspaceDir = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="DIR", help="Where everything is kept. [default: ./tasador-workspace]"),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Do it again even if the result is there.")]
SnapshotId = Annotated[
    str | None,
    typer.Option("--snapshot", metavar="ID", help="The snapshot to read. [default: the current one]"),
]
SourceFormat = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=_format_name,
        help=f"How the source is written: auto, {', '.join(NAMES)}.",
    ),
]
Map = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="A mapping that says what the columns mean (TOML).")
]
MaxRejectShare = Annotated[
    float | None,
    typer.Option(
        "--max-reject-share",
        parser=numbers.share,
        metavar="SHARE",
        help="Largest share of lines that may be no record. [default: 0.1]",
    ),
]

Engine = Annotated[
    str,
    typer.Option(
        "--engine", metavar="ENGINE", parser=_engine_name, help="Where the work is done: local, or spark for a cluster."
    ),
]
Master = Annotated[
    str | None,
    typer.Option(
        "--master", metavar="URL", help="For spark: the cluster, such as spark://host:7077. [default: local[*]]"
    ),
]


@functools.cache
def settings() -> Settings:
    """Read the settings.

    Raises:
        TasadorError: One of them has a value that it cannot have, or there is one of another name.
    """
    found = setting_words.read()
    if isinstance(found, Settings):
        return found
    raise found[0]


def open_workspace(directory: Path | None) -> Workspace:
    """Open the workspace that was named, or that is set.

    Raises:
        WorkspaceError: There is a file in its place.
    """
    root = settings().workspace if directory is None else directory
    if root.exists() and not root.is_dir():
        raise WorkspaceError(
            "the workspace is no folder",
            where=root,
            got="a file",
            expected="a folder",
            do="Name another: --workspace DIR.",
        )
    return Workspace(root)


def current_snapshot(workspace: Workspace, named: str | None) -> str:
    """Take the snapshot that was named, by its id, the beginning of it or `current`, or the current one.

    Raises:
        UnknownValueError: None is called so, or more than one begins so.
        WorkspaceError: There is no current one yet.
    """
    if named is not None and named != "current":
        from tasador.storage import snapshots

        return snapshots.find(workspace, named)
    found = workspace.current().snapshot
    if found is None:
        raise WorkspaceError(
            "the workspace has no snapshot yet",
            where=workspace.root,
            got=_absent(workspace),
            do="`tasador ingest SOURCE` makes one; `tasador run SOURCE` does all the steps.",
        )
    return found


def _absent(workspace: Workspace) -> str | None:
    return None if workspace.root.exists() else "no such folder"


def reject_share(named: float | None) -> float:
    """Take the share that was named, or that is set."""
    return settings().max_reject_share if named is None else named


def cluster(engine: str, master: str | None) -> str | None:
    """Take the address of the cluster that was named; None is this process."""
    if engine == "local":
        if master is not None:
            raise typer.BadParameter("only --engine spark works on a cluster.", param_hint="--master")
        return None
    return master or "local[*]"


def tracking(workspace: Workspace) -> Tracking:
    """Say where runs are logged: where it is set, or in the workspace."""
    from tasador.registry.tracking import Tracking

    found = settings()
    return Tracking.of(workspace, found.tracking_uri, found.tracking_artifacts)


def remote() -> Objects | None:
    """Open the remote that is set; None where none is.

    Raises:
        RemoteError: Its address is of no kind there is, or the library for it is not installed.
    """
    found = settings().remote_url
    if found is None:
        return None
    from tasador.storage.remotes.address import open_remote

    return open_remote(found)


def champion(workspace: Workspace) -> str:
    """Take the champion.

    Raises:
        WorkspaceError: There is none yet.
    """
    found = workspace.current().champion
    if found is None:
        raise WorkspaceError(
            "the workspace has no champion yet",
            where=workspace.root,
            got=_absent(workspace),
            do="`tasador run SOURCE` makes one; `tasador models list` shows the versions there are.",
        )
    return found


def written(name: str, mapping: Path | None = None) -> Format | None:
    """Find the format that was named, or that a mapping file describes; None for `auto`."""
    if mapping is not None:
        if name != "auto":
            raise typer.BadParameter("a mapping says the format itself: leave one out.", param_hint="--map, --format")
        from tasador.workflows.mapping import read_mapping

        try:
            return read_mapping(mapping)
        except SourceError as error:
            raise typer.BadParameter(str(error), param_hint="--map") from error
    from tasador.ingest.formats.format import FORMATS

    return FORMATS.get(name)
