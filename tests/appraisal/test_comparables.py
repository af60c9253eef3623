"""Comparables are the nearest paid entries known at a date, exactly, with stable ties and adjusted prices."""

from __future__ import annotations

import dataclasses
import json
import math
import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.comparables import Comparables, disagreement, second_opinion
from tasador.features.game import Game
from tasador.similar import making
from tests.similar.by_hand import similarity

DAY: Final = date(2016, 6, 1)
WORDS: Final = ("Dungeon", "Quest", "Train", "Pack", "Star", "Soundtrack", "II")
GENRES: Final = ("Action", "Indie", "RPG", "Casual")
SPECS: Final = ("Single-player", "Co-op", "Steam Cloud")

games_: Final = st.builds(
    Game,
    name=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
    release_date=st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days)),
    kind=st.sampled_from(("game", "game", "dlc")),
    genres=st.lists(st.sampled_from(GENRES), unique=True).map(tuple),
    specs=st.lists(st.sampled_from(SPECS), unique=True).map(tuple),
    developer=st.sampled_from((None, "One", "Two")),
    app_id=st.none() | st.integers(1, 10_000),
    price_usd=st.sampled_from((None, 0.0, 0.99, 4.99, 9.99)),
)
catalogues: Final = st.lists(games_, min_size=1, max_size=60)


def game(name: str = "Dungeon", **fields: Any) -> Game:
    found: dict[str, Any] = {"release_date": DAY - timedelta(days=1), "genres": ("RPG",), "price_usd": 9.99, **fields}
    return Game(name, **found)


def index(games: Sequence[Game], log_prices: Sequence[float] | None = None) -> Comparables:
    return Comparables(making.entries(games, log_prices or [0.0] * len(games), {}))


def by_hand(games: Sequence[Game], asked: Game, before: date) -> list[float]:
    """The similarities of all comparables, the highest first."""
    found = [
        similarity(asked, one, games, with_tags=False)
        for one in games
        if one.price_usd and one.kind == asked.kind and one.release_date < before and not is_itself(one, asked)
    ]
    return sorted((one for one in found if one), reverse=True)


def is_itself(one: Game, asked: Game) -> bool:
    named_alike = (one.name.casefold(), one.developer) == (asked.name.casefold(), asked.developer)
    return named_alike or (one.app_id is not None and one.app_id == asked.app_id)


@given(catalogues, games_, st.integers(1, 70))
def test_no_entry_is_nearer_than_those_found(games: list[Game], asked: Game, k: int) -> None:
    found = index(games).nearest(asked, 0.0, DAY, k)
    expected = by_hand(games, asked, DAY)[:k]
    assert [one.similarity for one in found] == pytest.approx(expected, abs=2e-6)
    order = [(-one.similarity, -one.release_date.toordinal(), one.app_id or -1) for one in found]
    assert order == sorted(order)


@given(catalogues, games_)
def test_every_one_is_paid_earlier_of_the_kind_and_not_itself(games: list[Game], asked: Game) -> None:
    known = {(one.name, one.release_date, one.price_usd) for one in games if one.kind == asked.kind}
    for one in index(games).nearest(asked, 0.0, DAY, 100):
        assert one.price_usd > 0
        assert one.release_date < DAY
        assert (one.name, one.release_date, one.price_usd) in known
        assert asked.app_id is None or one.app_id != asked.app_id


@given(catalogues, games_)
def test_later_entries_never_show_their_prices(games: list[Game], asked: Game) -> None:
    dearer = [
        dataclasses.replace(one, price_usd=99.99) if one.price_usd and one.release_date >= DAY else one for one in games
    ]
    assert index(games).nearest(asked, 0.0, DAY) == index(dearer).nearest(asked, 0.0, DAY)


def test_at_equal_similarity_the_newer_comes_first_then_the_lower_app_id() -> None:
    twins = [
        game("Dungeon Two", developer="One", app_id=app_id, release_date=DAY - timedelta(days=days))
        for app_id, days in ((5, 30), (9, 10), (3, 10), (7, 90))
    ]
    found = index([*twins, game("Train", genres=("Action",))]).nearest(game(), 0.0, DAY, 3)
    assert [one.app_id for one in found] == [3, 9, 5]


