"""What games of the catalogue look like over HTTP, for OpenAPI; records are answered as the bytes that they are."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tasador.contracts.vocabulary import PRICE_BASES, RELEASE_PRECISIONS, SENTIMENTS
from tasador.web.appraisal_schema import Appraised, Money
from tasador.web.problem_schema import described, problem
from tasador.web.year_schema import Kind

__all__ = [
    "SLOW",
    "GameAppraised",
    "GameList",
    "GameRecord",
    "appraisal_responses",
    "list_of_responses",
    "list_responses",
    "record_responses",
]

#: What is told of a query that takes too long.
SLOW: Final = "The catalogue did not answer in time. Try again in a second, or ask for less."

Count: TypeAlias = Annotated[int, Field(ge=0)]
Day: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "date"})]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GameRecord(_Said):
    """An entry of the catalogue. What is null is not known."""

    app_id: int = Field(description="The store's number of the entry.")
    name: str
    kind: Kind
    base_app_id: int | None = Field(description="The entry that it belongs to, such as a DLC's game.")
    genres: list[str] | None
    specs: list[str] | None = Field(description="The store's features.")
    tags: list[str] | None = Field(description="By users, after release.")
    developer: str | None = Field(description="As published, several separated by commas.")
    publisher: str | None = Field(description="The same.")
    release_year: int
    release_date: Day = Field(description="The first day of the release period.")
    release_precision: Literal[RELEASE_PRECISIONS] = Field(description="How long that period is.")  # type: ignore[valid-type]
    early_access: bool = Field(description="Sold before it is finished.")
    price_basis: Literal[PRICE_BASES] = Field(description="Where the price comes from.")  # type: ignore[valid-type]
    observed_on: Day | None = Field(description="The day on which the source saw it so.")
    sentiment: Literal[SENTIMENTS] | None = Field(description="Summary of the user reviews.")  # type: ignore[valid-type]
    user_reviews: Count | None
    positive_reviews: Count | None
    negative_reviews: Count | None
    metascore: Annotated[int, Field(ge=0, le=100)] | None = Field(description="Critics' score.")
    owners_min: Count | None = Field(description="Accounts that own it: the least of an estimate.")
    owners_max: Count | None = Field(description="The most of it.")
    required_age: Count | None
    platforms: list[str] | None
    languages: list[str] | None
    url: str | None = Field(description="Its store page.")
    price: Money | None = Field(description="The list price, not on sale; 0.00 when free.")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(description="Of the price, ISO 4217.")


class GameList(_Said):
    """A page of the games that were found."""

    items: list[GameRecord]
    next_cursor: str | None = Field(description="Leads to the next page, as the Link header does; null on the last.")
    n_total: Count | None = Field(description="How many games there are on all pages; null unless asked by `count`.")


class GameAppraised(_Said):
    """What the model says of a game of the catalogue, beside its price."""

    app_id: int
    name: str
    price: Money | None = Field(description="The list price; null where it is not known.")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(description="Of the price, ISO 4217.")
    ratio: float | None = Field(
        description="The estimate over the price: 1.25 is a quarter more. Null where either is not known, or the game "
        "is free, or its price is in another currency than the estimate."
    )
    seen_in_training: bool = Field(description="Whether the model may have learned from this very price.")
    note: str = Field(description="What that means.")
    appraisal: Appraised


# NOTE: without any null, since FastAPI takes nulls out of examples.
_RECORD: Final[dict[str, Any]] = {
    "app_id": 42810,
    "name": "Taeryndis Lantern",
    "kind": "game",
    "genres": ["Action", "Indie", "Racing"],
    "specs": ["Single-player", "Steam Trading Cards", "Partial Controller Support"],
    "tags": ["Racing", "Action", "Indie"],
    "developer": "Ziosketheth Studios",
    "publisher": "Fliochaesto Collective",
    "release_year": 1994,
    "release_date": "1994-11-19",
    "release_precision": "day",
    "early_access": False,
    "price_basis": "listed",
    "user_reviews": 1,
    "url": "http://store.steampowered.com/app/42810/Taeryndis_Lantern/",
    "price": "3.99",
    "currency": "USD",
}
_LIST: Final = {"items": [_RECORD], "next_cursor": "tu1pTEbGRlNmnjoTAAAAAA", "n_total": 33}
_APPRAISED: Final = {
    "app_id": 42810,
    "name": "Taeryndis Lantern",
    "price": "3.99",
    "currency": "USD",
    "ratio": 1.1704,
    "seen_in_training": True,
    "note": "The model learned from releases up to 2018-01-03, most likely from this one too: how near the "
    "estimate is to the price says little about games that the model has not seen. /v1/model/accuracy "
    "does.",
    "appraisal": {
        "id": "8e16d66d2025547f134fc67e",
        "name": "Taeryndis Lantern",
        "kind": "game",
        "release_date": "1994-11-19",
        "as_of": "1994-11-19",
        "currency": "USD",
        "estimate": "4.67",
        "intervals": [
            {"level": 0.5, "lower": "3.99", "upper": "9.99"},
            {"level": 0.8, "lower": "2.99", "upper": "9.99"},
            {"level": 0.95, "lower": "1.99", "upper": "19.99"},
        ],
        "suggested": {"price": "4.99", "probability": 0.2117},
        "price_points": [
            {"price": "2.99", "probability": 0.1236},
            {"price": "3.99", "probability": 0.1344},
            {"price": "4.99", "probability": 0.2117},
            {"price": "5.99", "probability": 0.0802},
            {"price": "9.99", "probability": 0.0978},
        ],
        "p_free": 0.0193,
        "confidence": {
            "word": "low",
            "reasons": [
                "the 80% interval is of medium width: its upper end is 3.3 times its lower end",
                "the blind route answered: the developer has no earlier priced release",
                "only 199 games of the same kind and developer group calibrated the interval",
            ],
        },
        "abstained": False,
        "abstention": [],
        "warnings": [],
        "base": "5.35",
        "contributions": [
            {
                "group": "date",
                "factor": 0.7405,
                "effect": "-1.64",
                "inputs": [
                    {"name": "years before the newest training year", "value": 22.10814510609172, "factor": 0.74755}
                ],
                "says": "Associated with a price 26% lower.",
            },
            {
                "group": "genres",
                "factor": 1.0779,
                "effect": "0.34",
                "inputs": [{"name": "genre: Indie", "value": 1.0, "factor": 0.80513}],
                "says": "Associated with a price 8% higher.",
            },
        ],
        "comparables": [
            {
                "app_id": 38820,
                "name": "Braegon Orchard",
                "release_date": "1991-06-25",
                "similarity": 0.1132,
                "price": "6.99",
                "adjusted_price": "4.60",
                "shared": ["Partial Controller Support", "Steam Trading Cards", "Indie", "Single-player"],
                "reason": "Shares Partial Controller Support, Steam Trading Cards, Indie and Single-player.",
            }
        ],
        "second_opinion": "3.05",
        "inputs": {
            "used": [
                "name",
                "kind",
                "genres",
                "specs",
                "developer",
                "publisher",
                "release_date",
                "early_access",
                "app_id",
            ],
            "defaulted": {},
            "absent": ["base_app_id", "required_age", "platforms", "languages"],
            "ignored": ["tags"],
            "unknown": [],
        },
        "note": "The factors say how prices go together with what is known of a game: an association, "
        "not a cause. They do not say what another price would earn.",
        "model": {"version": "launch-5f0e863de2c2", "snapshot": "9ef1f2c26763", "learned_until": "2018-01-03"},
    },
}

_PATH: Final = "/v1/games"

_UNKNOWN_GAME: Final = problem(
    HTTPStatus.NOT_FOUND,
    "unknown-game",
    "No such game",
    "The catalogue has no entry of the number 621. /v1/games finds entries by their names.",
    f"{_PATH}/621",
    parameter="app_id",
)
_INVALID_ID: Final = problem(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid-request",
    "Invalid request",
    "1 of the request's values is not as it must be: `errors` says what is wrong, and what to do.",
    f"{_PATH}/portal",
    errors=[
        {
            "parameter": "app_id",
            "in": "path",
            "detail": "It is not a whole number.",
            "got": "portal",
            "expected": "a whole number",
            "do": "Mend the address.",
        }
    ],
    n_errors=1,
)
_INVALID_QUERY: Final = problem(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid-query",
    "Invalid query",
    "The catalogue cannot be asked so: `errors` says why.",
    _PATH,
    errors=[
        {
            "parameter": "genre",
            "in": "query",
            "detail": "The catalogue has no such genre.",
            "got": "Acton",
            "expected": "one of the genres that /v1/vocabulary lists",
            "do": "Did you mean Action?",
            "suggestions": ["Action"],
        }
    ],
    n_errors=1,
)
_EXPIRED: Final = problem(
    HTTPStatus.GONE,
    "cursor-expired",
    "Cursor expired",
    "The catalogue has changed since the page before, or this is no cursor. Begin anew, without a cursor.",
    _PATH,
    parameter="cursor",
)


def list_responses() -> dict[int | str, dict[str, Any]]:
    """Describe what a search answers."""
    found = _responses("A page of games.", _LIST, _EXPIRED, _INVALID_QUERY)
    found[200]["headers"] = {
        "Link": {
            "description": 'The next page: `</v1/games?…>; rel="next"` (RFC 8288). Absent on the last.',
            "schema": {"type": "string"},
        }
    }
    return found


def record_responses() -> dict[int | str, dict[str, Any]]:
    """Describe what is answered of one game."""
    return _responses("The game.", _RECORD, _UNKNOWN_GAME, _INVALID_ID)


def appraisal_responses() -> dict[int | str, dict[str, Any]]:
    """Describe what the model answers of one game."""
    return _responses("The game's price and appraisal.", _APPRAISED, _UNKNOWN_GAME, _INVALID_ID)


def list_of_responses(says: str, example: dict[str, Any], after: str) -> dict[int | str, dict[str, Any]]:
    """Describe what is answered of one game's relation to others.

    Args:
        after: What follows the game's address.
    """
    problems = [{**one, "instance": f"{one['instance']}{after}"} for one in (_UNKNOWN_GAME, _INVALID_ID)]
    return _responses(says, example, *problems)


def _responses(says: str, example: dict[str, Any], *problems: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    answer = {"description": says, "content": {"application/json": {"example": example}}}
    return {200: answer, **described(*problems)}
