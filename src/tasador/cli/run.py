"""tasador run"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, options

if TYPE_CHECKING:
    from tasador.storage.workspace import Workspace
    from tasador.workflows.run import Ran

SOURCE = Annotated[str, typer.Argument(metavar="SOURCE", help="Path or http(s) address of a catalogue.")]


def run(
    source: SOURCE,
    format: options.SourceFormat = "auto",  # noqa: A002  (the option's name)
    map: options.Map = None,  # noqa: A002  (the option's name)
    max_reject_share: options.MaxRejectShare = None,
    force: options.Force = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Do the whole path: ingest, profile, train, and promote through the gate.

    A step whose result is there already is skipped; --force does all again. Ends with 3 if the gate holds the model.
    """
    from tasador.workflows import run as workflow

    place = options.open_workspace(workspace)
    with console.progress() as progress:
        ran = workflow.run(
            place,
            source,
            written=options.written(format, map),
            tracking=options.tracking(place),
            max_reject_share=options.reject_share(max_reject_share),
            force=force,
            progress=progress,
        )
    if json:
        console.print_json(
            {
                "snapshot": ran.ingested.snapshot,
                "accounting": ran.ingested.accounting,
                "profile": str(ran.profiled.page),
                "version": ran.trained.version,
                "metrics": ran.trained.metrics,
                "decision": ran.decision.to_dict(),
                "reused": {
                    "ingest": ran.ingested.reused,
                    "profile": ran.profiled.reused,
                    "train": ran.trained.reused,
                },
            }
        )
    else:
        _tell(ran, place)
    if not ran.decision.promote:
        raise typer.Exit(3)


def _tell(ran: Ran, place: Workspace) -> None:
    from tasador.cli import ingest, models, train

    ingest.tell(ran.ingested, place)
    print(f"profile   {ran.profiled.page}{' (was there)' if ran.profiled.reused else ''}")
    train.tell(ran.trained)
    models.tell_decision(ran.decision)
    print(f"\nNext: {_next(ran, place)}")


def _next(ran: Ran, place: Workspace) -> str:
    if ran.decision.promote:
        return f"tasador serve --workspace {place.root}"
    champion = place.current().champion
    answers = f"{champion} goes on answering" if champion else "nothing answers yet"
    return (
        f"tasador models show {ran.trained.version} --workspace {place.root}\n"
        f"      It tells the figures of the version that was held; {answers}. The checks marked NO say what\n"
        f"      a promotion needs: mostly more or newer records. `tasador train --tune 50` looks for better parameters."
    )
