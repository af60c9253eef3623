"""What all pages stand in: their templates in each language, their headers, and problems as pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any, Final

from fastapi import HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined

from tasador.web.pages.language import LANGUAGES, languages
from tasador.web.pages.names import message
from tasador.web.pages.retelling import shared
from tasador.web.pages.visit import Visit, visit_of
from tasador.web.problems import Problem
from tasador.web.security import page_headers

__all__ = ["PARTS", "PageRoute", "bare", "show"]

#: The parts that every page leads to: address, and what it is called.
PARTS: Final = (
    ("/", message("Appraise")),
    ("/batch", message("Many games")),
    ("/market", message("Market")),
    ("/games", message("Games")),
    ("/trust", message("Trust")),
    ("/profile", message("Catalogue (EDA)")),
    ("/quality", message("Data quality")),
    ("/docs", message("API")),
)

#: Parts that are in English only, and open by themselves.
_ENGLISH: Final = frozenset({"/profile", "/quality", "/docs"})

#: What is told of problems; of others their own English.
_PROBLEMS: Final = {
    "no-such-report": (
        message("No such report"),
        message("The server’s workspace has no such report yet: {detail}"),
    ),
    "not-in-catalogue": (
        message("Not in the catalogue"),
        message("The catalogue has no such year or kind. The market page lists those that it has."),
    ),
    "no-such-figure": (
        message("No such figure"),
        message("The market page has no figure of this name for that year and kind."),
    ),
    "unknown-game": (
        message("No such game"),
        message("The catalogue has no game of this number. It can be searched by name."),
    ),
    "cursor-expired": (
        message("This page of the list is gone"),
        message("The catalogue has changed since the page before. Search again."),
    ),
    "too-slow": (message("Not in time"), message("The catalogue did not answer in time. Try again in a second.")),
}


class PageRoute(APIRoute):
    """A route whose problems are told as pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Make what answers."""
        answer = super().get_route_handler()

        async def answer_people(request: Request) -> Response:
            try:
                return await answer(request)
            except Problem as problem:
                return _problem(visit_of(request), problem)
            except HTTPException as error:
                if error.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                busy = Problem(HTTPStatus.SERVICE_UNAVAILABLE, "too-slow", "Not in time", "")
                return _problem(visit_of(request), busy, dict(error.headers or {}))

        return answer_people


def show(
    visit: Visit, template: str, *, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    """Make a page.

    Args:
        template: Its template, which extends `base.html`.
        status: The HTTP status.
        headers: Further headers.
        context: What the template is given besides.
    """
    markup = _environment(visit.language.code).get_template(template).render(visit=visit, **context)
    etag = hashlib.blake2b(markup.encode(), digest_size=12).hexdigest()
    return HTMLResponse(
        markup,
        status,
        {
            **_policy(template, markup),
            "etag": f'"{etag}"',
            "vary": "Accept-Language",
            "content-language": visit.language.code,
            **(headers or {}),
        },
    )


def bare(markup: str) -> dict[str, str]:
    """Make the headers of a page that stands in no frame."""
    return {name.decode(): value.decode() for name, value in page_headers(markup)}


#: What a template's pages may do: the same for all of them, since none has a script or style in it.
_policies: dict[str, dict[str, str]] = {}


def _policy(template: str, markup: str) -> dict[str, str]:
    # NOTE: looking through a page takes as long as making it.
    if template not in _policies:
        _policies[template] = bare(markup)
    return _policies[template]


@lru_cache(maxsize=len(LANGUAGES))
def _environment(code: str) -> Environment:
    language = languages()[code]
    made = Environment(
        loader=PackageLoader("tasador.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(language.messages, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        name: getattr(language, name)
        for name in ("date", "factor", "listed", "money", "number", "percent", "say", "told")
    }
    made.filters["shared"] = partial(shared, language)
    made.globals |= {"parts": PARTS, "in_english": _ENGLISH, "languages": LANGUAGES}
    return made


def _problem(visit: Visit, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    title, detail = _PROBLEMS.get(problem.kind, (problem.title, "{detail}"))
    return show(
        visit,
        "problem.html",
        status=problem.status,
        headers=headers,
        title=visit.language.say(title),
        detail=visit.language.say(detail, detail=problem.detail),
    )