def test_the_entry_itself_is_left_out_by_app_id_and_by_name_and_developer() -> None:
    asked = game("Dungeon", app_id=1, developer="One")
    games = [
        game("Other Name", app_id=1, developer="Two"),
        game("DUNGEON", app_id=2, developer="one"),
        game("Dungeon", app_id=3, developer="Two"),
    ]
    assert [one.app_id for one in index(games).nearest(asked, 0.0, DAY)] == [3]


def test_a_price_is_adjusted_by_what_the_hedonic_twin_says_of_the_difference() -> None:
    comparables = index([game("Dungeon Two", price_usd=10.0)], [math.log(8)])
    (one,) = comparables.nearest(game(), math.log(12), DAY)
    assert one.price_usd == 10
    assert one.adjusted_price_usd == pytest.approx(15)


def test_what_is_shared_is_named_that_which_tells_most_first() -> None:
    games = [game("Dungeon Two", genres=("RPG", "Indie")), *(game(f"Train {n}", genres=("Indie",)) for n in range(9))]
    (one, *_) = index(games).nearest(game("The Dungeon", genres=("Indie", "RPG")), 0.0, DAY)
    assert one.shared == ("RPG", "Indie", "“dungeon”")
    assert one.reason == "They share RPG, Indie and “dungeon”."


def test_a_genre_and_a_word_of_one_spelling_are_two_things() -> None:
    games = [game("action", genres=("Casual",)), game("Puzzle", genres=("Action",))]
    (one,) = index(games).nearest(game("Chess", genres=("Action",)), 0.0, DAY)
    assert (one.name, one.shared) == ("Puzzle", ("Action",))


def test_a_kind_or_a_time_without_entries_has_no_comparables() -> None:
    comparables = index([game()])
    assert comparables.nearest(game("Train", kind="dlc"), 0.0, DAY) == ()
    assert comparables.nearest(game("Train"), 0.0, DAY - timedelta(days=1)) == ()
    assert index([]).nearest(game(), 0.0, DAY) == ()


def test_the_second_opinion_is_the_median_of_five_adjusted_prices_or_more() -> None:
    games = [game(f"Dungeon {n}", price_usd=float(n)) for n in range(1, 8)]
    found = index(games, [0.1 * n for n in range(7)]).nearest(game(), 0.3, DAY)
    assert second_opinion(found) == statistics.median(one.adjusted_price_usd for one in found)
    assert second_opinion(found[:5]) is not None
    assert second_opinion(found[:4]) is None


@given(st.floats(0.01, 1_000), st.floats(0.01, 1_000))
def test_disagreement_is_at_least_one_whoever_is_higher(one: float, other: float) -> None:
    assert disagreement(one, other) == disagreement(other, one) >= 1
    assert disagreement(one, one) == 1


def test_a_comparable_is_told_in_json() -> None:
    (one,) = index([game("Dungeon Two", app_id=7)]).nearest(game(), math.log(2), DAY)
    told = json.loads(json.dumps(one.to_dict()))
    assert (told["app_id"], told["price"], told["adjusted_price"]) == (7, "9.99", "19.98")


@given(catalogues, games_, st.sets(st.integers(1, 10_000)), st.sets(st.integers(1, 10_000)), st.integers(1, 70))
def test_pinned_ones_come_first_and_dropped_ones_not_at_all(
    games: list[Game], asked: Game, pinned: set[int], dropped: set[int], k: int
) -> None:
    known = sorted({one.app_id for one in games if one.app_id is not None})
    pinned, dropped = {*pinned, *known[::3]}, {*dropped, *known[1::3]} - pinned
    place = index(games)
    found = place.nearest(asked, 0.0, DAY, k, pinned=pinned, dropped=dropped)
    kept = [one for one in place.nearest(asked, 0.0, DAY, len(games)) if one.app_id not in dropped]
    first = [one for one in kept if one.app_id in pinned]
    assert list(found) == [*first, *(one for one in kept if one.app_id not in pinned)][:k]
