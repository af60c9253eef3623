"""Developers that the catalogue has: proposed while one is typed, and for one that it does not have."""

from __future__ import annotations

import html
import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from tasador.storage.catalogue import Query, SlowQueryError
from tasador.storage.catalogue.names import fold
from tasador.web.answers import Answers
from tasador.web.games import in_time
from tasador.web.pages.visit import visit_of

__all__ = ["add_to", "alike", "is_known"]

_LONGEST = 100


def add_to(router: APIRouter) -> None:
    """Add the route."""

    def propose(request: Request) -> Response:
        visit = visit_of(request)
        text = next((value for name, value in visit.asked if name == "developer"), "")
        # NOTE: of several the last is being typed.
        *others, last = text.split(",")
        start = ",".join([*others, " "]) if others else ""
        with in_time(visit.served.games):
            found = _proposed(visit.served, last) if last.strip() else []
        return HTMLResponse("".join(f'<option value="{html.escape(start + one)}"></option>' for one in found))

    router.add_api_route("/developers", propose)


def alike(served: Answers, text: str) -> list[str]:
    """Propose developers by what their names begin with, or by names with a typo, as the catalogue spells them."""
    try:
        return _proposed(served, text)
    except SlowQueryError:
        # NOTE: a proposal that comes too late is none.
        return []


def is_known(served: Answers, name: str) -> bool:
    """Say whether the catalogue has a developer; yes where it does not answer in time."""
    try:
        return served.games.developer(name[:_LONGEST]) is not None
    except SlowQueryError:
        return True


def _proposed(served: Answers, text: str) -> list[str]:
    return [_spelled(served, folded) for folded in served.games.developers_like(text[:_LONGEST])]


def _spelled(served: Answers, folded: str) -> str:
    """Spell a developer as an entry of the catalogue does: the model tells names apart by their signs."""
    number = served.games.developer(folded)
    records = (
        () if number is None else served.games.page(Query(sort="-release_date", developers=(number,)), limit=1).records
    )
    names = (name.strip() for record in records for name in json.loads(record)["developer"].split(","))
    return next((name for name in names if fold(name) == folded), folded)
