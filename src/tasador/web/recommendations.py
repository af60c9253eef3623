"""`POST /v1/recommendations`: what somebody may like who owns some games. What was sent is neither kept nor logged."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from tasador.similar.games import Missing
from tasador.web import json_body
from tasador.web.answers import Answers
from tasador.web.games import in_time
from tasador.web.problems import Problem, listed, shown
from tasador.web.recommendation_examples import documentation
from tasador.web.similar_schema import RecommendationsAsked

__all__ = ["create_router"]


def create_router() -> APIRouter:
    """Make the route."""
    router = APIRouter(tags=["Recommendations"])
    router.add_api_route("/v1/recommendations", _recommend, methods=["POST"], **documentation())
    return router


async def _recommend(request: Request) -> Response:
    json_body.check_type(request.headers)
    content = await asyncio.to_thread(_answer, await request.body(), request.state.served)
    return Response(content, media_type="application/json")


def _answer(raw: bytes, served: Answers) -> bytes:
    """Answer with JSON.

    Raises:
        Problem: The body is no JSON or not as it must be, or the catalogue has nothing of what it names.
        HTTPException: The catalogue takes too long.
    """
    body = _read(json_body.parse(raw))
    asked = body.asked()
    with in_time():
        found = [served.similar.find(given) for given in dict.fromkeys(body.owned)]
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
        wrong = [
            {"pointer": _pointer(one["loc"]), "detail": one["msg"], "got": shown(one["input"])}
            for one in error.errors(include_url=False)
        ]
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-request",
            "Invalid request",
            "The body is not as it must be: `errors` says where.",
            **listed(wrong),
        ) from error


def _nothing_known(unknown: list[Missing]) -> Problem:
    wrong = [
        {
            "pointer": "/owned",
            "detail": "The catalogue has no such game.",
            "got": shown(one.given),
            "suggestions": list(one.suggestions),
        }
        for one in unknown
    ]
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "nothing-known",
        "Nothing known",
        "The catalogue has none of the games in `owned`: `errors` proposes others.",
        **listed(wrong),
    )


def _pointer(place: tuple[int | str, ...]) -> str:
    """Write a place in a body as a JSON pointer; where a member may be of two types, the type is no part of it."""
    parts = [part for part in place[:2] if place[0] == "owned" or part == place[0]]
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
