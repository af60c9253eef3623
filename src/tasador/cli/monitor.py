"""tasador monitor"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasador.cli import console, days, numbers, options

if TYPE_CHECKING:
    from tasador.workflows.monitor import Monitored

_MOST_DAYS = 100_000

Reference = Annotated[
    str | None,
    typer.Option(
        "--reference",
        metavar="SNAPSHOT",
        help="The snapshot that is held for usual. [default: the one that the champion learned from]",
    ),
]


def _past(text: str) -> date:
    found = days.day(text)
    today = datetime.now(UTC).date()
    if found > today:
        raise typer.BadParameter(f"got {text!r}, which lies ahead: expected a day up to today, {today}.")
    return found


Since = Annotated[
    date | None,
    typer.Option(
        "--since",
        metavar="DAY",
        parser=_past,
        help="From which day on requests are looked at, beside those before. [default: 31 days ago]",
    ),
]
MaxAge = Annotated[
    int | None,
    typer.Option(
        "--max-age-days",
        metavar="N",
        parser=numbers.whole_number(1, _MOST_DAYS),
        help="How many days ago the catalogue may have been observed. [default: 62]",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Folder of the reports. [default: WORKSPACE/monitoring]"),
]


def monitor(
    reference: Reference = None,
    since: Since = None,
    max_age_days: MaxAge = None,
    output: Output = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Look after what is served: drift, realised error and coverage, data quality, age.

    Looks at the current snapshot, at what was asked of the server where that is written down, and at prices that have
    become known. Writes a page, its JSON, and metrics for Prometheus. Ends with 3 if there is an alert.
    """
    from tasador.workflows.monitor import monitor as workflow

    place = options.open_workspace(workspace)
    options.champion(place)
    chosen = None if reference is None else options.current_snapshot(place, reference)
    with console.progress() as progress:
        found = workflow(
            place,
            reference=chosen,
            since=since,
            max_age_days=max_age_days or options.settings().max_age_days,
            output=output,
            progress=progress,
        )
    if json:
        console.print_json(found.report.to_dict())
    else:
        tell(found)
    if found.report.alerts:
        raise typer.Exit(3)


def tell(found: Monitored) -> None:
    """Print what was looked at, and the alerts with what to do."""
    report = found.report
    for one in report.comparisons:
        seen = one.skipped or f"{len(one.tested):,} differences, {len(one.alerts):,} columns with an alert"
        print(f"drift     {one.name} ({one.n_current:,} beside {one.n_reference:,} rows): {seen}")
    for figure in report.realised:
        what = "median error" if figure.measure == "mdape" else f"in {figure.level} % intervals"
        verdict = "ALERT" if figure.alert else "as promised" if figure.is_enough else "too few to judge"
        print(
            f"realised  {figure.origin}, {figure.kind}, {what}: {figure.seen:.1%} ({figure.low:.1%} to "
            f"{figure.high:.1%}) of {figure.n:,}, promised {figure.promised:.1%}: {verdict}"
        )
    for note in report.notes:
        print(f"note      {note}")
    for alert in report.alerts:
        print(f"\nALERT     {alert.check.replace('_', ' ')}: {alert.subject}\n  seen    {alert.says}")
        print(f"  windows {_rows(alert.current, alert.n_current)}, beside {_rows(alert.reference, alert.n_reference)}")
        print(f"  limit   {alert.threshold:,.4g}\n  do      {alert.do}")
    print(f"\n{len(report.alerts):,} alerts; report {found.page}")


def _rows(window: str, n: int | None) -> str:
    return window if n is None else f"{window} ({n:,})"
