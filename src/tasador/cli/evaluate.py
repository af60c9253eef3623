"""tasador evaluate"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tasador.cli import console, options

Version = Annotated[
    str | None,
    typer.Argument(
        metavar="[VERSION]",
        help="Its name, the beginning of it, champion or challenger. [default: champion]",
        show_default=False,
    ),
]
On = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="SNAPSHOT|FILE",
        help="Measure on the games of a snapshot or a catalogue file that the version did not learn from.",
    ),
]


def evaluate(
    version: Version = None,
    on: On = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Print a version's accuracy tables, in Markdown: on held-out rows, or on games that it never saw."""
    from tasador.models import accuracy_page
    from tasador.registry import bundle
    from tasador.storage import bundles
    from tasador.workflows.evaluate import evaluate as workflow

    place = options.open_workspace(workspace)
    chosen = options.champion(place) if version is None else bundles.find(place, version)
    new: str | Path | None = on
    if on is not None:
        new = Path(on) if Path(on).exists() else options.current_snapshot(place, on)
    with console.progress() as progress:
        found = workflow(place, chosen, on=new, progress=progress)
    if json:
        console.print_json({"version": found.version, "snapshot": found.snapshot, **found.metrics})
    else:
        print(
            accuracy_page.render(found.metrics, version=found.version, snapshot=found.snapshot, figure=bundle.FLATTERY)
        )
