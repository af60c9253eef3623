"""tasador profile"""

from __future__ import annotations

from tasador.cli import console, options


def profile(
    snapshot: options.SnapshotId = None,
    force: options.Force = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Write the exploratory analysis of a snapshot: one page, and the JSON it was made from."""
    from tasador.workflows import profile as workflow

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        found = workflow.profile(place, options.current_snapshot(place, snapshot), force=force, progress=progress)
    if json:
        console.print_json({"page": str(found.page), "data": str(found.data), "reused": found.reused})
    else:
        print(f"profile   {found.page}{' (was there)' if found.reused else ''}")
        print(f"data      {found.data}")
