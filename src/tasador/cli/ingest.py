"""tasador ingest"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, options

if TYPE_CHECKING:
    from tasador.storage.workspace import Workspace
    from tasador.workflows.ingest import Ingested


def ingest(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Path or http(s) address of a catalogue.")],
    format: options.SourceFormat = "auto",  # noqa: A002  (the option's name)
    max_reject_share: options.MaxRejectShare = None,
    force: options.Force = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Clean a catalogue into a new snapshot: games, quarantine and quality report."""
    from tasador.workflows import ingest as workflow

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        found = workflow.ingest(
            place,
            source,
            written=options.written(format),
            max_reject_share=options.reject_share(max_reject_share),
            force=force,
            progress=progress,
        )
    if json:
        console.print_json({"snapshot": found.snapshot, "accounting": found.accounting, "reused": found.reused})
    else:
        tell(found, place)


def tell(found: Ingested, place: Workspace) -> None:
    """Print what an ingest made."""
    rows = found.accounting
    print(f"snapshot  {found.snapshot}{' (was there)' if found.reused else ''}")
    print(
        f"          {rows['raw']:,} raw = {rows['games']:,} games + {rows['duplicates']:,} duplicates"
        f" + {rows['quarantine']:,} in quarantine + {rows['rejects']:,} rejects"
    )
    print(f"quality   {place.snapshots / found.snapshot / 'quality.html'}")
