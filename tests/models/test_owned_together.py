from __future__ import annotations

import math
import tracemalloc
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from tasador.models.owned_together import DOUBT, KEPT, LEAST_OWNERS, owned_together, shares

libraries_ = st.lists(st.sets(st.integers(1, 9), max_size=6).map(sorted), max_size=40)


def by_hand(libraries: list[list[int]], one: int, other: int) -> float:
    def owners(*games: int) -> float:
        return sum(1 / math.log(2 + len(library)) for library in libraries if set(games) <= set(library))

    return owners(one, other) / (math.sqrt(owners(one) * owners(other)) + DOUBT)


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
    libraries = [[0, 1], [0, 1], [0, 1], [0, 1, 2], [0, 2], [0, 2]]
    people = sparse.csr_array([[float(game in library) for game in range(3)] for library in libraries])
    rows, others = shares(people, kept=1).nonzero()
    assert list(zip(rows.tolist(), others.tolist(), strict=True)) == [(0, 1), (1, 0), (2, 0)]


def test_a_few_who_own_a_whole_catalogue_take_little_memory() -> None:
    whole = list(range(2_000))
    tracemalloc.start()
    found = owned_together([whole, whole, whole])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {len(others) for others in found.values()} == {KEPT}
    # NOTE: the table of all pairs has four million; that they are compared takes as much memory as some hundred rows.
    assert peak < 60e6


def test_of_nobody_nothing_is_known() -> None:
    assert owned_together([]) == {}
    assert owned_together([[1], [2]]) == {}
