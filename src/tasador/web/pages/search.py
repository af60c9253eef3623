"""Games: found by name as one types, and by what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from tasador.appraisal.fields import RequestError
from tasador.appraisal.said import Said
from tasador.storage.catalogue import Page
from tasador.web.answers import Answers
from tasador.web.game_query import Cursor, GamesAsked, place_after, query_of
from tasador.web.games import in_time
from tasador.web.pages.answer import kinds
from tasador.web.pages.frame import show
from tasador.web.pages.names import KINDS, message
from tasador.web.pages.visit import Pairs, Visit, visit_of
from tasador.web.problems import Problem

__all__ = ["add_to"]

#: Games of a page.
_LIMIT: Final = 24

#: Of a wrong value so much is shown.
_LONGEST: Final = 60

#: Parameters of labels, with the catalogue's columns.
_LABELS: Final = {"genre": "genres", "spec": "specs", "tag": "tags"}
#: The parameters of the form, as the API calls them, and what people do.
_NAMES: Final = {
    "q": message("Name"),
    "kind": message("Kind"),
    "sort": message("Order"),
    "genre": message("Genres"),
    "year_min": message("Released from"),
    "year_max": message("Released until"),
    "price_min": message("Price from, in US dollars"),
    "price_max": message("Price up to"),
    "free": message("Free or paid"),
    "early_access": message("Early access"),
    "developer": message("Developer"),
    "spec": message("Features"),
    "tag": message("Tags by users"),
}

#: Orders that can be chosen: see `tasador.storage.catalogue.SORTS`.
_SORTS: Final = {
    "-release_date": message("Newest first"),
    "release_date": message("Oldest first"),
    "name": message("By name"),
    "price": message("Cheapest first"),
    "-price": message("Dearest first"),
    "-metascore": message("Best rated by critics first"),
}

#: What is told of a value that cannot be read: what should have come.
_UNREADABLE: Final = Said("it cannot be read")
_EXPECTED: Final = {
    "year_min": Said("a year, such as 2016"),
    "year_max": Said("a year, such as 2016"),
    "price_min": Said("an amount in US dollars, such as 9.99"),
    "price_max": Said("an amount in US dollars, such as 9.99"),
    "q": Said("a name of at most 100 characters"),
    "developer": Said("a name of at most 200 characters"),
}
_LISTED: Final = Said("one of those to choose from")

#: What is told of a value that the catalogue cannot be asked with: what is wrong, and what should have come.
_WRONG: Final = {
    "q": (Said("it has no letter and no digit"), Said("words of a name, or their beginnings")),
    "developer": (Said("the catalogue has no such developer"), Said("a developer of the catalogue")),
    "year_min": (Said("no game can be in between"), Said("a year that is not after the last one")),
    "price_min": (Said("no game can be in between"), Said("an amount that is not above the highest one")),
}
_UNKNOWN: Final = (Said("the catalogue has no such label"), _LISTED)


@dataclass(frozen=True, slots=True)
class Form:
    """What an address asks.

    Attributes:
        values: What was given of each field.
        cursor: Where the page begins; empty for the first.
    """

    values: Mapping[str, tuple[str, ...]]
    cursor: str = ""

    @property
    def pairs(self) -> Pairs:
        """The query that asks this, from its first page on."""
        return tuple((name, value) for name in _NAMES for value in self.values.get(name, ()))

    def first(self, name: str) -> str:
        """Give what was given of a field that holds one value; empty where nothing was."""
        return next(iter(self.values.get(name, ())), "")

    def read(self) -> GamesAsked:
        """Read it as the API reads its parameters.

        Raises:
            ValidationError: Something is wrong with it.
        """
        given = {name: list(values) if name in _LABELS else values[0] for name, values in self.values.items()}
        others = {"cursor": self.cursor} if self.cursor else {}
        return GamesAsked.model_validate({**given, **others, "limit": _LIMIT, "count": "true"})


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        games: The records of the page.
        n: How many there are on all pages.
        more: The query of the next page; None on the last.
    """

    games: tuple[dict[str, Any], ...]
    n: int
    more: Pairs | None


def add_to(router: APIRouter) -> None:
    """Add the route."""

    def search(request: Request) -> Response:
        visit = visit_of(request)
        form = _read(visit.asked)
        found: Found | None = None
        errors: tuple[RequestError, ...] = ()
        try:
            found = _found(visit.served, form)
        except ValidationError as error:
            errors = _unreadable(error)
        except Problem as problem:
            if problem.kind != "invalid-query":
                raise
            errors = tuple(map(_wrong, problem.extensions["errors"]))
        return _page(visit, form, found, errors)

    router.add_api_route("/games", search)


def _page(visit: Visit, form: Form, found: Found | None, errors: tuple[RequestError, ...]) -> Response:
    by_field: dict[str, list[RequestError]] = {}
    for error in errors:
        by_field.setdefault(error.pointer.removeprefix("/"), []).append(error)
    return show(
        visit,
        "games.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        headers=visit.pushed("/games", form.pairs),
        form=form,
        found=found,
        errors=by_field,
        labels={name: [label.name for label in visit.served.games.labels[column]] for name, column in _LABELS.items()},
        kinds=kinds(visit.served),
        sorts=_SORTS,
        names={"kinds": KINDS, "fields": _NAMES},
    )


def _read(pairs: Pairs) -> Form:
    values: dict[str, dict[str, None]] = {}
    for name, text in pairs:
        if name in _NAMES and (told := text.strip()):
            values.setdefault(name, {})[told] = None
    if "q" not in values and values.get("sort") == {"relevance": None}:
        del values["sort"]
    return Form({name: tuple(found) for name, found in values.items()}, dict(pairs).get("cursor", ""))


def _found(served: Answers, form: Form) -> Found:
    """Ask the catalogue.

    Raises:
        ValidationError: Something cannot be read.
        Problem: The catalogue has no such label or developer, or the cursor has expired.
    """
    asked = form.read()
    after = place_after(asked, served.snapshot)
    with in_time(served.games):
        page: Page = served.games.page(query_of(asked, served.games), after=after, limit=asked.limit, counted=True)
    cursor = None if page.last is None else Cursor.of(asked, served.snapshot, page.last).encoded()
    return Found(
        tuple(json.loads(record) for record in page.records),
        page.n_total or 0,
        None if cursor is None else (*form.pairs, ("cursor", cursor)),
    )


def _unreadable(error: ValidationError) -> tuple[RequestError, ...]:
    """Say which fields cannot be read; of each once."""
    given = {str(one["loc"][0]): repr(one["input"])[:_LONGEST] for one in reversed(error.errors())}
    return tuple(
        RequestError(f"/{field}", _UNREADABLE, got, _EXPECTED.get(field, _LISTED), "") for field, got in given.items()
    )


def _wrong(error: dict[str, Any]) -> RequestError:
    field = error["parameter"].rpartition(".")[2]
    what, expected = _WRONG.get(field, _UNKNOWN)
    close = error.get("suggestions") or ()
    do = Said("Did you mean {nearest}?", nearest=", ".join(close)) if close else ""
    return RequestError(f"/{field}", what, repr(error["got"])[:_LONGEST], expected, do)
