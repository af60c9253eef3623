"""What games of the catalogue look like over HTTP, for OpenAPI; records are answered as the bytes that they are."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tasador.contracts.vocabulary import PRICE_BASES, RELEASE_PRECISIONS, SENTIMENTS
from tasador.web.appraisal_examples import ANSWERS
from tasador.web.appraisal_schema import Appraised, Money
from tasador.web.problems import describe
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
    "app_id": 620,
    "name": "Portal 2",
    "kind": "game",
    "genres": ["Action", "Adventure"],
    "specs": ["Single-player", "Co-op", "Steam Achievements"],
    "tags": ["Puzzle", "Co-op", "First-Person"],
    "developer": "Valve",
    "publisher": "Valve",
    "release_year": 2011,
    "release_date": "2011-04-18",
    "release_precision": "day",
    "early_access": False,
    "price_basis": "listed",
    "observed_on": "2018-01-04",
    "sentiment": "Overwhelmingly Positive",
    "metascore": 95,
    "url": "http://store.steampowered.com/app/620/Portal_2/",
    "price": "19.99",
    "currency": "USD",
}
_LIST: Final = {"items": [_RECORD], "next_cursor": "aGVsbG8sIHdvcmxkISEhIQ", "n_total": 17}
_APPRAISED: Final = {
    "app_id": 620,
    "name": "Portal 2",
    "price": "19.99",
    "currency": "USD",
    "ratio": 0.8254,
    "seen_in_training": True,
    "note": "The model learned from releases up to 2018-01-04, most likely from this one too: how near the estimate is "
    "to the price says little about games that the model has not seen. /v1/model/accuracy does.",
    "appraisal": next(iter(ANSWERS.values()))["value"],
}

_PATH: Final = "/v1/games"

_UNKNOWN_GAME: Final = {
    "type": "urn:tasador:problem:unknown-game",
    "title": "No such game",
    "status": 404,
    "detail": "The catalogue has no entry of the number 621. /v1/games finds entries by their names.",
    "instance": f"{_PATH}/621",
    "parameter": "app_id",
}
_INVALID_ID: Final = {
    "type": "urn:tasador:problem:invalid-request",
    "title": "Invalid request",
    "status": 422,
    "detail": "1 of the request's values are not as they must be.",
    "instance": f"{_PATH}/portal",
    "errors": [{"parameter": "path.app_id", "detail": "Input should be a valid integer", "got": "portal"}],
}
_INVALID_QUERY: Final = {
    "type": "urn:tasador:problem:invalid-query",
    "title": "Invalid query",
    "status": 422,
    "detail": "The catalogue cannot be asked so: `errors` says why.",
    "instance": _PATH,
    "errors": [
        {
            "parameter": "query.genre",
            "detail": "The catalogue has no such genre.",
            "got": "Acton",
            "suggestions": ["Action"],
        }
    ],
}
_EXPIRED: Final = {
    "type": "urn:tasador:problem:cursor-expired",
    "title": "Cursor expired",
    "status": 410,
    "detail": "The catalogue has changed since the page before, or this is no cursor. Begin anew, without a cursor.",
    "instance": _PATH,
    "parameter": "cursor",
}
_SLOW: Final = {
    "type": "urn:tasador:problem:service-unavailable",
    "title": "Service Unavailable",
    "status": 503,
    "detail": SLOW,
    "instance": _PATH,
}


def list_responses() -> dict[int | str, dict[str, Any]]:
    """Describe what a search answers."""
    found = _responses("A page of games.", _LIST, _EXPIRED, _INVALID_QUERY, _SLOW)
    found[200]["headers"] = {
        "Link": {
            "description": 'The next page: `</v1/games?…>; rel="next"` (RFC 8288). Absent on the last.',
            "schema": {"type": "string"},
        }
    }
    return found


def record_responses() -> dict[int | str, dict[str, Any]]:
    """Describe what is answered of one game."""
    return _responses("The game.", _RECORD, _UNKNOWN_GAME, _INVALID_ID, _SLOW)


def appraisal_responses() -> dict[int | str, dict[str, Any]]:
    """Describe what the model answers of one game."""
    return _responses("The game's price and appraisal.", _APPRAISED, _UNKNOWN_GAME, _INVALID_ID, _SLOW)


def list_of_responses(description: str, example: dict[str, Any], after: str) -> dict[int | str, dict[str, Any]]:
    """Describe what is answered of one game's relation to others.

    Args:
        after: What follows the game's address.
    """
    problems = [{**one, "instance": f"{one['instance']}{after}"} for one in (_UNKNOWN_GAME, _INVALID_ID, _SLOW)]
    return _responses(description, example, *problems)


def _responses(description: str, example: dict[str, Any], *problems: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    ((media_type, content),) = describe(HTTPStatus.UNPROCESSABLE_ENTITY)[422]["content"].items()
    found: dict[int | str, dict[str, Any]] = {
        200: {"description": description, "content": {"application/json": {"example": example}}},
        **{
            problem["status"]: {
                "description": problem["title"],
                "content": {media_type: {**content, "example": problem}},
            }
            for problem in problems
        },
    }
    found[503]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return found
