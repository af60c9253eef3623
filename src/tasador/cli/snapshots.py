"""tasador snapshots"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from tasador.cli import console, options
from tasador.errors import WorkspaceError

_COUNTS: Final = ("raw", "games", "duplicates", "quarantine", "rejects")

app = typer.Typer(help="Versions of the catalogue.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The snapshot's id.")]


@app.command("list")
def list_(workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """List the snapshots; the current one is marked."""
    from tasador.storage import snapshots

    place = options.open_workspace(workspace)
    current = place.current().snapshot
    found = []
    for snapshot in snapshots.ids(place):
        row = {"id": snapshot, "current": snapshot == current}
        try:
            manifest = snapshots.manifest(place, snapshot)
        except WorkspaceError:
            found.append({**row, "source": "damaged", **dict.fromkeys(_COUNTS, 0)})
        else:
            found.append({**row, "source": manifest["source"]["name"], **manifest["accounting"]})
    if json:
        console.print_json(found)
    else:
        head = ("", "id", "source", *_COUNTS)
        console.print_table(head, [("*" if row["current"] else "", *(row[name] for name in head[1:])) for row in found])


@app.command("show")
def show(
    snapshot: Annotated[
        str | None, typer.Argument(metavar="ID", help="The snapshot's id. [default: the current one]")
    ] = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show a snapshot's quality report."""
    from tasador.storage import snapshots
    from tasador.storage.workspace import read_json

    place = options.open_workspace(workspace)
    directory = snapshots.directory_of(place, options.current_snapshot(place, snapshot))
    quality = read_json(directory / "quality.json", do="Ingest the source again.")
    if json:
        console.print_json(quality)
        return
    print(f"source    {quality['source']['name']} (sha256 {quality['source']['sha256'][:12]}…)")
    print("          " + ", ".join(f"{rows:,} {name}" for name, rows in quality["accounting"].items()) + "\n")
    console.print_table(
        ("outcome", "rule", "records", "what it says"),
        [(rule["outcome"], rule["rule"], rule["rows"], rule["says"]) for rule in quality["rules"]],
    )
    print(f"\nMore: {directory / 'quality.html'}")


@app.command("use")
def use(snapshot: Id, workspace: options.WorkspaceDir = None) -> None:
    """Make a snapshot the current one."""
    from tasador.storage import snapshots

    place = options.open_workspace(workspace)
    snapshots.load_games(place, snapshot)
    place.change_current(snapshot=snapshot)
    print(f"snapshot  {snapshot} is current")
