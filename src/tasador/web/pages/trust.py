"""Trust: how far off the model is, whether its ranges hold, and what it cannot do; every figure is the API's."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tasador.storage.workspace import Workspace
from tasador.web.pages.frame import show
from tasador.web.pages.trust_tables import Tables
from tasador.web.pages.trust_words import parted, scope_name
from tasador.web.pages.visit import Visit, visit_of

__all__ = ["add_to"]

#: What the quality report counts of the records of the sources.
_REPORT: Final = "quality.json"


def add_to(router: APIRouter, workspace: Workspace) -> None:
    """Add the route.

    Args:
        router: To which it is added.
        workspace: Where the reports of snapshots are.
    """

    def show_trust(request: Request) -> Response:
        visit = visit_of(request)
        documents, language = visit.served.documents, visit.language
        accuracy = json.loads(documents.accuracy)
        tables = Tables(accuracy, json.loads(documents.calibration), language)
        return show(
            visit,
            "trust.html",
            model=json.loads(documents.model),
            tables=tables,
            median=tables.headline["candidates"]["model"],
            scope=scope_name(language, tables.scope),
            flattery=_flattery(accuracy, tables.scope),
            free=(accuracy.get("free") or {}).get(accuracy["headline"]),
            records=_records(workspace, visit),
            parted=lambda text: parted(language, text),
            of_the_card=language.messages.gettext,
        )

    router.add_api_route("/trust", show_trust)


def _flattery(accuracy: dict[str, Any], scope: str) -> tuple[float, float] | None:
    """Give the median error on a random fifth and on the first split; None where either was not measured."""
    found = [
        accuracy["splits"].get(split, {}).get("scopes", {}).get(scope) for split in ("random", accuracy["headline"])
    ]
    if None in found:
        return None
    flattering, honest = (one["candidates"]["model"]["errors"]["mdape"] for one in found)
    return flattering, honest


def _records(workspace: Workspace, visit: Visit) -> dict[str, int] | None:
    """Count what became of the records of the sources; None where the workspace does not have the report."""
    path = workspace.snapshots / visit.served.snapshot / _REPORT
    try:
        found: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["accounting"]
    except FileNotFoundError:
        return None
    return found
