"""`POST /v1/recommendations`: what somebody may like who owns some games. What was sent is neither kept nor logged."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tasador.similar.games import Missing
from tasador.web import json_body, leaving
from tasador.web.answers import Answers
from tasador.web.games import in_time
from tasador.web.problems import Problem, invalid
from tasador.web.query_names import NamedRoute
from tasador.web.recommendation_examples import documentation
from tasador.web.similar_schema import RecommendationsAsked
from tasador.web.wrong_values import in_body, listed, told

__all__ = ["create_router"]

#: What the catalogue may take for a request: 500 names take a tenth of it, unless they are made to take long.
_SECONDS: Final = 1.0

#: What is wrong with `owned`, what was expected and what to do, where the types that it is made of do not say it well.
_OWNED: Final = {
    "missing": ("It is missing.", "a list of numbers and names", "Give it."),
    "list_type": ("It is not a list.", "a list of numbers and names", "Put it in brackets, also a single one."),
    **dict.fromkeys(
        ("int_type", "string_type"),
        ("It is neither a number nor a name.", "a number of the store, or a name in quotes", "Mend it."),
    ),
}


def create_router() -> APIRouter:
    """Make the route."""
    router = APIRouter(tags=["Recommendations"], route_class=NamedRoute)
    router.add_api_route("/v1/recommendations", _recommend, methods=["POST"], **documentation())
    return router


async def _recommend(request: Request) -> Response:
    json_body.check_type(request.headers)
    raw, served = await request.body(), request.state.served

    def work(check: leaving.Check) -> Response:
        return Response(_answer(raw, served, check), media_type="application/json")

    return await leaving.in_thread(work, request)


def _answer(raw: bytes, served: Answers, check: leaving.Check) -> bytes:
    """Answer with JSON.

    Raises:
        Problem: The body is no JSON or not as it must be, or the catalogue has nothing of what it names.
        HTTPException: The catalogue takes too long.
        GoneError: Nobody waits for it.
    """
    body = _read(json_body.parse(raw))
    asked = body.asked()
    with in_time(served.games, _SECONDS):
        found = []
        for given in dict.fromkeys(body.owned):
            check()
            found.append(served.similar.find(given))
        unknown = [one for one in found if isinstance(one, Missing)]
        owned = {one["app_id"]: one for one in found if not isinstance(one, Missing)}
        if not owned:
            raise _nothing_known(unknown)
        liked = served.similar.recommend(list(owned.values()), asked)
    answer = {
        "items": [one.to_dict() for one in liked],
        "n_owned": len(owned),
        "unknown": [one.to_dict() for one in unknown],
    }
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # NOTE: what a client sent may have halves of surrogate pairs, which JSON can escape and UTF-8 has not.
    return text.encode("utf-8", "backslashreplace")


def _read(sent: Any) -> RecommendationsAsked:
    try:
        return RecommendationsAsked.model_validate(sent)
    except ValidationError as error:
        # NOTE: where a member may be of two types, it is wrong as each of them; that is one error.
        wrong = {_path(one["loc"]): _worded(one) for one in reversed(error.errors(include_url=False))}
        raise invalid(told({**one, "loc": ("body", *path)} for path, one in reversed(wrong.items()))) from error


def _worded(error: ErrorDetails) -> ErrorDetails:
    """Say what `owned` should have been, where the types that it is made of do not."""
    says, expected, do = _OWNED.get(error["type"] if error["loc"][:1] == ("owned",) else "", ("", "", ""))
    return {**error, "type": "owned", "msg": says, "ctx": {"expected": expected, "do": do}} if says else error


def _nothing_known(unknown: list[Missing]) -> Problem:
    wrong = [
        in_body(
            "owned",
            "The catalogue has no such game.",
            one.given,
            "a number or a name of the catalogue",
            "Look it up by /v1/games.",
            suggestions=list(one.suggestions),
        )
        for one in unknown
    ]
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "nothing-known",
        "Nothing known",
        "The catalogue has none of the games in `owned`: `errors` proposes others.",
        **listed(wrong),
    )


def _path(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Say where in the body an error is; where a member may be of two types, the type is no part of it."""
    return place[: 2 if place[:1] == ("owned",) else 1]
