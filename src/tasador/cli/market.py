"""tasador market"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, numbers, options
from tasador.errors import UnknownValueError, WorkspaceError

if TYPE_CHECKING:
    from tasador.storage.workspace import Workspace

_TITLES = {
    "genero": "commonest genres",
    "specs": "commonest specs",
    "earlyacces": "early access",
    "sentiment": "sentiments",
    "metascore": "best metascores",
}


def market(
    year: Annotated[
        int,
        typer.Argument(metavar="YEAR", parser=numbers.whole_number(0, 9999), help="The release year, such as 2017."),
    ],
    snapshot: options.SnapshotId = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show what a year looked like: the six statistics of the classic routes, over games with a listed price.

    It reads the current snapshot; the server answers from the one that its champion learned from. Where they differ, as
    after a rollback, a note says so.
    """
    from tasador.workflows.market import statistics_of

    place = options.open_workspace(workspace)
    chosen = options.current_snapshot(place, snapshot)
    found = statistics_of(place, chosen, year, master=options.cluster(engine, master))
    if json:
        console.print_json({"year": year, "snapshot": chosen, **found})
        return
    print(f"{year}: {len(found['juegos']):,} games by name, snapshot {chosen}")
    served = _served(place)
    if served is not None and served != chosen:
        print(f"note: the server answers from the champion's snapshot, {served}: --snapshot {served} shows it.")
    for name, title in _TITLES.items():
        answer = found[name]
        print(f"\n{title}: {answer:,}" if isinstance(answer, int) else f"\n{title}")
        if isinstance(answer, dict):
            for label, value in answer.items():
                print(f"  {value:>6,}  {label}")


def _served(place: Workspace) -> str | None:
    """Tell the champion's snapshot; None where no champion says it."""
    from tasador.storage import bundles

    champion = place.current().champion
    try:
        return None if champion is None else str(bundles.manifest(place, champion)["snapshot"])
    except (WorkspaceError, UnknownValueError):
        # NOTE: a champion that is damaged or gone answers nothing, and is no matter of this command's.
        return None
