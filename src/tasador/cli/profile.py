"""tasador profile"""

from __future__ import annotations

from typing import Annotated

import typer

from tasador.cli import console, options

Compare = Annotated[
    str | None,
    typer.Option("--compare", metavar="ID", help="An earlier snapshot to set beside it, instead of analysing it."),
]


def profile(
    snapshot: options.SnapshotId = None,
    compare: Compare = None,
    force: options.Force = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Write the exploratory analysis of a snapshot: one page, and the JSON it was made from."""
    from tasador.workflows import profile as workflow

    place = options.open_workspace(workspace)
    chosen = options.current_snapshot(place, snapshot)
    with console.progress() as progress:
        if compare is None:
            found = workflow.profile(place, chosen, force=force, progress=progress)
        else:
            before = options.current_snapshot(place, compare)
            found = workflow.compare(place, before, chosen, force=force, progress=progress)
    size = found.page.stat().st_size
    if json:
        written = {"page": str(found.page), "data": str(found.data), "page_bytes": size, "reused": found.reused}
        console.print_json(written)
    else:
        print(f"profile   {found.page}{' (was there)' if found.reused else f' ({size / 1e6:.1f} MB)'}")
        print(f"data      {found.data}")
