"""tasador push, tasador pull"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, options

if TYPE_CHECKING:
    from tasador.storage.remotes.objects import Objects
    from tasador.storage.remotes.pointer import State

Named = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME", help="Snapshots, versions and price histories, alone. [default: all that is current]"
    ),
]


def push(named: Named = None, workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Bring snapshots, versions and price histories to the remote, and let what is current here be current there.

    It is refused where somebody else changed that meanwhile: pull first.
    """
    from tasador.workflows import remote

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        done = remote.push(place, _remote(), named or (), progress=progress)
    if json:
        console.print_json({"pushed": list(done.names), "moved": done.moved, **_current(done.state)})
        return
    _tell("pushed", done.names, done.state)


def pull(named: Named = None, workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Bring snapshots, versions and price histories from the remote, each file against its hash, and what is current.

    What became current on both sides since they last met is as the remote has it.
    """
    from tasador.workflows import remote

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        done = remote.pull(place, _remote(), named or (), progress=progress)
    if json:
        console.print_json({"pulled": list(done.names), "notes": list(done.notes), **_current(done.state)})
        return
    _tell("pulled", done.names, done.state)
    for note in done.notes:
        print(f"note: {note}")


def _remote() -> Objects:
    found = options.remote()
    if found is None:
        raise typer.BadParameter("no remote is set: s3://bucket/prefix, or a folder.", param_hint="TASADOR_REMOTE_URL")
    return found


def _current(state: State | None) -> dict[str, str | None]:
    from tasador.storage.remotes.pointer import NAMES

    if state is None:
        return {}
    return {name: getattr(state, name) for name in NAMES}


def _tell(what: str, names: tuple[str, ...], state: State | None) -> None:
    print(f"{what}    {', '.join(names) or 'nothing: all of it was there'}")
    for name, value in _current(state).items():
        if value is not None:
            print(f"{name:<9} {value}")
