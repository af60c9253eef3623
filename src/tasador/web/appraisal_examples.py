"""Examples of `POST /v1/appraisals` for OpenAPI: answers of the synthetic catalogue's model, some rows left out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from tasador.appraisal.appraisal import NOTE
from tasador.appraisal.request import FIELDS
from tasador.web.model_examples import VERSION
from tasador.web.problem_schema import problem

__all__ = ["ANSWERS", "PROBLEMS", "REQUESTS"]

_INSTANCE: Final = "/v1/appraisals"

_GAME: Final[dict[str, Any]] = {
    "name": "Lantern Keeper",
    "genres": ["Indie", "Adventur"],
    "specs": ["Single-player", "Steam Achievements"],
    "developer": "Quiet Harbour",
    "release_date": "2017-11-30",
}

# NOTE: without any null, since FastAPI takes nulls out of examples.
_FULL: Final[dict[str, Any]] = {
    "id": "623da4466df411de72acc02c",
    "name": "Lantern Keeper",
    "kind": "game",
    "release_date": "2017-11-30",
    "as_of": "2017-11-30",
    "currency": "USD",
    "estimate": "8.51",
    "intervals": [
        {"level": 0.5, "lower": "4.99", "upper": "9.99"},
        {"level": 0.8, "lower": "3.99", "upper": "14.99"},
        {"level": 0.95, "lower": "2.99", "upper": "24.99"},
    ],
    "suggested": {"price": "9.99", "probability": 0.252},
    "price_points": [
        {"price": "4.99", "probability": 0.0754},
        {"price": "5.99", "probability": 0.0836},
        {"price": "6.99", "probability": 0.1159},
        {"price": "7.99", "probability": 0.0872},
        {"price": "9.99", "probability": 0.252},
    ],
    "p_free": 0.0369,
    "confidence": {
        "word": "low",
        "reasons": [
            "the 80% interval is of medium width: its upper end is 3.8 times its lower end",
            "the blind route answered: the developer has no earlier priced release",
            "only 199 games of the same kind and developer group calibrated the interval",
        ],
    },
    "abstained": False,
    "abstention": [],
    "warnings": [
        "the model knows no earlier priced release of this developer",
        "labels that the model has not learned count as labels, and say nothing themselves: 'Adventur' "
        "in genres (nearest: Adventure)",
    ],
    "base": "5.35",
    "contributions": [
        {
            "group": "specs",
            "factor": 1.1447,
            "effect": "1.08",
            "inputs": [{"name": "spec: Downloadable Content", "value": 0.0, "factor": 1.037}],
            "says": "Associated with a price 14% higher.",
        },
        {
            "group": "date",
            "factor": 1.0965,
            "effect": "0.75",
            "inputs": [{"name": "years before the newest training year", "value": 0.0, "factor": 1.0914}],
            "says": "Associated with a price 10% higher.",
        },
        {
            "group": "title",
            "factor": 1.0922,
            "effect": "0.72",
            "inputs": [{"name": "word: pack", "value": 0.0, "factor": 1.0374}],
            "says": "Associated with a price 9% higher.",
        },
        {
            "group": "series",
            "factor": 1.0815,
            "effect": "0.64",
            "inputs": [],
            "says": "Associated with a price 8% higher.",
        },
        {
            "group": "genres",
            "factor": 1.039,
            "effect": "0.32",
            "inputs": [{"name": "genre: Casual", "value": 0.0, "factor": 1.2125}],
            "says": "Associated with a price 4% higher.",
        },
        {
            "group": "kind",
            "factor": 1.0258,
            "effect": "0.21",
            "inputs": [{"name": "kind: game", "value": 1.0, "factor": 1.0264}],
            "says": "Associated with a price 3% higher.",
        },
        {
            "group": "publisher",
            "factor": 1.0133,
            "effect": "0.11",
            "inputs": [],
            "says": "Associated with a price 1% higher.",
        },
        {
            "group": "early access",
            "factor": 0.9934,
            "effect": "-0.06",
            "inputs": [{"name": "early access", "value": 0.0, "factor": 0.9934}],
            "says": "Associated with a price 1% lower.",
        },
        {
            "group": "app id",
            "factor": 1.0,
            "effect": "0.00",
            "inputs": [],
            "says": "Associated with no difference in price.",
        },
        {
            "group": "developer",
            "factor": 1.0,
            "effect": "0.00",
            "inputs": [],
            "says": "Associated with no difference in price.",
        },
    ],
    "comparables": [
        {
            "app_id": 52050,
            "name": "Sysar Lantern",
            "release_date": "2016-04-25",
            "similarity": 0.4288,
            "price": "9.99",
            "adjusted_price": "12.08",
            "shared": ["Steam Achievements", "Indie", "Single-player", "“lantern”"],
            "reason": "They share Steam Achievements, Indie, Single-player and “lantern”.",
        },
        {
            "app_id": 70260,
            "name": "Nockil Lantern",
            "release_date": "2017-07-17",
            "similarity": 0.4001,
            "price": "14.99",
            "adjusted_price": "16.44",
            "shared": ["Indie", "Single-player", "“lantern”"],
            "reason": "They share Indie, Single-player and “lantern”.",
        },
    ],
    "second_opinion": "5.91",
    "inputs": {
        "used": ["name", "genres", "specs", "developer", "release_date"],
        "defaulted": {"kind": "game", "early_access": False},
        "absent": ["tags", "publisher", "base_app_id", "app_id", "required_age", "platforms", "languages"],
        "ignored": [],
        "unknown": [{"field": "genres", "label": "Adventur", "suggestions": ["Adventure"]}],
    },
    "note": NOTE,
    "model": VERSION,
}

_INCLUDED: Final = ("base", "contributions", "comparables", "second_opinion")
_LEAN: Final = {key: value for key, value in _FULL.items() if key not in _INCLUDED}

_ERRORS: Final[dict[str, Any]] = {
    "errors": [
        {
            "pointer": "/1/release_date",
            "detail": "the date cannot be read",
            "got": "30/11/2017",
            "expected": "a day that exists, such as 2017-11-30",
            "do": "Write it as year, month and day: YYYY-MM-DD.",
        },
    ],
    "n_errors": 1,
}

#: Bodies by name.
REQUESTS: Final[dict[str, Any]] = {
    "a game": {"value": _GAME},
    "a list": {"value": [_GAME, {**_GAME, "release_date": "30/11/2017"}]},
}

#: What success answers, by name.
ANSWERS: Final[dict[str, Any]] = {
    "a game": {"value": _FULL},
    "a list": {"value": {"items": [_LEAN, _ERRORS]}},
}

#: What problems of its own the route answers.
PROBLEMS: Final = (
    problem(
        HTTPStatus.BAD_REQUEST,
        "invalid-json",
        "Invalid JSON",
        "The body is no JSON: Expecting ',' delimiter at line 1, column 26.",
        _INSTANCE,
    ),
    problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "Unsupported media type",
        "The body is 'text/plain'. Send JSON, with the header Content-Type: application/json.",
        _INSTANCE,
    ),
    problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-game",
        "Invalid game",
        "The game cannot be appraised as it was sent: `errors` says what is wrong with it.",
        _INSTANCE,
        errors=[
            {
                "pointer": "/genre",
                "detail": "there is no such field",
                "got": "genre",
                "expected": f"one of {', '.join(FIELDS)}",
                "do": "Did you mean genres?",
            },
        ],
        n_errors=1,
    ),
)
