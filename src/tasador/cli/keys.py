"""tasador keys"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from tasador.cli import console, options

if TYPE_CHECKING:
    from tasador.storage.keys import Key, Scope

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

    key, text = keys.create(options.open_workspace(workspace), name, cast("Scope", scope))
    if json:
        console.print_json({**_public(key), "key": text})
    else:
        print(text)
        print(f"This key is {name}'s and opens {scope}. It is not shown again.", file=sys.stderr)


@app.command("list")
def list_(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """List the keys, without what is secret."""
    from tasador.storage import keys

    place = options.open_workspace(workspace)
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

    key = keys.revoke(options.open_workspace(workspace), name)
    if json:
        console.print_json(_public(key))
    else:
        print(f"revoked  {key.name} ({key.id})")


def _public(key: Key) -> dict[str, str]:
    return {name: value for name, value in asdict(key).items() if name != "sha256"}
