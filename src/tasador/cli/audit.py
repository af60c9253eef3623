"""tasador audit"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tasador.cli import console, numbers, options

if TYPE_CHECKING:
    from tasador.audit.finding import Finding
    from tasador.audit.report import AuditReport

_MOST_SECONDS: Final = 3_600
_VERDICTS: Final = {"found": "FOUND", "not_found": "ok", "could_not_check": "not checked"}

Url = Annotated[
    str | None,
    typer.Argument(
        metavar="[URL]",
        help="Server of a predict endpoint, http(s). [default: look at the champion]",
        show_default=False,
    ),
]
Template = Annotated[
    Path | None, typer.Option("--template", metavar="FILE", help="How the endpoint is asked (TOML or JSON).")
]
RowsFile = Annotated[
    Path | None,
    typer.Option("--rows", metavar="FILE", help="Rows with true prices: CSV, JSON lines or Parquet, .gz too."),
]
ClaimsFile = Annotated[
    Path | None, typer.Option("--claims", metavar="FILE", help="Figures that are claimed of the model (TOML or JSON).")
]
MaxRequests = Annotated[
    int,
    typer.Option(
        "--max-requests", metavar="N", parser=numbers.whole_number(1, 100_000), help="Most requests to the server."
    ),
]


def _seconds(low: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError as error:
            raise typer.BadParameter(f"got {text!r}, expected a number of seconds, such as 0.5.") from error
        if not low <= value <= _MOST_SECONDS:
            raise typer.BadParameter(f"got {text}, expected seconds from {low:g} to {_MOST_SECONDS}.")
        return value

    read.__name__ = "seconds"
    return read


Delay = Annotated[
    float, typer.Option("--delay", metavar="SECONDS", parser=_seconds(0), help="Least time from a request to the next.")
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", parser=_seconds(0.1), help="How long a response may take.")
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="S", parser=numbers.whole_number(0), help="The same seed asks the same questions."),
]


def audit(
    url: Url = None,
    template: Template = None,
    rows: RowsFile = None,
    claims: ClaimsFile = None,
    max_requests: MaxRequests = 200,
    delay: Delay = 0.1,
    timeout: Timeout = 10.0,
    seed: Seed = 0,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Check a price model's honesty: the champion's, anybody's predict endpoint, or published rows and figures.

    With URL and --template the endpoint is asked; with --rows alone nobody is; without both the champion is looked at.
    Ends with 3 if a defect was found.
    """
    _check(url, template, rows, claims)
    if url is not None and template is not None:
        from tasador.workflows.audit import Limits, audit_endpoint

        with console.progress() as progress:
            report = audit_endpoint(
                url,
                template,
                rows=rows,
                claims=claims,
                limits=Limits(max_requests, delay, timeout),
                seed=seed,
                progress=progress,
            )
    elif rows is not None:
        from tasador.workflows.audit import audit_rows

        report = audit_rows(rows, template=template, claims=claims)
    else:
        from tasador.workflows.audit_champion import audit_champion, champion_predict

        place = options.open_workspace(workspace)
        with console.progress() as progress:
            report = audit_champion(place, options.champion(place), champion_predict, seed=seed, progress=progress)
    if json:
        console.print_json(report.to_dict())
    else:
        tell(report)
    if report.found:
        raise typer.Exit(3)


def _check(url: str | None, template: Path | None, rows: Path | None, claims: Path | None) -> None:
    """Refuse options that would be ignored, and what cannot be."""
    if url is not None and template is None:
        raise typer.BadParameter("an endpoint is asked as a template says: name one.", param_hint="--template")
    if url is None and rows is None and (template is not None or claims is not None):
        raise typer.BadParameter(
            "they are held against an endpoint or rows: name a URL or --rows.", param_hint="--template, --claims"
        )


def tell(report: AuditReport) -> None:
    """Print findings for people: the defects at length, the rest in a line each."""
    asked = f", {report.n_requests:,} of at most {report.most_requests:,} requests" if report.most_requests else ""
    print(f"audited   {report.subject} ({report.n_rows:,} rows with true prices{asked})")
    for one in report.findings:
        _tell(one)
    counts = Counter(one.verdict for one in report.findings)
    told = f"{counts['found']:,} found, {counts['not_found']:,} not found, {counts['could_not_check']:,} not checked"
    print(f"\n{told}")


def _tell(one: Finding) -> None:
    subject = f" [{one.subject}]" if one.subject else ""
    if one.verdict == "found":
        print(f"\n{_VERDICTS[one.verdict]:<10}{one.check}{subject}, severity {one.severity}")
        print(f"  tried   {one.tried}\n  seen    {one.seen}")
        for example in one.examples[:1]:
            print(f"  such as {', '.join(f'{name}: {value}' for name, value in example.items())}")
        print(f"  do      {one.do}")
    else:
        why = one.seen if one.verdict == "not_found" else f"{one.seen}. {one.do}"
        print(f"{_VERDICTS[one.verdict]:<13}{one.check}{subject}: {why}")
