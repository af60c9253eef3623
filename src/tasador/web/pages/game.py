"""A game of the catalogue: what is known of it, and its price beside the model's opinion."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.request import FIELDS
from tasador.similar.asked import Asked
from tasador.web.games import asked_of, in_time, ratio, record_of, seen_in_training
from tasador.web.pages.drawing import Ladder, ladder, place
from tasador.web.pages.frame import show
from tasador.web.pages.names import CONFIDENCE, KINDS, SENTIMENT, message
from tasador.web.pages.names import FIELDS as FIELD_NAMES
from tasador.web.pages.visit import Pairs, Visit, visit_of

__all__ = ["add_to"]

#: Comparables that are shown.
_SHOWN: Final = 6

#: Of the store's numbers.
_MOST_DIGITS: Final = 10

#: What games that are like one share with it; its name, its day and its number are its own.
_OWN: Final = frozenset({"name", "release_date", "app_id"})

#: Further columns of a record that are told where they are known.
_KNOWN: Final = {
    "sentiment": message("Summary of the reviews"),
    "user_reviews": message("User reviews"),
    "positive_reviews": message("Positive reviews"),
    "negative_reviews": message("Negative reviews"),
    "metascore": message("Critics’ score"),
    "owners_min": message("Accounts that own it, at least"),
    "owners_max": message("Accounts that own it, at most"),
    "observed_on": message("Seen so on"),
}

#: Where a price comes from, where it is not simply listed: `tasador.contracts.vocabulary.PRICE_BASES`.
_BASES: Final = {
    "free_text": message("The store calls it free in words."),
    "free_flag": message("The store marks it as free."),
    "starting_at": message("The store names a price to start at."),
    "subscription": message("It is paid for again and again."),
    "elsewhere": message("It is sold elsewhere."),
    "unreadable": message("Its price cannot be read."),
    "missing": message("The catalogue has no price of it."),
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model says of a game beside its price.

    Attributes:
        appraisal: The answer, as `/v1/games/{app_id}/appraisal` gives it.
        ratio: The estimate over the price; None where they cannot be compared.
        seen: Whether the model may have learned from this very price.
        ladder: The drawing of the price points; None where no range is said.
        price_at: Where the price is on it; None where it is not known, or nothing.
    """

    appraisal: Appraisal
    ratio: float | None
    seen: bool
    ladder: Ladder | None
    price_at: float | None


def add_to(router: APIRouter) -> None:
    """Add the route."""

    def show_game(request: Request, app_id: str) -> Response:
        visit = visit_of(request)
        record = json.loads(record_of(visit.served.games, _number(app_id)))
        with in_time(visit.served.games):
            similar = visit.served.similar.of(record, Asked())
        return show(
            visit,
            "game.html",
            game=record,
            opinion=_opinion(visit, record),
            whole=_pairs(record, FIELDS),
            like=(*_pairs(record, [name for name in FIELDS if name not in _OWN]), ("pin", str(record["app_id"]))),
            known={name: says for name, says in _KNOWN.items() if record[name] is not None},
            bases=_BASES,
            base=_name(visit, record["base_app_id"]),
            names={"kinds": KINDS, "fields": FIELD_NAMES, "confidence": CONFIDENCE, "sentiment": SENTIMENT},
            shown=_SHOWN,
            similar=similar,
        )

    router.add_api_route("/games/{app_id}", show_game)


def _number(text: str) -> int:
    """Read a number of the store; what is none is that of no game."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _name(visit: Visit, app_id: int | None) -> str | None:
    """Name an entry that another belongs to; None where the catalogue does not have it."""
    with in_time(visit.served.games):
        found = None if app_id is None else visit.served.games.record(app_id)
    return None if found is None else str(json.loads(found)["name"])


def _opinion(visit: Visit, record: dict[str, Any]) -> Opinion:
    appraiser = visit.served.appraiser
    appraisal = appraiser.answer(asked_of(record, appraiser.vocabulary))
    drawn = ladder(replace(appraisal, second_opinion_usd=None))
    price = float(record["price"] or 0) if record["currency"] == "USD" else 0.0
    return Opinion(
        appraisal,
        ratio(record, appraisal),
        seen_in_training(appraisal),
        drawn,
        place(drawn, price) if drawn and price else None,
    )


def _pairs(record: dict[str, Any], fields: Any) -> Pairs:
    """Ask for an appraisal with what a record says."""
    found: list[tuple[str, str]] = []
    for name in fields:
        value = record[name]
        if isinstance(value, list):
            found += [(name, one) for one in value]
        elif value is not None and value is not False:
            found.append((name, "true" if value is True else str(value)))
    return tuple(found)
