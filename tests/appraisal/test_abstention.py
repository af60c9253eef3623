"""When no price is said, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tasador.appraisal.abstention import REACH_DAYS, Abstention
from tasador.features.game import Game

RULES = Abstention({"game": 14_000, "hardware": 10}, date(2000, 1, 1), date(2017, 6, 30), 8.0)
GAME = Game("Portal Kitchen", date(2017, 8, 1), genres=("Indie",))


def test_an_ordinary_game_is_answered() -> None:
    assert RULES.reasons(GAME, (4.99, 19.99)) == ()


@pytest.mark.parametrize(
    ("game", "interval", "says"),
    [
        (replace(GAME, kind="hardware"), (4.99, 19.99), "10 entries of the kind hardware"),
        (replace(GAME, kind="video"), (4.99, 19.99), "0 entries of the kind video"),
        (replace(GAME, release_date=date(1999, 12, 31)), (4.99, 19.99), "1999-12-31 is outside"),
        (replace(GAME, genres=()), (4.99, 19.99), "no genre"),
        (GAME, (0.99, 59.99), "$0.99 to $59.99"),
    ],
)
def test_each_reason_is_said(game: Game, interval: tuple[float, float], says: str) -> None:
    (reason,) = RULES.reasons(game, interval)
    assert says in reason


def test_the_reach_ends_two_years_after_the_newest_release() -> None:
    last = RULES.learned_until + timedelta(days=REACH_DAYS)
    assert last == date(2019, 7, 1)
    assert not RULES.reasons(replace(GAME, release_date=last), (4.99, 9.99))
    assert RULES.reasons(replace(GAME, release_date=last + timedelta(days=1)), (4.99, 9.99))


@pytest.mark.parametrize("known", [{"developer": "Valve"}, {"specs": ("VR",)}, {"tags": ("Puzzle",)}])
def test_anything_known_besides_the_kind_is_enough(known: dict[str, object]) -> None:
    assert not RULES.reasons(replace(GAME, genres=(), **known), (4.99, 9.99))  # type: ignore[arg-type]


def test_all_reasons_are_given_at_once() -> None:
    bare = Game("X", date(1990, 1, 1), kind="video")
    assert len(RULES.reasons(bare, (0.99, 99.99))) == 4


def test_the_rules_survive_json() -> None:
    assert Abstention.from_dict(json.loads(json.dumps(RULES.to_dict()))) == RULES
