"""What may be asked of the catalogue over HTTP: its parameters, and the cursor that leads from page to page."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from tasador.appraisal.vocabulary import nearest
from tasador.features.title import studios
from tasador.similar.reasons import spelled
from tasador.storage.catalogue import RELEVANCE, SORTS, Catalogue, Label, Query
from tasador.web.flag import Flag
from tasador.web.problems import Problem
from tasador.web.wrong_values import listed, of_parameter
from tasador.web.year_schema import Kind

__all__ = ["MOST", "Cursor", "GamesAsked", "query_of"]

#: The longest page.
MOST: Final = 100

#: The parameter of each column of labels.
_PARAMETERS: Final = {"genres": "genre", "specs": "spec", "tags": "tag"}

#: Parameters that may change from page to page.
_OF_A_PAGE: Final = frozenset({"cursor", "limit", "count"})

_SNAPSHOT_BYTES: Final = 4
_QUERY_BYTES: Final = 8
_PLACE_BYTES: Final = 4

#: What a cursor looks like: the base64url of 16 bytes, without padding; and an amount.
_CURSOR: Final = "^[A-Za-z0-9_-]{22}$"
_AMOUNT: Final = r"^[0-9]{1,6}(\.[0-9]{1,2})?$"


def _written(pattern: str, detail: str, expected: str) -> Callable[[str], str]:
    """Make a check of how a text is written, which says in words what it expected."""
    as_it_must = re.compile(pattern)

    def check(text: str) -> str:
        if as_it_must.fullmatch(text) is None:
            raise PydanticCustomError("written", detail, {"expected": expected})
        return text

    return check


def _quoted(amount: object) -> object:
    """Say what a number in a body should be: as JSON's numbers are read, 9.99 is none that has two decimals."""
    if isinstance(amount, int | float):
        expected = {"expected": 'a text, such as "9.99"', "do": "Put it in quotes."}
        raise PydanticCustomError("amount_type", "It is not a text.", expected)
    return amount


Labels: TypeAlias = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=10)]
Money: TypeAlias = Annotated[
    str,
    BeforeValidator(_quoted),
    AfterValidator(
        _written(_AMOUNT, "It is no amount.", "an amount of 0 or more with at most two decimals, such as 9.99")
    ),
    Field(json_schema_extra={"pattern": _AMOUNT}, examples=["9.99"]),
]
Cursored: TypeAlias = Annotated[
    str,
    AfterValidator(_written(_CURSOR, "It is not a cursor.", "`next_cursor` of the page before")),
    Field(json_schema_extra={"pattern": _CURSOR}),
]
Year: TypeAlias = Annotated[int, Field(ge=1, le=9_999, examples=[2016])]
Sort: TypeAlias = Literal[(RELEVANCE, *SORTS)]  # type: ignore[valid-type]


