"""Inputs from the entry alone: its kind, labels, title, date, and in the later variants its tags and reception."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from tasador.contracts.vocabulary import SENTIMENTS
from tasador.features.definition import Feature
from tasador.features.game import Game
from tasador.features.labels import Labels
from tasador.features.title import SHAPE, shape, words

__all__ = ["definitions", "row"]

_NAN: Final = math.nan
_DAYS_A_YEAR: Final = 365.25

#: Of a double.
_BYTES: Final = 8

#: Sentiments as numbers: the better, the higher.
_STANDING: Final = {sentiment: float(len(SENTIMENTS) - place) for place, sentiment in enumerate(SENTIMENTS)}


def definitions(labels: Labels) -> tuple[Feature, ...]:
    """Define the inputs, in the order of `row`.

    Args:
        labels: What has an input of its own.
    """
    found: list[Feature] = []

    def add(group: str, name: str, unit: str, *sources: str, known_at: Literal["launch", "later"] = "launch") -> None:
        found.append(Feature(name, "float32", unit, sources, known_at, group))

    for group, source, known in (
        ("kind", "kind", labels.kinds),
        ("genres", "genres", labels.genres),
        ("specs", "specs", labels.specs),
        ("title", "name", labels.title_words),
        ("platforms", "platforms", labels.platforms),
    ):
        for label in known:
            add(group, f"{'word' if group == 'title' else group.removesuffix('s')}: {label}", "0 or 1", source)
    add("genres", "genres: number", "labels", "genres")
    add("specs", "specs: number", "labels", "specs")
    for name, unit in SHAPE:
        add("title", name, unit, "name")
    add("date", "years before the newest training year", "years", "release_date")
    add("date", "month", "1 to 12", "release_date")
    add("date", "weekday", "0 (Monday) to 6", "release_date")
    add("early access", "early access", "0 or 1", "early_access")
    if labels.has_languages:
        add("languages", "languages: number", "languages", "languages")
    if labels.has_age:
        add("age", "required age", "years", "required_age")
    for label in labels.tags:
        add("tags", f"tag: {label}", "0 or 1", "tags", known_at="later")
    if labels.has_reception:
        add("reception", "sentiment", "1 (worst) to 9 (best)", "sentiment", known_at="later")
        add("reception", "user reviews", "reviews", "user_reviews", known_at="later")
        add("reception", "reviews", "reviews", "positive_reviews", "negative_reviews", known_at="later")
        share = "share of reviews"
        add("reception", "positive reviews", share, "positive_reviews", "negative_reviews", known_at="later")
        add("reception", "metascore", "0 to 100", "metascore", known_at="later")
    return tuple(found)


def row(game: Game, labels: Labels) -> array[float]:
    """Make the inputs of one game; what is unknown is NaN, labels without an input are left out."""
    title = words(game.name)
    found = _marks(labels.places, ((game.kind,), game.genres, game.specs, title, game.platforms or ()))
    if game.platforms is None:
        for place in labels.places[-1].values():
            found[place] = _NAN
    found.extend((float(len(game.genres)) if game.genres else _NAN, float(len(game.specs)) if game.specs else _NAN))
    found.extend(shape(game.name, len(title)))
    day = game.release_date
    found.extend(
        (
            max(labels.newest_year_from - day.toordinal(), 0) / _DAYS_A_YEAR,
            float(day.month),
            float(day.weekday()),
            float(game.early_access),
        )
    )
    if labels.has_languages:
        found.append(_NAN if game.languages is None else float(len(game.languages)))
    if labels.has_age:
        found.append(_number(game.required_age))
    if labels.tags:
        found += _marks((labels.tag_places,), (game.tags,))
    if labels.has_reception:
        found.extend(_reception(game))
    return found


def _marks(places: Sequence[Mapping[str, int]], given: Sequence[Iterable[str]]) -> array[float]:
    found = array("d", bytes(_BYTES * sum(map(len, places))))
    for own_places, labels in zip(places, given, strict=True):
        for label in labels:
            place = own_places.get(label)
            if place is not None:
                found[place] = 1.0
    return found


def _number(value: float | None) -> float:
    return _NAN if value is None else float(value)


def _reception(game: Game) -> tuple[float, ...]:
    positive, negative = game.positive_reviews, game.negative_reviews
    reviews = None if positive is None or negative is None else positive + negative
    return (
        _NAN if game.sentiment is None else _STANDING.get(game.sentiment, _NAN),
        _number(game.user_reviews),
        _number(reviews),
        positive / reviews if positive is not None and reviews else _NAN,
        _number(game.metascore),
    )
