from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.features.title import SHAPE, common_start, series, shape, studios, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LOST PLANET® 3 - Hi Res Movies", ["lost", "planet", "3", "hi", "res", "movies"]),
        ("Tom Clancy's Rainbow Six™", ["tom", "clancy's", "rainbow", "six"]),
        ("最強の囲碁", ["最強の囲碁"]),
        ("!!!", []),
    ],
)
def test_words_are_lower_case_without_signs(name: str, expected: list[str]) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anno 2070™ - Deep Ocean", "anno"),
        ("Old Castle: Night Pack", "old castle"),
        ("Old Castle III", "old castle"),
        ("Old Castle (Deluxe)", "old castle"),
        ("Spider-Man", "spider man"),
        ("1942", "1942"),
        (": Pack", "pack"),
    ],
)
def test_a_series_is_what_stands_before_the_first_separator_and_number(name: str, expected: str) -> None:
    assert series(name) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (None, ()),
        (" , ", ()),
        ("Alpha, Inc.", ("alpha",)),
        ("Feral Interactive (Mac), Firaxis Games", ("feral interactive", "firaxis games")),
        ("KOEI TECMO GAMES CO., LTD.", ("koei tecmo games",)),
        ("Alpha,ALPHA", ("alpha",)),
        ("Kadokawa Games / Grasshopper; Alpha|Beta", ("kadokawa games", "grasshopper", "alpha", "beta")),
        ("Cornfox & Bros.,Io-Interactive A/S", ("cornfox & bros.", "io-interactive a/s")),
    ],
)
def test_studios_are_listed_once_without_legal_forms(names: str | None, expected: tuple[str, ...]) -> None:
    assert studios(names) == expected


@given(st.text("ab", max_size=9), st.text("ab", max_size=9))
def test_a_common_start_is_the_longest(first: str, second: str) -> None:
    n = common_start(first, second)
    assert first[:n] == second[:n]
    assert n == min(len(first), len(second)) or first[n] != second[n]


def test_a_shape_has_a_number_for_each_measure() -> None:
    measured = dict(zip((name for name, _ in SHAPE), shape("EVE: 15400 PLEX™", 3), strict=True))
    assert measured["title: last number"] == 15400
    assert measured["title: has a colon"] == measured["title: has a trademark sign"] == 1
    assert measured["title: share beyond ASCII"] == 1 / 16
    assert measured["title: share of capitals"] == 7 / 16
    assert math.isnan(shape("No number", 2)[3])
