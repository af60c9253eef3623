"""Filters, variety and recommendations, on a catalogue that is small enough to see through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.features.game import Game
from tasador.similar import choosing, making
from tasador.similar.asked import Asked
from tasador.similar.entries import Entries
from tasador.similar.joining import OWNED_COUNTS, blend, joined
from tasador.similar.recommending import recommend
from tasador.similar.searching import search
from tasador.similar.table import shown
from tests.features.games import catalogues

DAY = date(2016, 6, 1)


def game(app_id: int, name: str, year: int = 2016, **fields: Any) -> Game:
    return Game(name, date(year, 6, 1), app_id=app_id, **{"genres": ("RPG",), "price_usd": 9.99, **fields})


GAMES = [
    game(1, "Old Castle", developer="Alpha", tags=("Dark", "Knights")),
    game(2, "Old Castle II", 2018, developer="Alpha", tags=("Dark", "Knights"), price_usd=19.99),
    game(3, "Young Knight", 2012, developer="Alpha", tags=("Dark",), price_usd=None),
    game(4, "Moat", 2017, developer="Beta", tags=("Dark", "Knights"), price_usd=0.0),
    game(5, "Moat Again", 2017, developer="Beta", tags=("Dark", "Knights"), price_usd=4.99),
    game(6, "Trains", 2017, developer="Gamma", genres=("Simulation",), tags=("Trains",)),
    game(7, "Old Castle - Soundtrack", developer="Alpha", kind="soundtrack"),
    game(8, "Trains - Soundtrack", developer="Gamma", kind="soundtrack", genres=("Simulation",)),
]
BY_ID = {one.app_id: one for one in GAMES}


def kinds(owned: making.Owned | None = None) -> dict[str, Entries]:
    return making.entries(GAMES, [None] * len(GAMES), owned or {})


def found(asked: Asked, game: Game = GAMES[0]) -> list[int]:
    return [app_id for app_id, _ in search(kinds(), game, asked)]


def test_all_of_the_kind_that_are_alike_are_found_and_the_game_itself_is_not() -> None:
    assert sorted(found(Asked())) == [2, 3, 4, 5]
    assert found(Asked())[0] == 2


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(price_max=9.99), {4, 5}),
        (Asked(price_min=4.99), {2, 5}),
        (Asked(price_min=0.01, price_max=9.99), {5}),
        (Asked(year_min=2017), {2, 4, 5}),
        (Asked(year_max=2012), {3}),
        (Asked(year_min=2013, year_max=2017), {4, 5}),
        (Asked(other_series=True), {3, 4, 5}),
        (Asked(other_developer=True), {4, 5}),
        (Asked(kind="soundtrack"), {7}),
        (Asked(kind="dlc"), set()),
        (Asked(kind="soundtrack", other_developer=True), set()),
    ],
)
def test_all_that_is_asked_holds(asked: Asked, expected: set[int]) -> None:
    assert set(found(asked)) == expected


def test_the_soundtrack_of_a_game_is_the_one_most_like_it() -> None:
    assert found(Asked(limit=1, kind="soundtrack")) == [7]
    assert found(Asked(limit=1, kind="soundtrack"), GAMES[5]) == [8]


def test_a_described_game_has_the_likes_of_an_entry_described_so() -> None:
    described = replace(GAMES[0], app_id=None)
    # NOTE: the entry itself comes first, as it is another one now.
    assert search(kinds(), described, Asked())[0] == (1, 1.0)
    assert search(kinds(), described, Asked())[1:] == search(kinds(), GAMES[0], Asked())


def test_those_that_differ_are_not_the_most_alike() -> None:
    tags = ("Dark", "Knights", "Moats", "Towers")
    games = [
        game(1, "Castle", tags=tags, genres=()),
        game(2, "One", tags=tags[:3], genres=()),
        game(3, "One", tags=tags[:3], genres=()),
        game(4, "Two", tags=tags[2:], genres=()),
        *(game(number, f"Trains {number}", tags=("Trains",), genres=()) for number in range(5, 20)),
    ]
    made = making.entries(games, [None] * len(games), {})
    assert [app_id for app_id, _ in search(made, games[0], Asked(limit=2))] == [2, 3]
    assert [app_id for app_id, _ in search(made, games[0], Asked(limit=2, diverse=True))] == [2, 4]


@given(catalogues(least=3), st.integers(1, 5))
def test_variety_chooses_among_the_most_alike_and_always_the_same(games: list[Game], k: int) -> None:
    entries = making.entries(games, [None] * len(games), {})[games[0].kind]
    rows, similarities = entries.index.nearest(entries.index.entry(0), 10)
    chosen, of_chosen = choosing.varied(entries.index, rows, similarities, k)
    assert set(chosen.tolist()) <= set(rows.tolist())
    assert len(chosen) == len(set(chosen.tolist())) == min(k, len(rows))
    assert chosen[0] == rows[0]
    assert dict(zip(chosen, of_chosen, strict=True)).items() <= dict(zip(rows, similarities, strict=True)).items()
    again = choosing.varied(entries.index, rows, similarities, k)
    assert again[0].tolist() == chosen.tolist()


# what people own


def test_what_the_same_people_own_comes_nearer() -> None:
    owned = {1: {6: 0.9}, 6: {1: 0.9}}
    entries = kinds(owned)["game"]
    row, trains = entries.row(1), entries.row(6)
    assert row is not None
    rows, similarities = joined(entries, row, 5)
    assert rows[0] == trains
    assert similarities[0] == pytest.approx(1 - 0.1**OWNED_COUNTS)
    # those of whom nobody knows stay as alike as they were
    without, before = joined(kinds()["game"], row, 5)
    assert (
        dict(zip(without.tolist(), before.tolist(), strict=True)).items()
        <= dict(zip(rows.tolist(), similarities.tolist(), strict=True)).items()
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_joined_similarity_is_no_less_than_either_and_no_more_than_one(described: float, owned: float) -> None:
    (one,) = blend(np.array([described]), np.array([owned]))
    assert max(described, owned) - 1e-6 <= one <= 1


def test_what_may_not_be_found_is_not_found_by_what_people_own() -> None:
    entries = kinds({1: {6: 0.9, 4: 0.9}})
    told = search(entries, GAMES[0], Asked(year_max=2016))
    assert {app_id for app_id, _ in told} == {3}


# recommendations


def owned(*app_ids: int) -> dict[int, Game]:
    return {app_id: BY_ID[app_id] for app_id in app_ids}


def test_what_is_owned_is_not_recommended_and_what_is_like_all_of_it_comes_first() -> None:
    liked = recommend(kinds(), owned(1, 4), Asked(kind="game"))
    because = {one.app_id: one.because for one in liked}
    assert because == {5: (4, 1), 2: (1, 4), 3: (1, 4)}
    assert liked[-1].app_id == 3
    assert [one.similarity for one in liked] == sorted((one.similarity for one in liked), reverse=True)


def test_what_is_recommended_is_as_alike_as_it_is_to_what_is_owned_on_average() -> None:
    entries = kinds()["game"]
    rows = {app_id: entries.row(app_id) or 0 for app_id in (1, 4)}
    liked = {one.app_id: one.similarity for one in recommend(kinds(), owned(1, 4), Asked(kind="game"))}
    for app_id, similarity in liked.items():
        row = np.array([entries.row(app_id)])
        each = [entries.index.similarities(entries.index.entry(own), row)[0] for own in rows.values()]
        assert similarity == pytest.approx(np.mean(each), abs=2e-6)


def test_games_of_other_kinds_speak_too() -> None:
    liked = recommend(kinds(), owned(8), Asked(kind="game"))
    assert liked[0].app_id == 6
    assert liked[0].because == (8,)


def test_a_game_that_the_entries_lack_is_compared_by_what_describes_it() -> None:
    new = replace(GAMES[5], app_id=99)
    assert recommend(kinds(), {99: new}, Asked(kind="game"))[0].app_id == 6


def test_recommendations_are_chosen_and_varied_as_similar_games_are() -> None:
    assert {one.app_id for one in recommend(kinds(), owned(1), Asked(kind="game", other_developer=True))} == {4, 5}
    assert len(recommend(kinds(), owned(1), Asked(limit=2, kind="game", diverse=True))) == 2
    assert recommend(kinds(), owned(1), Asked(kind="video")) == []


def test_what_people_own_beside_is_recommended() -> None:
    plain = recommend(kinds(), owned(1), Asked(kind="game"))
    assert 6 not in [one.app_id for one in plain]
    liked = recommend(kinds({1: {6: 0.3}}), owned(1, 4), Asked(kind="game"))
    one = next(one for one in liked if one.app_id == 6)
    assert one.because == (1,)
    assert one.similarity == pytest.approx(1 - (1 - 0.3 / 2) ** OWNED_COUNTS, abs=1e-6)


def test_to_one_game_what_is_recommended_is_as_alike_as_what_is_similar() -> None:
    entries = kinds({1: {6: 0.3, 2: 0.2}})
    liked = recommend(entries, owned(1), Asked(kind="game"))
    assert [(one.app_id, shown(one.similarity)) for one in liked] == search(entries, GAMES[0], Asked())
