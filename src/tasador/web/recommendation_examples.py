"""What OpenAPI says of `POST /v1/recommendations`, with examples; it leaves nulls out of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from tasador.web.appraisal_examples import PROBLEMS
from tasador.web.problem_schema import described, problem
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
            "shared": ["the developer Valve", "Sci-fi", "Puzzle", "First-Person"],
            "reason": "They share the developer Valve, Sci-fi, Puzzle and First-Person.",
            "because": [
                {
                    "app_id": 620,
                    "name": "Portal 2",
                    "shared": ["the series “portal”", "the developer Valve", "Sci-fi", "Puzzle", "First-Person"],
                    "reason": "They share the series “portal”, the developer Valve, Sci-fi, Puzzle and First-Person.",
                },
                {
                    "app_id": 220,
                    "name": "Half-Life 2",
                    "shared": ["the developer Valve", "Sci-fi", "Puzzle", "First-Person"],
                    "reason": "They share the developer Valve, Sci-fi, Puzzle and First-Person.",
                },
            ],
        }
    ],
    "n_owned": 2,
    "unknown": [{"given": "Hlaf Life", "suggestions": ["70 Half-Life", "220 Half-Life 2"]}],
}

_INVALID: Final = problem(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid-request",
    "Invalid request",
    "1 of the request's values is not as it must be: `errors` says what is wrong, and what to do.",
    _INSTANCE,
    errors=[
        {
            "pointer": "/limit",
            "detail": "The number is too large.",
            "got": 51,
            "expected": "50 or less",
            "do": "Mend it.",
        }
    ],
    n_errors=1,
)

#: The problems of any body, of which appraisals give examples; and that of this one.
_PROBLEMS: Final = (
    *({**one, "instance": _INSTANCE} for one in PROBLEMS if one["status"] != HTTPStatus.UNPROCESSABLE_ENTITY),
    _INVALID,
)


def documentation() -> dict[str, Any]:
    """Describe the route."""
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
            **described(*_PROBLEMS),
        },
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": RecommendationsAsked.model_json_schema(),
                        "examples": {"owned": {"summary": "What somebody owns.", "value": _ASKED}},
                    }
                },
            },
        },
    }
