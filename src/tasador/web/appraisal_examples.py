"""Examples of `POST /v1/appraisals` for OpenAPI: answers of the synthetic catalogue's model, some rows left out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from tasador.appraisal.request import FIELDS

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
    "id": "d8f7db12fde9276ec361fa3e",
    "name": "Lantern Keeper",
    "kind": "game",
    "release_date": "2017-11-30",
    "as_of": "2017-11-30",
    "currency": "USD",
    "estimate": "7.71",
    "intervals": [
        {"level": 0.5, "lower": "4.99", "upper": "9.99"},
        {"level": 0.8, "lower": "3.99", "upper": "14.99"},
        {"level": 0.95, "lower": "2.99", "upper": "29.99"},
    ],
    "suggested": {"price": "9.99", "probability": 0.2288},
    "price_points": [
        {"price": "4.99", "probability": 0.117},
        {"price": "6.99", "probability": 0.085},
        {"price": "7.99", "probability": 0.0976},
        {"price": "9.99", "probability": 0.2288},
        {"price": "14.99", "probability": 0.0792},
    ],
    "p_free": 0.0124,
    "confidence": {
        "word": "low",
        "reasons": [
            "the 80% interval is of medium width: its upper end is 3.8 times its lower end",
            "the blind route answered: the developer has no earlier priced release",
            "only 207 games of the same kind and developer group calibrated the interval",
        ],
    },
    "abstained": False,
    "abstention": [],
    "warnings": [],
    "base": "6.43",
    "contributions": [
        {
            "group": "date",
            "factor": 1.0851,
            "effect": "0.60",
            "inputs": [{"name": "years before the newest training year", "value": 0.0, "factor": 1.0828}],
            "says": "Associated with a price 9% higher.",
        },
        {
            "group": "specs",
            "factor": 1.0634,
            "effect": "0.46",
            "inputs": [{"name": "spec: Full controller support", "value": 0.0, "factor": 0.97145}],
            "says": "Associated with a price 6% higher.",
        },
        {
            "group": "series",
            "factor": 1.0607,
            "effect": "0.44",
            "inputs": [],
            "says": "Associated with a price 6% higher.",
        },
        {
            "group": "genres",
            "factor": 0.95432,
            "effect": "-0.37",
            "inputs": [{"name": "genre: Casual", "value": 0.0, "factor": 1.27}],
            "says": "Associated with a price 5% lower.",
        },
        {
            "group": "kind",
            "factor": 1.0354,
            "effect": "0.26",
            "inputs": [{"name": "kind: game", "value": 1.0, "factor": 1.0291}],
            "says": "Associated with a price 4% higher.",
        },
        {
            "group": "app id",
            "factor": 0.9724,
            "effect": "-0.22",
            "inputs": [],
            "says": "Associated with a price 3% lower.",
        },
        {
            "group": "publisher",
            "factor": 1.0169,
            "effect": "0.13",
            "inputs": [],
            "says": "Associated with a price 2% higher.",
        },
        {
            "group": "title",
            "factor": 1.005,
            "effect": "0.04",
            "inputs": [{"name": "word: pack", "value": 0.0, "factor": 1.0238}],
            "says": "Associated with no difference in price.",
        },
        {
            "group": "early access",
            "factor": 0.99767,
            "effect": "-0.02",
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
    "second_opinion": "7.48",
    "inputs": {
        "used": ["name", "genres", "specs", "developer", "release_date"],
        "defaulted": {"kind": "game", "early_access": False},
        "absent": ["tags", "publisher", "base_app_id", "app_id", "required_age", "platforms", "languages"],
        "ignored": [],
        "unknown": [{"field": "genres", "label": "Adventur", "suggestions": ["Adventure"]}],
    },
    "note": "The factors say how prices go together with what is known of a game: an association, not "
    "a cause. They do not say what another price would earn.",
    "model": {"version": "launch-b61e7950361e", "snapshot": "43639d98bfa2", "learned_until": "2018-01-04"},
}

#: What goes with contributions and comparables.
_INCLUDED: Final = ("base", "contributions", "comparables", "second_opinion")
_LEAN: Final = {key: value for key, value in _FULL.items() if key not in _INCLUDED}

_ERRORS: Final[dict[str, Any]] = {
    "errors": [
        {
            "pointer": "/1/release_date",
            "detail": "the date cannot be read",
            "got": "'30/11/2017'",
            "expected": "a day that exists, such as 2017-11-30",
            "do": "",
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

#: What each problem answers.
PROBLEMS: Final[dict[HTTPStatus, dict[str, Any]]] = {
    HTTPStatus.BAD_REQUEST: {
        "type": "urn:tasador:problem:invalid-json",
        "title": "Invalid JSON",
        "status": 400,
        "detail": "The body is no JSON: Expecting ',' delimiter at line 1, column 26.",
        "instance": _INSTANCE,
    },
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {
        "type": "urn:tasador:problem:body-too-large",
        "title": "Body too large",
        "status": 413,
        "detail": "A request's body may have 1048576 bytes. Send less, in several requests.",
        "instance": _INSTANCE,
    },
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {
        "type": "urn:tasador:problem:unsupported-media-type",
        "title": "Unsupported media type",
        "status": 415,
        "detail": "The body is 'text/plain'. Send JSON, with the header Content-Type: application/json.",
        "instance": _INSTANCE,
    },
    HTTPStatus.UNPROCESSABLE_ENTITY: {
        "type": "urn:tasador:problem:invalid-game",
        "title": "Invalid game",
        "status": 422,
        "detail": "The game cannot be appraised as it was sent: `errors` says what is wrong with it.",
        "instance": _INSTANCE,
        "errors": [
            {
                "pointer": "/genre",
                "detail": "there is no such field",
                "got": "'genre'",
                "expected": f"one of {', '.join(FIELDS)}",
                "do": "Did you mean genres?",
            },
        ],
        "n_errors": 1,
    },
    HTTPStatus.TOO_MANY_REQUESTS: {
        "type": "urn:tasador:problem:too-many-requests",
        "title": "Too many requests",
        "status": 429,
        "detail": "More requests came than the limit allows. Try again after the seconds that Retry-After names.",
        "instance": _INSTANCE,
    },
    HTTPStatus.SERVICE_UNAVAILABLE: {
        "type": "urn:tasador:problem:too-busy",
        "title": "Too busy",
        "status": 503,
        "detail": "The server has as much to do as it can do in time. Try again in a second.",
        "instance": _INSTANCE,
    },
}
