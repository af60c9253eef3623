"""A catalogue entry or a request, as features read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tasador.errors import TasadorError

__all__ = ["Game", "from_row"]

#: From the first day of a release period to its last, at most.
_PERIOD: Final = {"day": timedelta(0), "month": timedelta(30), "quarter": timedelta(91), "year": timedelta(365)}


@dataclass(frozen=True, slots=True)
class Game:
    """A catalogue entry or a request, as features read it.

    Attributes:
        name: Its name in the store; empty where it has none yet.
        release_date: First day of the release period.
        release_precision: How long that period is: day, month, quarter or year.
        kind: One of `tasador.contracts.vocabulary.KINDS`.
        genres: The store's genres.
        specs: The store's features, such as Single-player.
        tags: Tags by users; known later.
        developer: As published, several separated by commas.
        publisher: The same.
        early_access: Sold before it is finished.
        base_app_id: The entry that it belongs to, such as a DLC's game, where the source says so.
        app_id: The store's number.
        required_age: Years of age that a buyer must have.
        platforms: Operating systems; None when nobody says.
        languages: Languages by their English names; None when nobody says.
        sentiment: Summary of the user reviews; known later.
        user_reviews: Number of user reviews; known later.
        positive_reviews: Those that recommend it; known later.
        negative_reviews: Those that do not; known later.
        metascore: Critics' score, 0 to 100; known later.
        price_usd: List price; 0 when free, None when unknown. Never an input of its own row.
    """

    name: str
    release_date: date
    kind: str = "game"
    genres: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    developer: str | None = None
    publisher: str | None = None
    early_access: bool = False
    base_app_id: int | None = None
    app_id: int | None = None
    required_age: int | None = None
    platforms: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    sentiment: str | None = None
    user_reviews: int | None = None
    positive_reviews: int | None = None
    negative_reviews: int | None = None
    metascore: int | None = None
    price_usd: float | None = None
    release_precision: str = "day"

    @property
    def released_by(self) -> date:
        """The day by which it was out for certain: after that its price is known to others."""
        return self.release_date + _PERIOD[self.release_precision]


def from_row(row: Mapping[str, Any]) -> Game:
    """Read a game from a row of `games` or from a JSON object of the same names; other names are left alone.

    Args:
        row: `name` and `release_date` (a date, or its ISO text) must be there; whatever else is absent or null is
            unknown.

    Raises:
        TasadorError: The name or the date is absent, or the date is no date.
    """
    name = row.get("name")
    if not isinstance(name, str) or not name.strip():
        raise TasadorError("the game has no name", where="name", got=repr(name), expected="some text")
    get = row.get
    return Game(
        name=name,
        release_date=_date(get("release_date")),
        kind=get("kind") or "game",
        genres=tuple(get("genres") or ()),
        specs=tuple(get("specs") or ()),
        tags=tuple(get("tags") or ()),
        developer=get("developer"),
        publisher=get("publisher"),
        early_access=bool(get("early_access")),
        base_app_id=get("base_app_id"),
        app_id=get("app_id"),
        required_age=get("required_age"),
        platforms=_optional(get("platforms")),
        languages=_optional(get("languages")),
        sentiment=get("sentiment"),
        user_reviews=get("user_reviews"),
        positive_reviews=get("positive_reviews"),
        negative_reviews=get("negative_reviews"),
        metascore=get("metascore"),
        price_usd=get("price_usd"),
        release_precision=get("release_precision") or "day",
    )


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise TasadorError(
            "the release date cannot be read",
            where="release_date",
            got=repr(value),
            expected="a date such as 2017-11-30",
        ) from error


def _optional(labels: Any) -> tuple[str, ...] | None:
    return None if labels is None else tuple(labels)
