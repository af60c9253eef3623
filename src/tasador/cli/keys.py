"""tasador keys"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from tasador.cli import console, options
from tasador.errors import WorkspaceError

if TYPE_CHECKING:
    from pathlib import Path

    from tasador.storage.keys import Key, Scope
    from tasador.storage.workspace import Workspace

app = typer.Typer(help="Keys to the API: who may read, and who may operate it.", no_args_is_help=True)


def _scope(text: str) -> str:
    from tasador.storage.keys import Scope

    if text not in get_args(Scope):
        raise typer.BadParameter(f"got {text!r}, expected read or admin.")
    return text


@app.command("create")
def create(
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Whose it is.")],
    scope: Annotated[
        str,
        typer.Option(
            "--scope",
            metavar="read|admin",
            parser=_scope,
            help="read opens reads and appraisals; admin also reload, promote and rollback.",
        ),
    ] = "read",
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Make a key and print it, this once: only its hash is kept. A running server knows it a second later."""
    from tasador.storage import keys

    key, text = keys.create(_workspace(workspace), name, cast("Scope", scope))
    if json:
        console.print_json({**_public(key), "key": text})
    else:
        print(text)
        print(f"This key is {name}'s and opens {scope}. It is not shown again.", file=sys.stderr)


@app.command("list")
def list_(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """List the keys, without what is secret."""
    from tasador.storage import keys

    place = _workspace(workspace)
    rows = [_public(key) for key in keys.stored(place)]
    if json:
        console.print_json(rows)
    elif rows:
        console.print_table(("id", "name", "scope", "made at"), [list(row.values()) for row in rows])
    else:
        print(f"{place.root} has no key yet: `tasador keys create --name NAME` makes one.")


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The key's name.")],
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Take a key out: a running server knows it no longer a second later."""
    from tasador.storage import keys

    key = keys.revoke(_workspace(workspace), name)
    if json:
        console.print_json(_public(key))
    else:
        print(f"revoked  {key.name} ({key.id})")


def _workspace(directory: Path | None) -> Workspace:
    """Open a workspace that is there: a server reads the keys of its own, and would never know of another's."""
    place = options.open_workspace(directory)
    if not place.root.exists():
        raise WorkspaceError(
            "there is no such workspace",
            where=place.root,
            expected="the workspace that the server reads",
            do="Name it: --workspace DIR; `tasador run SOURCE` makes one.",
        )
    return place


def _public(key: Key) -> dict[str, str]:
    return {name: value for name, value in asdict(key).items() if name != "sha256"}
