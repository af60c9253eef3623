"""What may be asked of similar games and of recommendations over HTTP, and the shape of the answers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from tasador.similar.asked import MOST, Asked
from tasador.web.appraisal_schema import Share
from tasador.web.flag import Flag
from tasador.web.game_query import Money, Year
from tasador.web.problems import invalid
from tasador.web.wrong_values import in_body, of_parameter
from tasador.web.year_schema import Kind

__all__ = ["MOST_NAMED", "MOST_OWNED", "RecommendationList", "RecommendationsAsked", "SimilarAsked", "SimilarList"]

#: How many games somebody may say to own; so many of them by name: a name that the catalogue does not have takes
#: milliseconds.
MOST_OWNED: Final = 500
MOST_NAMED: Final = 100

_Number: TypeAlias = Annotated[StrictInt, Field(ge=1, le=2**32 - 1)]
_Name: TypeAlias = Annotated[StrictStr, Field(min_length=1, max_length=200)]


class _Bounds(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(10, ge=1, le=MOST, description="The longest list to answer.")
    price_min: Money | SkipJsonSchema[None] = Field(
        None, description="The lowest list price, in US dollars. A game without such a price is not found by it."
    )
    price_max: Money | SkipJsonSchema[None] = Field(None, description="The highest list price, in US dollars.")
    year_min: Year | SkipJsonSchema[None] = Field(None, description="The first release year.")
    year_max: Year | SkipJsonSchema[None] = Field(None, description="The last release year.")

    def _asked(self, wrongly: Callable[[str, str, object, str, str], dict[str, Any]], **others: Any) -> Asked:
        """Turn it into a question.

        Args:
            wrongly: Tells what is wrong with one of the values.
            others: What is asked besides.

        Raises:
            Problem: Its bounds contradict each other.
        """
        bounds: dict[str, Any] = {
            "price_min": None if self.price_min is None else float(Decimal(self.price_min)),
            "price_max": None if self.price_max is None else float(Decimal(self.price_max)),
            "year_min": self.year_min,
            "year_max": self.year_max,
        }
        wrong = [
            wrongly(
                f"{name}_min",
                f"It is above {name}_max: no game can be in between.",
                least,
                f"{most:g} or less",
                "Exchange the two, or leave one out.",
            )
            for name in ("price", "year")
            if (least := bounds[f"{name}_min"]) is not None
            and (most := bounds[f"{name}_max"]) is not None
            and least > most
        ]
        if wrong:
            raise invalid(wrong)
        return Asked(limit=self.limit, **bounds, **others)


class SimilarAsked(_Bounds):
    """The parameters of a search for similar games: all that is given must hold."""

    kind: Kind | SkipJsonSchema[None] = Field(
        None, description="What they are to be; of the kind of the game itself if not given."
    )
    other_series: Flag = Field(default=False, description="Whether games of its own series are left out.")
    other_developer: Flag = Field(default=False, description="Whether games of its own developers are left out.")
    diverse: Flag = Field(default=False, description="Whether they are to differ among themselves.")

    def asked(self) -> Asked:
        """Turn it into a question."""
        return self._asked(
            of_parameter,
            kind=self.kind,
            other_series=self.other_series,
            other_developer=self.other_developer,
            diverse=self.diverse,
        )


class RecommendationsAsked(_Bounds):
    """What somebody owns, and what may be recommended: all that is given must hold."""

    owned: Annotated[list[_Number | _Name], Field(min_length=1, max_length=MOST_OWNED)] = Field(
        description=f"What somebody owns: numbers in the store, or names, of which there may be {MOST_NAMED}."
    )
    kind: Kind = Field("game", description="What is to be recommended.")
    other_series: bool = Field(default=False, strict=True, description="Whether the series owned are left out.")
    other_developer: bool = Field(
        default=False, strict=True, description="Whether the developers of what is owned are left out."
    )
    diverse: bool = Field(default=False, strict=True, description="Whether they are to differ among themselves.")

    @field_validator("owned")
    @classmethod
    def _few_names(cls, owned: list[int | str]) -> list[int | str]:
        if sum(isinstance(one, str) for one in owned) > MOST_NAMED:
            wanted = {"expected": f"at most {MOST_NAMED} names", "do": "Give the others by their numbers."}
            raise PydanticCustomError("names", "There are too many names.", wanted)
        return owned

    def asked(self) -> Asked:
        """Turn it into a question."""
        return self._asked(
            in_body,
            kind=self.kind,
            other_series=self.other_series,
            other_developer=self.other_developer,
            diverse=self.diverse,
        )


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Similar(_Said):
    """A game that is like another one."""

    app_id: int = Field(description="The store's number.")
    name: str
    kind: Kind
    similarity: Share = Field(description="How alike the two are, 0 to 1.")
    price: Annotated[str, Field(pattern=r"^\d+\.\d{2}$")] | None = Field(description="The list price; 0.00 when free.")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = Field(description="Of the price, ISO 4217.")
    release_year: int
    shared: list[str] = Field(description="What both have, that which tells most first.")
    reason: str = Field(description="The same in a sentence.")


class SimilarList(_Said):
    """The games most like one, the most alike first."""

    app_id: int
    name: str
    items: list[Similar]


class OwnedGame(_Said):
    """A game that somebody owns, and why it speaks for another."""

    app_id: int
    name: str
    shared: list[str] = Field(description="What both have, that which tells most first.")
    reason: str = Field(description="The same in a sentence.")


class Recommended(Similar):
    """A game that somebody may like; `similarity` is that to all that is owned, on average."""

    shared: list[str] = Field(
        description="What it shares with each of those in `because`, that which tells most first."
    )
    because: list[OwnedGame] = Field(description="What of that it is most like, each with what the two share.")


class Unknown(_Said):
    """What the catalogue does not have."""

    given: int | str
    suggestions: list[str] = Field(description="Numbers and names that are like it.")


class RecommendationList(_Said):
    """What somebody may like, the most alike to all that is owned first."""

    items: list[Recommended]
    n_owned: int = Field(description="How many of the games that were sent the catalogue has, each counted once.")
    unknown: list[Unknown] = Field(description="Those that it does not have.")
