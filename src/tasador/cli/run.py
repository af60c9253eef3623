"""tasador run"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, days, options

if TYPE_CHECKING:
    from tasador.storage.webhook import Webhook
    from tasador.storage.workspace import Workspace
    from tasador.workflows.run import Ran
    from tasador.workflows.run_record import Summary

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="Path or http(s) address of a catalogue.")]
ObservedOn = Annotated[
    date | None,
    typer.Option("--observed-on", metavar="DATE", parser=days.past, help="Day on which the source saw its entries."),
]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for another run on the workspace to end, instead of failing.")]


def run(
    source: Source,
    format: options.SourceFormat = "auto",  # noqa: A002  (the option's name)
    map: options.Map = None,  # noqa: A002  (the option's name)
    observed_on: ObservedOn = None,
    max_reject_share: options.MaxRejectShare = None,
    force: options.Force = False,
    wait: Wait = False,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Do the whole path: ingest, profile, look for drift, train, and promote through the gate.

    A step whose result is there already is skipped; --force does all again. What was stopped or killed goes on when it
    is run again. runs/summary.json in the workspace tells how far it is. Ends with 3 if the gate holds the model, with
    75 if another run is at work.
    """
    from tasador.workflows import run as workflow

    place = options.open_workspace(workspace)
    with _stopped_as_by_ctrl_c(), console.progress() as progress:
        ran = workflow.run(
            place,
            source,
            written=options.written(format, map),
            observed_on=observed_on,
            tracking=options.tracking(place),
            remote=options.remote(),
            max_reject_share=options.reject_share(max_reject_share),
            force=force,
            wait=wait,
            webhook=_webhook(),
            told=console.print_json if json else _tell_end,
            progress=progress,
        )
    if not json:
        _tell(ran, place)
    if not ran.decision.promote:
        raise typer.Exit(3)


@contextlib.contextmanager
def _stopped_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM, by which systemd and Kubernetes stop, be told and written down too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _webhook() -> Webhook | None:
    from tasador.storage.webhook import Webhook

    url, secret = options.settings().webhook_url, options.settings().webhook_secret
    if url is None:
        return None
    return Webhook(url.get_secret_value(), None if secret is None else secret.get_secret_value())


def _tell_end(summary: Summary) -> None:
    """Say what is not told with the results: where a run failed, and what to know."""
    error = summary["error"]
    if error is not None:
        where = f"in the step {error['step']}" if error["step"] else "between two steps"
        says = f"{summary['status']} {where} after {summary['seconds']:.1f} s; what the steps before it made is kept"
        print(f"run: {says}", file=sys.stderr)
    for note in summary["notes"]:
        print(f"note: {note}", file=sys.stderr)


def _tell(ran: Ran, place: Workspace) -> None:
    from tasador.cli import ingest, models, train

    ingest.tell(ran.ingested, place)
    print(f"profile   {ran.profiled.page}{' (was there)' if ran.profiled.reused else ''}")
    if ran.looked is not None:
        alerts = len(ran.looked.report.alerts)
        print(f"monitor   {alerts or 'no'} alert{'' if alerts == 1 else 's'}  {ran.looked.page}")
    if ran.unchanged:
        print(f"model     {ran.trained.version} (was there)\n\nunchanged  {ran.decision.notes[0]}")
    else:
        train.tell(ran.trained)
        models.tell_decision(ran.decision)
    print(f"\nNext: {_next(ran, place)}")


def _next(ran: Ran, place: Workspace) -> str:
    if ran.decision.promote:
        return f"tasador serve --workspace {place.root}"
    champion = place.current().champion
    answers = f"{champion} goes on answering" if champion else "nothing answers yet"
    if "not_rolled_back" in ran.decision.failed:
        return (
            f"{answers}. A newer catalogue makes another version, or\n"
            f"      tasador models promote {ran.trained.version} --again --workspace {place.root}\n"
            f"      asks the gate for the one that was rolled back."
        )
    return (
        f"tasador models show {ran.trained.version} --workspace {place.root}\n"
        f"      It tells the figures of the version that was held; {answers}. The checks marked NO say what\n"
        f"      a promotion needs: mostly more or newer records. `tasador train --tune 50` looks for better parameters."
    )
