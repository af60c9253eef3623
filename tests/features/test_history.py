"""A release is found by each of its keys, whatever else there is, and by no other."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given

from tasador.errors import TasadorError
from tasador.features import keys
from tasador.features.game import Game
from tasador.features.history import WINDOW, History
from tasador.features.title import words
from tests.features.games import catalogues

DAY = date(2016, 6, 1)

#: Developers whose keys have the same hash: as numbers they differ by a multiple of the modulus.
ALIKE = ("momomrmomnmrmmmpnnmp", "nmnmpmnmmmqmrmnmmmom")


@given(catalogues())
def test_a_release_is_found_by_each_of_its_keys(catalogue: list[Game]) -> None:
    history = History.from_dict(json.loads(json.dumps(History.of(catalogue).to_dict())))
    expected: dict[str, int] = {}
    for game in catalogue:
        if game.price_usd:
            for key in set(keys.of(game, words(game.name))):
                expected[key] = expected.get(key, 0) + 1
    for key, n in expected.items():
        found, positions = history.look_up(key, len(history))
        assert found == n
        assert len(positions) == min(n, WINDOW)
        assert list(positions) == sorted(set(positions))
        assert history.look_up(f"{key} of none", len(history)) == (0, ())


def test_keys_that_cannot_be_told_apart_are_refused_when_the_history_is_made() -> None:
    games = [Game(f"Game {number}", DAY, developer=name, price_usd=5.0) for number, name in enumerate(ALIKE)]
    for game in games:
        assert len(History.of([game])) == 1
    with pytest.raises(TasadorError, match="the same hash"):
        History.of(games)


def test_a_name_that_is_no_valid_text_is_looked_up_too() -> None:
    assert History.of([]).look_up("word \ud800 game", 0) == (0, ())
