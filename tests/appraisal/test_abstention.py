"""When no price is said, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tasador.appraisal.abstention import REACH_DAYS, WIDEST_RATIO, Abstention
from tasador.features.game import Game

RULES = Abstention({"game": 14_000, "hardware": 10}, date(2000, 1, 1), date(2017, 6, 30))
GAME = Game("Portal Kitchen", date(2017, 8, 1), genres=("Indie",))


def test_an_ordinary_game_is_answered() -> None:
    assert RULES.reasons(GAME, (4.99, 19.99)) == ()


@pytest.mark.parametrize(
    ("game", "interval", "code", "says"),
    [
        (replace(GAME, kind="hardware"), (4.99, 19.99), "rare_kind", "10 entries of the kind hardware"),
        (replace(GAME, kind="video"), (4.99, 19.99), "rare_kind", "0 entries of the kind video"),
        (replace(GAME, release_date=date(1999, 12, 31)), (4.99, 19.99), "date_out_of_reach", "1999-12-31 is outside"),
        (replace(GAME, genres=()), (4.99, 19.99), "only_a_name", "no genre"),
        (GAME, (0.99, 59.99), "wide_interval", "$0.99 to $59.99"),
    ],
)
def test_each_reason_is_said(game: Game, interval: tuple[float, float], code: str, says: str) -> None:
    (reason,) = RULES.reasons(game, interval)
    assert reason.code == code
    assert says in str(reason)


def test_the_reach_ends_two_years_after_the_newest_release() -> None:
    last = RULES.learned_until + timedelta(days=REACH_DAYS)
    assert last == date(2019, 7, 1)
    assert not RULES.reasons(replace(GAME, release_date=last), (4.99, 9.99))
    assert RULES.reasons(replace(GAME, release_date=last + timedelta(days=1)), (4.99, 9.99))


@pytest.mark.parametrize("known", [{"developer": "Valve"}, {"specs": ("VR",)}, {"tags": ("Puzzle",)}])
def test_anything_known_besides_the_kind_is_enough(known: dict[str, object]) -> None:
    assert not RULES.reasons(replace(GAME, genres=(), **known), (4.99, 9.99))  # type: ignore[arg-type]


def test_an_interval_as_wide_as_the_limit_is_answered_and_a_wider_one_is_not() -> None:
    assert not RULES.reasons(GAME, (1.0, WIDEST_RATIO))
    (reason,) = RULES.reasons(GAME, (2.99, 21.99))
    assert reason.says.endswith("$2.99 to $21.99, a ratio of 7.4, above 7.0")


def test_all_reasons_are_given_at_once() -> None:
    bare = Game("X", date(1990, 1, 1), kind="video")
    assert len(RULES.reasons(bare, (0.99, 99.99))) == 4


def test_the_rules_survive_json() -> None:
    assert Abstention.from_dict(json.loads(json.dumps(RULES.to_dict()))) == RULES


def test_labels_that_it_has_not_learned_tell_nothing() -> None:
    odd = replace(GAME, genres=("Qwzx",))
    assert not RULES.reasons(odd, (4.99, 9.99))
    (reason,) = RULES.reasons(odd, (4.99, 9.99), frozenset({"Qwzx"}))
    assert reason.code == "only_a_name"


@pytest.mark.parametrize(
    ("today", "assumed"),
    [
        (date(2017, 6, 29), date(2017, 6, 29)),
        (date(2019, 7, 1), date(2019, 7, 1)),
        (date(2019, 7, 2), date(2017, 6, 30)),
        (date(2026, 11, 23), date(2017, 6, 30)),
    ],
)
def test_the_day_that_is_assumed_is_one_of_which_it_answers(today: date, assumed: date) -> None:
    assert RULES.day_assumed(today) == assumed
    assert not RULES.reasons(replace(GAME, release_date=assumed), (4.99, 9.99))
