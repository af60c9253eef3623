"""What OpenAPI says of `POST /v1/appraisals`: what may be asked, and the shape of every answer."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tasador.contracts.vocabulary import KINDS
from tasador.web import appraisal_examples as examples
from tasador.web.problem_schema import described

__all__ = ["INCLUDES", "MOST_EXPLAINED", "MOST_GAMES", "Appraised", "AppraisedList", "documentation"]

#: What an answer can hold beside the estimate; it takes longer than the estimate.
INCLUDES: Final = ("contributions", "comparables")

#: Games of one request; so many where something is included.
MOST_GAMES: Final = 1_000
MOST_EXPLAINED: Final = 100

Money: TypeAlias = Annotated[str, Field(pattern=r"^\d+\.\d{2}$", examples=["9.99"])]
Difference: TypeAlias = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", examples=["-1.25"])]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Interval(_Said):
    """A range that holds the price in a stated share of cases."""

    level: Share
    lower: Money
    upper: Money


class PricePoint(_Said):
    """A price that games are sold at, and how probable it is, given that the game is not free."""

    price: Money
    probability: Share


class Reason(_Said):
    """Why there is no price to be said."""

    code: Literal["rare_kind", "date_out_of_reach", "only_a_name", "wide_interval"]
    says: str


class Confidence(_Said):
    """How far the answer can be trusted."""

    word: Literal["high", "medium", "low"]
    reasons: list[str]


class InputEffect(_Said):
    """What one input goes together with."""

    name: str
    value: float | None = Field(description="Null where it is unknown, which is informative too.")
    factor: float


class Contribution(_Said):
    """What a group of inputs goes together with."""

    group: str
    factor: float = Field(description="By what the price is multiplied.")
    effect: Difference = Field(description="The estimate less what it would be without this factor.")
    inputs: list[InputEffect] = Field(description="Those that make the most difference.")
    says: str


class Comparable(_Said):
    """A paid game that is like the one asked for."""

    app_id: int | None
    name: str
    release_date: str = Field(json_schema_extra={"format": "date"})
    similarity: Share
    price: Money
    adjusted_price: Money = Field(description="Its price, moved by what the two games differ in.")
    shared: list[str]
    reason: str


class UnknownLabel(_Said):
    """A label that the model has not learned."""

    field: str
    label: str
    suggestions: list[str]


class Inputs(_Said):
    """What of the request was used, assumed, and not known."""

    used: list[str]
    defaulted: dict[str, Any] = Field(description="Fields for which a value was assumed, with it.")
    absent: list[str]
    ignored: list[str] = Field(description="Fields that the model does not read.")
    unknown: list[UnknownLabel]


class ModelNamed(_Said):
    """The model version that answered."""

    version: str
    snapshot: str
    learned_until: str = Field(json_schema_extra={"format": "date"})


class Appraised(_Said):
    """What the model says of one game."""

    id: str = Field(description="The same game, asked of the same model and snapshot, has the same id.")
    name: str
    kind: str = Field(json_schema_extra={"enum": list(KINDS)})
    release_date: str = Field(json_schema_extra={"format": "date"})
    as_of: str = Field(json_schema_extra={"format": "date"}, description="Nothing of that day or later was used.")
    currency: Literal["USD"]
    estimate: Money | None = Field(description="Price, given that the game is not free; null when it abstains.")
    intervals: list[Interval] = Field(
        description="Narrowest first; none when it abstains, unless `wide_interval` is the only reason."
    )
    suggested: PricePoint | None
    price_points: list[PricePoint] = Field(
        description="The most probable ones, cheapest first; none without intervals."
    )
    p_free: Share = Field(description="Probability that the game is free.")
    confidence: Confidence | None
    abstained: bool = Field(description="Whether it says no single price; `abstention` says why.")
    abstention: list[Reason]
    warnings: list[str] = Field(description="What to know first, such as labels that the model has not learned.")
    base: Money | None = Field(None, description="Times all factors it is the estimate. Only with contributions.")
    contributions: list[Contribution] = Field([], description="Only where they are included.")
    comparables: list[Comparable] = Field([], description="Only where they are included.")
    second_opinion: Money | None = Field(
        None, description="Median of the comparables' adjusted prices; null where they are too few. Only with them."
    )
    inputs: Inputs
    note: str
    model: ModelNamed


class ErrorOfAField(_Said):
    """What is wrong with one field."""

    pointer: str = Field(description="Where in the body, as a JSON pointer (RFC 6901).")
    detail: str
    got: str
    expected: str
    do: str = Field(description="What to do.")


class NotAppraised(_Said):
    """What is wrong with one game of a list."""

    errors: list[ErrorOfAField] = Field(description="The first 20.")
    n_errors: int


class AppraisedList(_Said):
    """What the model says of each game of a list, in its order."""

    items: list[Appraised | NotAppraised]


def documentation() -> dict[str, Any]:
    """Describe the route."""
    schema = {"oneOf": [GAME, {"type": "array", "items": GAME, "maxItems": MOST_GAMES}]}
    include = {
        "name": "include",
        "in": "query",
        "description": "What the answer is to hold beside the estimate, separated by commas; it takes longer than the "
        f"estimate. For one game all if not given; for a list nothing, and with it at most {MOST_EXPLAINED} games.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"enum": list(INCLUDES)}},
        "examples": {"nothing": {"value": []}, "everything": {"value": list(INCLUDES)}},
    }
    return {
        "operation_id": "appraise",
        "summary": "What games would cost: one game, or a list.",
        "description": f"The body is one game, or a list of up to {MOST_GAMES:,}. A list is answered by an object "
        "whose `items` are in the same order; a game that is wrong has its errors there, and the status is 200 all "
        "the same.",
        "responses": {
            200: {
                "model": Appraised | AppraisedList,
                "description": "The appraisal of one game, or those of a list.",
                "content": {"application/json": {"examples": examples.ANSWERS}},
            },
            **described(*examples.PROBLEMS),
        },
        "openapi_extra": {
            "parameters": [include],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": schema, "examples": examples.REQUESTS}},
            },
        },
    }


def _labels(description: str) -> dict[str, Any]:
    label = {"type": "string", "maxLength": 100, "pattern": _LABEL}
    return {"type": ["array", "null"], "maxItems": 100, "items": label, "description": description}


def _company(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": 500, "pattern": _TEXT, "description": description}


def _number(most: int, least: int, description: str) -> dict[str, Any]:
    return {"type": ["integer", "null"], "minimum": least, "maximum": most, "description": description}


#: Texts without control characters but at their ends, where blanks do not count; and such that are not blank.
_INK: Final = r"[^\s\x00-\x1f\x7f]"
_TEXT: Final = r"^\s*[^\x00-\x1f\x7f]*\s*$"
_LABEL: Final = rf"^\s*{_INK}([^\x00-\x1f\x7f]*{_INK})?\s*$"

_LAST_ID: Final = 2**32 - 1

#: A game as it may be asked for.
GAME: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Game",
    "description": "A game as its store page says at launch. Only its name is needed; null is as good as absent.",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 300, "pattern": _LABEL, "description": "Its name in the store."},
        "kind": {"enum": [*KINDS, None], "description": "What it is; a game if not given."},
        "genres": _labels("Such as Action; `/v1/vocabulary` lists those that the model knows."),
        "specs": _labels("Such as Single-player."),
        "tags": _labels("Such as Pixel Graphics."),
        "developer": _company("Who made it."),
        "publisher": _company("Who publishes it."),
        "release_date": {
            "type": ["string", "null"],
            "format": "date",
            "description": "The day of its release, in 1950 to 2049; if not given today, or the newest day that the "
            "model learned from where today is more than 24 months after it.",
        },
        "early_access": {"type": ["boolean", "null"], "description": "Whether it is not finished; no if not given."},
        "base_app_id": _number(_LAST_ID, 1, "Of a DLC or soundtrack: the store's number of its game."),
        "app_id": _number(_LAST_ID, 1, "The store's number."),
        "required_age": _number(255, 0, "The least age of a player; 0 is any."),
        "platforms": _labels("Such as windows."),
        "languages": _labels("Such as English."),
    },
}
