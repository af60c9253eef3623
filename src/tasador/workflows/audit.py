"""Honesty checks on somebody's endpoint, or on the rows and figures that somebody publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from tasador.audit.answer import Answer
from tasador.audit.asking import Asking
from tasador.audit.documents import Stated, read_claims, read_template
from tasador.audit.examine import examine_answers, examine_claims, examine_rows, predictions, stated
from tasador.audit.exchange import read_answer, render
from tasador.audit.filling import questions_of
from tasador.audit.finding import Finding, could_not_check
from tasador.audit.report import AuditReport
from tasador.audit.rows import Rows
from tasador.audit.template import RowsTable, TemplateModel
from tasador.errors import SourceError
from tasador.storage.address import shown
from tasador.storage.endpoint import Endpoint, check_url
from tasador.storage.sample_rows import read_sample
from tasador.workflows.progress import Progress, silent

__all__ = ["DELAY_SECONDS", "MOST_REQUESTS", "TIMEOUT_SECONDS", "Limits", "audit_endpoint", "audit_rows"]

MOST_REQUESTS: Final = 200
DELAY_SECONDS: Final = 0.1
TIMEOUT_SECONDS: Final = 10.0

_NO_ROWS: Final = ("same_game_on_both_sides", "input_from_the_price", "claim_disagrees", "dlc_mixed_in")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an audit may ask of a server.

    Attributes:
        most_requests: How many requests.
        delay_seconds: The least time from one to the next.
        timeout_seconds: How long a response may take.
    """

    most_requests: int = MOST_REQUESTS
    delay_seconds: float = DELAY_SECONDS
    timeout_seconds: float = TIMEOUT_SECONDS


def audit_endpoint(
    url: str,
    template: Path,
    *,
    rows: Path | None = None,
    claims: Path | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> AuditReport:
    """Ask an endpoint, and hold its answers against true prices and claims.

    Args:
        url: The server's address, before the template's path.
        template: The file that says how it is asked.
        rows: A table of rows with true prices.
        claims: A file of figures that are claimed of it.
        limits: What may be asked of the server.
        seed: Draws the rows that are asked for, and what is changed in them.
        progress: Told how many requests were made.

    Raises:
        SourceError: A file cannot be read or says something wrong, or the endpoint does not answer.
        TasadorError: All questions were refused, or the rows have no true prices.
    """
    limits = limits or Limits()
    check_url(url)
    asked = read_template(_text(template), str(template))
    said = _claims(claims)
    known = None if rows is None else _rows(rows, asked.rows, said)
    questions = questions_of(asked, None if known is None else known.frame, seed=seed)
    endpoint = Endpoint(
        most_requests=limits.most_requests, delay_seconds=limits.delay_seconds, timeout_seconds=limits.timeout_seconds
    )

    def ask(inputs: Mapping[str, Any]) -> Answer:
        request = render(asked, url, inputs)
        came = endpoint.send(request.method, request.url, headers=request.headers, body=request.body)
        return read_answer(asked, came.status, came.body, came.failure)

    progress("audit", 0, limits.most_requests)
    asking = Asking(ask, limit=limits.most_requests, tell=lambda n: progress("audit", n, limits.most_requests))
    dearest = None if known is None else float(np.nanmax(known.prices))
    findings = examine_answers(asking, questions, dearest=dearest, seed=seed)
    if known is None:
        findings += _without_rows()
    else:
        findings += examine_rows(known, grouped_by=said.grouped_by, ignore=asked.rows.ignore)
        came, answers = predictions(asking, questions, known)
        kind = _kind_input(asked, known)
        claimed = [*said.claims, *stated(answers, questions.column(kind) if kind else None)]
        told = known.predicted
        findings += examine_claims(
            known, told if np.isfinite(told).any() else came, claimed, asks_kind=kind is not None
        )
    progress("audit", limits.most_requests, limits.most_requests, f"{asking.n_asked} requests")
    return AuditReport.of(
        shown(url),
        findings,
        n_rows=0 if known is None else known.frame.height,
        n_requests=asking.n_asked,
        most_requests=limits.most_requests,
    )


def audit_rows(rows: Path, *, template: Path | None = None, claims: Path | None = None) -> AuditReport:
    """Look at the rows that somebody trained and tested on, and at their predictions and claims; asks nobody.

    Raises:
        SourceError: A file cannot be read or says something wrong.
        TasadorError: The rows have no true prices.
    """
    told = RowsTable() if template is None else read_template(_text(template), str(template)).rows
    said = _claims(claims)
    known = _rows(rows, told, said)
    findings = examine_rows(known, grouped_by=said.grouped_by, ignore=told.ignore)
    findings += examine_claims(known, known.predicted, said.claims, asks_kind=False)
    return AuditReport.of(str(rows), findings, n_rows=known.frame.height)


def _claims(path: Path | None) -> Stated:
    return Stated() if path is None else read_claims(_text(path), str(path))


def _rows(path: Path, told: RowsTable, said: Stated) -> Rows:
    known = Rows.of(read_sample(path), told)
    return known if said.trained_until is None else known.parted(said.trained_until)


def _kind_input(template: TemplateModel, rows: Rows) -> str | None:
    """Find the input that is asked for the kind of an entry."""
    kind = rows.roles.kind
    for name in template.asked_by():
        table = template.inputs.get(name)
        if kind is not None and kind == ((table.column if table else None) or name):
            return name
    return None


def _without_rows() -> list[Finding]:
    do = "Give rows with true prices: --rows FILE."
    return [could_not_check(check, why="no rows with true prices were given", do=do) for check in _NO_ROWS]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(
            "the file cannot be read", where=path, got=error.strerror, expected="a file of text", do="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8 text", where=path, got=error, do="Convert it to UTF-8.") from error
