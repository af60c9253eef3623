"""What OpenAPI says of `POST /v1/recommendations`, with examples; it leaves nulls out of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from tasador.web.appraisal_examples import PROBLEMS
from tasador.web.problems import describe
from tasador.web.similar_schema import MOST_OWNED, RecommendationList, RecommendationsAsked

__all__ = ["documentation"]

_INSTANCE: Final = "/v1/recommendations"

_ASKED: Final = {"owned": [620, "Half-Life 2", "Hlaf Life"], "limit": 1, "price_max": "19.99"}

_ANSWER: Final[dict[str, Any]] = {
    "items": [
        {
            "app_id": 400,
            "name": "Portal",
            "kind": "game",
            "similarity": 0.6151,
            "price": "9.99",
            "currency": "USD",
            "release_year": 2007,
            "shared": ["the series “portal”", "the developer Valve", "Sci-fi", "Puzzle", "First-Person"],
            "reason": "They share the series “portal”, the developer Valve, Sci-fi, Puzzle and First-Person.",
            "because": [{"app_id": 620, "name": "Portal 2"}, {"app_id": 220, "name": "Half-Life 2"}],
        }
    ],
    "n_owned": 2,
    "unknown": [{"given": "Hlaf Life", "suggestions": ["70 Half-Life", "220 Half-Life 2"]}],
}

_INVALID: Final[dict[str, Any]] = {
    "type": "urn:tasador:problem:invalid-request",
    "title": "Invalid request",
    "status": 422,
    "detail": "The body is not as it must be: `errors` says where.",
    "instance": _INSTANCE,
    "errors": [{"pointer": "/limit", "detail": "Input should be less than or equal to 50", "got": 51}],
    "n_errors": 1,
}

#: The problems of any body, of which appraisals give examples; and that of this one.
_PROBLEMS: Final = {
    **{status: {**one, "instance": _INSTANCE} for status, one in PROBLEMS.items()},
    HTTPStatus.UNPROCESSABLE_ENTITY: _INVALID,
}


def documentation() -> dict[str, Any]:
    """Describe the route."""
    ((media_type, content),) = describe(HTTPStatus.UNPROCESSABLE_ENTITY)[422]["content"].items()
    return {
        "operation_id": "recommend",
        "summary": "What somebody may like who owns some games",
        "description": f"Up to {MOST_OWNED} games by their numbers or names. What is found is like all of them "
        "together, and says which of them speak for it. What was sent is not kept.",
        "responses": {
            200: {
                "model": RecommendationList,
                "description": "What may be liked, the most alike first.",
                "content": {"application/json": {"example": _ANSWER}},
            },
            **{
                int(status): {
                    "description": example["title"],
                    "content": {media_type: {**content, "example": example}},
                }
                for status, example in _PROBLEMS.items()
            },
        },
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": RecommendationsAsked.model_json_schema(), "example": _ASKED}
                },
            },
        },
    }
