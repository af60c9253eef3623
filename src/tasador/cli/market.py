"""tasador market"""

from __future__ import annotations

from typing import Annotated

import typer

from tasador.cli import console, numbers, options
from tasador.errors import UnknownValueError

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
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Show what a year looked like: the six statistics of the classic routes, over games with a listed price."""
    from tasador.market import classic
    from tasador.storage import snapshots

    place = options.open_workspace(workspace)
    rows = classic.classic_rows(snapshots.load_games(place, options.current_snapshot(place, snapshot)))
    if year not in classic.years(rows):
        raise UnknownValueError("year", year, classic.years(rows), do="Name one of these years.")
    found = {name: statistic(rows, year) for name, statistic in classic.STATISTICS.items()}
    if json:
        console.print_json({"year": year, **found})
        return
    print(f"{year}: {len(found['juegos']):,} games by name")
    for name, title in _TITLES.items():
        answer = found[name]
        print(f"\n{title}: {answer:,}" if isinstance(answer, int) else f"\n{title}")
        if isinstance(answer, dict):
            for label, value in answer.items():
                print(f"  {value:>6,}  {label}")
