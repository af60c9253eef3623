"""tasador snapshots"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from tasador.cli import console, options
from tasador.errors import WorkspaceError

_COUNTS: Final = ("raw", "games", "duplicates", "quarantine", "rejects")

#: Rows of a table that are shown to people.
_SHOWN: Final = 10

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
            found.append(
                {**row, "source": ", ".join(source["name"] for source in manifest["sources"]), **manifest["accounting"]}
            )
    if json:
        console.print_json(found)
    elif not found:
        print(f"{place.root} has no snapshot yet: `tasador ingest SOURCE` makes one.")
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
    for source in quality["sources"]:
        day = source["observed_on"] or "an unknown day"
        print(f"source    {source['name']} (sha256 {source['sha256'][:12]}…, {source['format']}, observed on {day})")
    print("          " + ", ".join(f"{rows:,} {name}" for name, rows in quality["accounting"].items()) + "\n")
    console.print_table(
        ("outcome", "rule", "records", "what it says"),
        [(rule["outcome"], rule["rule"], rule["rows"], rule["says"]) for rule in quality["rules"]],
    )
    print(f"\nMore: {directory / 'quality.html'}")


@app.command("diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="The earlier snapshot's id.")],
    after: Annotated[
        str | None, typer.Argument(metavar="AFTER", help="The later one's. [default: the current]")
    ] = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Compare two snapshots: entries that are new, gone, repriced or changed in something else."""
    from tasador.ingest.difference import compare
    from tasador.storage import snapshots

    place = options.open_workspace(workspace)
    before = options.current_snapshot(place, before)
    later = options.current_snapshot(place, after)
    found = compare(snapshots.load_games(place, before), snapshots.load_games(place, later))
    if json:
        console.print_json({"before": before, "after": later, **found.to_dict()})
        return
    print(f"{before} to {later}: " + ", ".join(f"{rows:,} {name}" for name, rows in found.counts().items()))
    for name in found.counts():
        table = getattr(found, name)
        if not table.is_empty():
            print(f"\n{name}")
            console.print_table(
                table.columns, [[_cell(value) for value in row] for row in table.head(_SHOWN).iter_rows()]
            )
        if table.height > _SHOWN:
            print(f"and {table.height - _SHOWN:,} more: --json lists all")


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "-" if value is None else value


@app.command("use")
def use(snapshot: Id, workspace: options.WorkspaceDir = None) -> None:
    """Make a snapshot the current one."""
    from tasador.storage import snapshots

    place = options.open_workspace(workspace)
    snapshot = options.current_snapshot(place, snapshot)
    snapshots.load_games(place, snapshot)
    place.change_current(snapshot=snapshot)
    print(f"snapshot  {snapshot} is current")


@app.command("delete")
def delete(
    named: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of snapshots.")],
    force: Annotated[
        bool,
        typer.Option("--force", help="Delete also what a model version was trained on; it cannot be audited then."),
    ] = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Delete snapshots and their profiles, all of them or none; never the current one."""
    from tasador.workflows.delete import delete_snapshots

    place = options.open_workspace(workspace)
    chosen = [options.current_snapshot(place, one) for one in named]
    console.print_deleted(delete_snapshots(place, chosen, force=force), as_json=json)
