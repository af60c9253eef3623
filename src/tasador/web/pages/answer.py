"""An appraisal as the page shows it."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.request import FIELDS, Request
from tasador.web.answers import Answers
from tasador.web.pages import developers
from tasador.web.pages.change import Difference, Narrower, Trial, difference, narrower, trials
from tasador.web.pages.drawing import Ladder, Step, ladder, waterfall
from tasador.web.pages.form import MODEL, Form
from tasador.web.pages.visit import Pairs, Visit

__all__ = ["Answer", "Card", "about", "answer", "common_labels", "kinds"]

#: Lists whose labels the vocabulary counts.
_MOST_DEVELOPERS: Final = 3
_COUNTED: Final = ("genres", "specs", "tags")


@dataclass(frozen=True, slots=True)
class Card:
    """A comparable as it is shown.

    Attributes:
        comparable: The comparable.
        is_pinned: Whether it was chosen to be there.
        pin: The query that pins it, or lets go of it; none where it has no number.
        drop: The query that leaves it out.
    """

    comparable: Any
    is_pinned: bool
    pin: Pairs
    drop: Pairs


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows of an appraisal.

    Attributes:
        appraisal: The appraisal.
        ladder: The drawing of the price points; None where no range is said.
        steps: The drawing of the factors.
        units: The unit of each input.
        difference: What changed since the question before.
        trials: What other answers would do.
        narrower: What would narrow a range that is too wide for a single price.
        cards: The comparables.
        pinned_opinion_usd: The median of those that were pinned; None where none was.
        missing: App ids that were pinned and are not among the comparables.
        developers: For each developer that the catalogue does not have, those that are like it.
        given: The fields that were given, with their values.
        assumed: Those for which a value was assumed.
        pairs: The query that asks for it.
        link: The same, with the version that answers.
        other_version: The version that answered when the link was made, where that is another one.
    """

    appraisal: Appraisal
    ladder: Ladder | None
    steps: tuple[Step, ...]
    units: dict[str, str]
    difference: Difference | None
    trials: tuple[Trial, ...]
    narrower: tuple[Narrower, ...]
    cards: tuple[Card, ...]
    pinned_opinion_usd: float | None
    missing: tuple[int, ...]
    developers: tuple[tuple[str, list[str]], ...]
    given: tuple[tuple[str, Any], ...]
    assumed: tuple[tuple[str, Any], ...]
    pairs: Pairs
    link: Pairs
    other_version: str


def answer(visit: Visit, form: Form, request: Request) -> Answer:
    """Appraise what a form asks."""
    appraiser, language = visit.served.appraiser, visit.language
    appraisal = appraiser.answer(request)
    cards = _cards(form, appraisal)
    pinned = [card.comparable.adjusted_price_usd for card in cards if card.is_pinned]
    found = {card.comparable.app_id for card in cards}
    common = {name: common_labels(visit.served, name) for name in _COUNTED}
    assumed = {**dict(appraisal.given.defaulted), **form.assumed}
    game = appraisal.game
    return Answer(
        appraisal,
        ladder(appraisal),
        waterfall(appraisal),
        {one.name: one.unit for one in appraiser.heads.inputs.definitions},
        difference(form, appraiser, language),
        trials(form, appraisal, appraiser, common, language),
        narrower(form, appraisal, appraiser, common, language),
        cards,
        statistics.median(pinned) if pinned else None,
        tuple(app_id for app_id in form.pinned if app_id not in found),
        _unknown_developers(visit.served, game.developer),
        tuple((name, getattr(game, name)) for name in FIELDS if name in form.values),
        tuple((name, getattr(game, name)) for name in FIELDS if name in assumed),
        form.pairs,
        (*form.pairs, (MODEL, appraiser.version)),
        form.model if form.model != appraiser.version else "",
    )


def common_labels(served: Answers, name: str) -> Sequence[str]:
    """List the labels of a list that the model knows, the commonest in the catalogue first."""
    known = served.appraiser.vocabulary.labels.get(name, ())
    counts = {word["name"]: word["n"] for word in _parsed(served.documents.vocabulary).get(name, ())}
    return sorted(known, key=lambda label: (-counts.get(label, 0), label))


def kinds(served: Answers) -> list[str]:
    """List the kinds that the catalogue has."""
    return [word["name"] for word in _parsed(served.documents.vocabulary)["kinds"] if word["n"]]


def about(served: Answers) -> dict[str, Any]:
    """Give what the version says of itself."""
    return _parsed(served.documents.model)


@lru_cache(maxsize=4)
def _parsed(document: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document)
    return found


def _unknown_developers(served: Answers, field: str | None) -> tuple[tuple[str, list[str]], ...]:
    names = [name.strip() for name in (field or "").split(",") if name.strip()][:_MOST_DEVELOPERS]
    with served.games.within():
        return tuple((name, developers.alike(served, name)) for name in names if not developers.is_known(served, name))


def _cards(form: Form, appraisal: Appraisal) -> tuple[Card, ...]:
    return tuple(_card(form, one) for one in appraisal.comparables)


def _card(form: Form, comparable: Any) -> Card:
    app_id = comparable.app_id
    if app_id is None:
        return Card(comparable, is_pinned=False, pin=(), drop=())
    others = [one for one in form.pinned if one != app_id]
    is_pinned = app_id in form.pinned
    pinned = others if is_pinned else [*form.pinned, app_id]
    return Card(
        comparable,
        is_pinned,
        form.choosing(pinned=pinned, dropped=form.dropped).pairs,
        form.choosing(pinned=others, dropped=[*form.dropped, app_id]).pairs,
    )
