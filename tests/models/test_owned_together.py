from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.models import owned_together as together
from tasador.models.owned_together import LEAST_OWNERS, owned_together

libraries_ = st.lists(st.sets(st.integers(1, 9), max_size=6).map(sorted), max_size=40)


def by_hand(libraries: list[list[int]], one: int, other: int) -> float:
    def owners(*games: int) -> float:
        return sum(1 / math.log(2 + len(library)) for library in libraries if set(games) <= set(library))

    return owners(one, other) / (math.sqrt(owners(one) * owners(other)) + 10)


@given(libraries_)
def test_games_are_alike_as_the_formula_says_where_enough_own_both(libraries: list[list[int]]) -> None:
    found = owned_together(libraries)
    for one, other in combinations(range(1, 10), 2):
        n = sum({one, other} <= set(library) for library in libraries)
        share = found.get(one, {}).get(other)
        assert share == found.get(other, {}).get(one)
        assert (share is not None) == (n >= LEAST_OWNERS)
        if share is not None:
            assert share == pytest.approx(by_hand(libraries, one, other))
            assert 0 < share < 1


def test_of_each_game_the_most_alike_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "_KEPT", 1)
    found = owned_together([[1, 2], [1, 2], [1, 2], [1, 2, 3], [1, 3], [1, 3]])
    assert found[1].keys() == {2}
    assert found[3].keys() == {1}


def test_of_nobody_nothing_is_known() -> None:
    assert owned_together([]) == {}
    assert owned_together([[1], [2]]) == {}
