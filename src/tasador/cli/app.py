"""The command and its parts."""

from __future__ import annotations

from typing import Annotated

import typer

from tasador import provenance
from tasador.cli import (
    appraise,
    audit,
    doctor,
    evaluate,
    fetch,
    ingest,
    keys,
    market,
    models,
    monitor,
    prices,
    profile,
    recommend,
    remote,
    run,
    sample,
    serve,
    settings,
    similar,
    snapshots,
    train,
)
from tasador.cli import options as shared
from tasador.log import configure_logging

__all__ = ["app"]

app = typer.Typer(
    name="tasador",
    help="Appraise PC games: clean a catalogue, look at the market, learn prices, serve the answers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("ingest")(ingest.ingest)
app.add_typer(snapshots.app, name="snapshots")
app.add_typer(prices.app, name="prices")
app.command("profile")(profile.profile)
app.command("market")(market.market)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(models.app, name="models")
app.command("push")(remote.push)
app.command("pull")(remote.pull)
app.command("appraise")(appraise.appraise)
app.command("similar")(similar.similar)
app.command("recommend")(recommend.recommend)
app.command("audit")(audit.audit)
app.command("monitor")(monitor.monitor)
app.command("serve")(serve.serve)
app.add_typer(keys.app, name="keys")
app.command("sample")(sample.sample)
app.command("fetch")(fetch.fetch)
app.command("settings")(settings.settings)
app.command("doctor")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tasador {provenance.version()}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  (its callback does the work)
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Appraise PC games: clean a catalogue, look at the market, learn prices, serve the answers.

    Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 failed, 2 used
    wrongly, 3 a check says no, 75 another process is at work, 130 stopped by Ctrl+C.
    """
    # NOTE: the doctor tells what is wrong with the settings beside the rest.
    if context.invoked_subcommand != "doctor":
        settings = shared.settings()
        configure_logging(settings.log_level, settings.log_format)