class GamesAsked(BaseModel):
    """The parameters of a search: all that is given must hold."""

    q: Annotated[str, Field(min_length=1, max_length=100, examples=["half life"])] | SkipJsonSchema[None] = Field(
        None,
        description="Words of the name, in any order, the last letters of each may be missing. Case, accents and signs "
        "do not count. Where no name has them all, names are found that have each with typos: one in 4 letters, two in "
        "7, three in 10 and more.",
    )
    kind: Kind | SkipJsonSchema[None] = Field(None, description="What it is.")
    genre: Labels = Field([], description="A genre that it has; may be repeated.", examples=[["Action"]])
    spec: Labels = Field([], description="A spec that it has; may be repeated.", examples=[["Single-player"]])
    tag: Labels = Field([], description="A tag that it has; may be repeated.", examples=[["Pixel Graphics"]])
    developer: Annotated[str, Field(min_length=1, max_length=200, examples=["Valve"])] | SkipJsonSchema[None] = Field(
        None, description="Who made it; of several, separated by commas, all must have."
    )
    year_min: Year | SkipJsonSchema[None] = Field(None, description="The first release year.")
    year_max: Year | SkipJsonSchema[None] = Field(None, description="The last release year.")
    price_min: Money | SkipJsonSchema[None] = Field(
        None, description="The lowest list price, in US dollars. A game without such a price is not found by it."
    )
    price_max: Money | SkipJsonSchema[None] = Field(None, description="The highest list price, in US dollars.")
    free: Flag | SkipJsonSchema[None] = Field(None, description="Whether it costs nothing.")
    early_access: Flag | SkipJsonSchema[None] = Field(None, description="Whether it is sold before it is finished.")
    sort: Sort | SkipJsonSchema[None] = Field(
        None,
        description="The order, falling with a minus; what is unknown comes last. If not given: by relevance with `q`, "
        "else the newest first.",
    )
    limit: int = Field(20, ge=1, le=MOST, description="The longest page to answer.")
    cursor: Cursored | SkipJsonSchema[None] = Field(
        None, description="`next_cursor` of the page before. It holds for the same question of the same snapshot only."
    )
    count: Flag = Field(
        default=False, description="Whether to tell in `n_total` how many games there are on all pages."
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """Leads from a page to the next: of one question, asked of one snapshot.

    Attributes:
        snapshot: Stands for the snapshot.
        question: Stands for the question.
        place: Where the last game of the page stands in the order.
    """

    snapshot: bytes
    question: bytes
    place: int

    @classmethod
    def of(cls, asked: GamesAsked, snapshot: str, place: int) -> Cursor:
        """Make the cursor that begins after a place."""
        question = json.dumps(asked.model_dump(exclude=set(_OF_A_PAGE), exclude_none=True), sort_keys=True)
        return cls(_digest(snapshot, _SNAPSHOT_BYTES), _digest(question, _QUERY_BYTES), place)

    def encoded(self) -> str:
        """Write it as a text."""
        data = self.snapshot + self.question + self.place.to_bytes(_PLACE_BYTES, "big")
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Read what `encoded` wrote, or anything else that looks like it."""
        data = base64.urlsafe_b64decode(f"{text}==")
        begins = _SNAPSHOT_BYTES + _QUERY_BYTES
        return cls(data[:_SNAPSHOT_BYTES], data[_SNAPSHOT_BYTES:begins], int.from_bytes(data[begins:], "big"))


def place_after(asked: GamesAsked, snapshot: str) -> int | None:
    """Tell the place after which a page begins; None for the first.

    Raises:
        Problem: The cursor is of another snapshot, or of another question.
    """
    if asked.cursor is None:
        return None
    came = Cursor.read(asked.cursor)
    expected = Cursor.of(asked, snapshot, came.place)
    if came.snapshot != expected.snapshot:
        raise Problem(
            HTTPStatus.GONE,
            "cursor-expired",
            "Cursor expired",
            "The catalogue has changed since the page before, or this is no cursor. Begin anew, without a cursor.",
            parameter="cursor",
        )
    if came.question != expected.question:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "cursor-of-another-query",
            "Cursor of another query",
            "The cursor leads on from another question. Repeat all parameters but `limit` and `count`, or begin anew, "
            "without a cursor.",
            parameter="cursor",
        )
    return came.place


def query_of(asked: GamesAsked, games: Catalogue) -> Query:
    """Turn parameters into a question that the catalogue knows.

    Raises:
        Problem: The catalogue has no such label or developer, or the parameters contradict each other.
    """
    wrong: list[dict[str, Any]] = []
    labels = _labels(asked, games, wrong)
    developers = _developers(asked.developer, games, wrong)
    low, high = _cents(asked.price_min), _cents(asked.price_max)
    if low is not None and high is not None and low > high:
        wrong.append(_above("price_min", asked.price_min, "price_max"))
    if asked.year_min is not None and asked.year_max is not None and asked.year_min > asked.year_max:
        wrong.append(_above("year_min", asked.year_min, "year_max"))
    if asked.sort == RELEVANCE and asked.q is None:
        detail = "Without q nothing is more relevant than anything else."
        wrong.append(of_parameter("sort", detail, RELEVANCE, f"one of {', '.join(SORTS)}", "Give q, or another order."))
    if asked.q is not None and not any(letter.isalnum() for letter in asked.q):
        detail = "It has no letter and no digit: no name is found by it."
        wrong.append(
            of_parameter("q", detail, asked.q, "words of a name, or their beginnings", "Mend it, or leave it out.")
        )
    if wrong:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-query",
            "Invalid query",
            "The catalogue cannot be asked so: `errors` says why.",
            **listed(wrong),
        )
    return Query(
        asked.sort or (RELEVANCE if asked.q is not None else "-release_date"),
        text=asked.q,
        kind=asked.kind,
        labels=labels,
        developers=developers,
        year_min=asked.year_min,
        year_max=asked.year_max,
        price_min=low,
        price_max=high,
        free=asked.free,
        early_access=asked.early_access,
    )


def _labels(asked: GamesAsked, games: Catalogue, wrong: list[dict[str, Any]]) -> tuple[Label, ...]:
    found: dict[Label, None] = {}
    for field, parameter in _PARAMETERS.items():
        for text in getattr(asked, parameter):
            label = games.label(field, text)
            if label is not None:
                found[label] = None
                continue
            close = nearest(text, [known.name for known in games.labels[field]])
            expected = f"one of the {field} that /v1/vocabulary lists"
            wrong.append(_unknown(parameter, text, expected, list(close)))
    return tuple(found)


def _developers(names: str | None, games: Catalogue, wrong: list[dict[str, Any]]) -> tuple[int, ...]:
    if names is None:
        return ()
    found = []
    for name in studios(names) or [names]:
        number = games.developer(name)
        if number is None:
            close = games.developers_like(name)
            wrong.append(
                _unknown("developer", spelled(name, names), "a developer of the catalogue, as its games name it", close)
            )
        else:
            found.append(number)
    return tuple(found)


def _cents(price: str | None) -> int | None:
    return None if price is None else int(Decimal(price) * 100)


def _above(parameter: str, value: object, limit: str) -> dict[str, Any]:
    detail = f"It is above {limit}: no game can be in between."
    return of_parameter(parameter, detail, value, f"at most {limit}", "Lower it, or leave one of the two out.")


def _unknown(parameter: str, got: str, expected: str, close: list[str]) -> dict[str, Any]:
    do = f"Did you mean {close[0]}?" if close else "Leave it out."
    detail = f"The catalogue has no such {parameter}."
    return of_parameter(parameter, detail, got, expected, do, suggestions=close)


def _digest(text: str, size: int) -> bytes:
    return blake2b(text.encode(), digest_size=size).digest()
