"""`GET /v1/games/{app_id}/similar`: the games most like one, and why."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from tasador.web.answers import Served
from tasador.web.game_schema import list_of_responses
from tasador.web.games import AppId, in_time, record_of
from tasador.web.query_names import NamedRoute
from tasador.web.reply import encode
from tasador.web.similar_schema import SimilarAsked, SimilarList

__all__ = ["create_router"]

_EXAMPLE: Final[dict[str, Any]] = {
    "app_id": 620,
    "name": "Portal 2",
    "items": [
        {
            "app_id": 400,
            "name": "Portal",
            "kind": "game",
            "similarity": 0.7659,
            "price": "9.99",
            "currency": "USD",
            "release_year": 2007,
            "shared": ["the series “portal”", "the developer Valve", "Sci-fi", "Puzzle", "First-Person"],
            "reason": "They share the series “portal”, the developer Valve, Sci-fi, Puzzle and First-Person.",
        }
    ],
}


def create_router() -> APIRouter:
    """Make the route."""
    router = APIRouter(prefix="/v1/games", tags=["Games"], route_class=NamedRoute)
    # NOTE: not async: what it asks may take milliseconds, in a thread.
    router.add_api_route(
        "/{app_id}/similar",
        _similar,
        summary="The games most like a game",
        description="Alike by genres, specs, tags, words of the name, developer, publisher and series; what few games "
        "have counts most. The same question has the same answer.",
        response_model=SimilarList,
        responses=list_of_responses("The games most like it, the most alike first.", _EXAMPLE, "/similar"),
    )
    return router


def _similar(served: Served, app_id: AppId, asked: Annotated[SimilarAsked, Query()]) -> Response:
    record = json.loads(record_of(served.games, app_id))
    with in_time(served.games):
        found = served.similar.of(record, asked.asked())
    content = {"app_id": app_id, "name": record["name"], "items": [one.to_dict() for one in found]}
    return Response(encode(content), media_type="application/json")
