"""tasador evaluate"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tasador.cli import console, options
from tasador.errors import TasadorError

if TYPE_CHECKING:
    from tasador.storage.workspace import Workspace

#: Snapshots that are named where none is alike.
_SHOWN: Final = 3

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
    map: options.Map = None,  # noqa: A002  (the option's name)
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
    new = None if on is None else _named(place, on)
    if map is not None and not isinstance(new, Path):
        raise typer.BadParameter("it says how a file is read: name one with --on.", param_hint="--map")
    with console.progress() as progress:
        found = workflow(place, chosen, on=new, written=options.written("auto", map), progress=progress)
    if json:
        console.print_json({"version": found.version, "snapshot": found.snapshot, **found.metrics})
    else:
        print(
            accuracy_page.render(found.metrics, version=found.version, snapshot=found.snapshot, figure=bundle.FLATTERY)
        )


def _named(place: Workspace, on: str) -> str | Path:
    """Take what is named as a file or, where there is none, as a snapshot."""
    if Path(on).exists():
        return Path(on)
    from tasador.storage import snapshots
    from tasador.storage.nearby import nearby

    known = snapshots.ids(place)
    if on == "current" or any(one.startswith(on) for one in known):
        return options.current_snapshot(place, on)
    alike = difflib.get_close_matches(on, known, cutoff=0.5)
    shown = ", ".join(alike or known[:_SHOWN])
    raise TasadorError(
        "no such file or snapshot",
        where="--on",
        got=repr(on),
        expected=f"a catalogue file, or a snapshot such as {shown}" if shown else "a catalogue file",
        do=f"{nearby(Path(on))} `tasador snapshots list` shows the snapshots.",
    )
