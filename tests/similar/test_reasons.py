from __future__ import annotations

from datetime import date
from typing import Any

from tasador.features.game import Game
from tasador.similar.reasons import Shared
from tasador.similar.terms import terms


def game(name: str, **fields: Any) -> Game:
    return Game(name, date(2016, 6, 1), **fields)


def shared(one: Game, other: Game) -> Shared:
    found = set(terms(other))
    return Shared.of([term for term in terms(one) if term in found], one)


def test_series_and_studios_come_first_and_words_last() -> None:
    first = game("Old Castle II: Night", developer="Äffchen GmbH", publisher="Äffchen GmbH, Big", genres=("RPG",))
    second = game("Old Castle: Long Night", developer="äffchen", publisher="Big; äffchen", genres=("RPG", "Indie"))
    found = shared(first, second)
    assert found.listed() == (
        "the series “old castle”", "the developer Äffchen", "the publisher Big", "RPG", "“night”",
    )  # fmt: skip
    assert found.sentence() == (
        "They share the series “old castle”, the developer Äffchen, the publisher Big, RPG and “night”."
    )


def test_a_label_that_is_a_genre_and_a_tag_is_said_once() -> None:
    one, other = (game(name, genres=("Action",), tags=("Action", "Fun")) for name in ("One", "Two"))
    assert shared(one, other).labels == ("Action", "Fun")


def test_a_label_that_is_spelled_in_two_ways_is_said_once() -> None:
    labels = {"specs": ("Single-player", "Co-op"), "tags": ("Singleplayer", "Co-op", "Co-op Campaign", "+", "-")}
    one, other = (game(name, **labels) for name in ("One", "Two"))
    assert shared(one, other).labels == ("Single-player", "Co-op", "Co-op Campaign", "+", "-")


def test_of_many_the_first_are_named_and_the_rest_are_counted() -> None:
    specs = tuple(f"Spec {number}" for number in range(9))
    one, other = (game(name, specs=specs) for name in ("One", "Two"))
    assert shared(one, other).sentence() == ("They share Spec 0, Spec 1, Spec 2, Spec 3, Spec 4, Spec 5 and 3 more.")


def test_nothing_in_common_is_said_too() -> None:
    assert shared(game("One"), game("Two")).sentence() == "They share nothing that describes them."


def test_a_studio_whose_letters_change_their_number_in_lower_case_is_named_as_it_is_compared() -> None:
    one, other = (game(name, developer="İstanbul Games") for name in ("One", "Two"))
    assert shared(one, other).developers == ("i̇stanbul games",)
