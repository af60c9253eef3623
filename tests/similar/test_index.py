"""The search is exact, ties are ordered, and what a question is asked through changes no digit of its answer."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.features.game import Game
from tasador.similar import index as searched
from tasador.similar import making
from tasador.similar.entries import Entries
from tasador.similar.terms import FAMILIES, SERIES, Term, terms
from tests.features.games import catalogues, games
from tests.similar.by_hand import similarity

DAY = date(2016, 1, 1)


def of_kind(found: list[Game], kind: str) -> Entries:
    return making.entries(found, [None] * len(found), {})[kind]


@given(catalogues(least=1), games(), st.integers(1, 30), st.booleans(), st.data())
def test_no_entry_is_nearer_than_those_found(
    found: list[Game], asked: Game, k: int, with_tags: bool, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(sorted({one.kind for one in found})))
    entries = of_kind(found, kind)
    expected = sorted(
        (similarity(asked, one, found, with_tags=with_tags) for one in found if one.kind == kind), reverse=True
    )
    rows, similarities = entries.index.nearest(entries.index.weigh(asked, with_tags=with_tags), k)
    assert similarities.tolist() == pytest.approx([one for one in expected if one > 0][:k], abs=2e-6)
    days, app_ids = entries.arrays["days"][rows], entries.arrays["app_ids"][rows]
    order = list(zip(-similarities, -days, app_ids, strict=True))
    assert order == sorted(order)


@given(catalogues(least=2), games(), st.integers(1, 10), st.floats(0.5, 30), st.integers(0, 5), st.data())
def test_however_much_is_looked_at_first_the_same_is_found(
    found: list[Game], asked: Game, k: int, common: float, few: int, data: st.DataObject
) -> None:
    plain = of_kind(found, found[0].kind)
    n = plain.index.n_entries
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
    for may_be in (None, allowed):
        expected = plain.index.nearest(plain.index.weigh(asked, with_tags=True), k, may_be)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(searched, "_COMMON", common)
            patch.setattr(searched, "_FEW", few)
            index = of_kind(found, found[0].kind).index
            rows, similarities = index.nearest(index.weigh(asked, with_tags=True), k, may_be)
        assert rows.tolist() == expected[0].tolist()
        assert similarities.tolist() == expected[1].tolist()


@given(catalogues(least=1), games(), st.data())
def test_only_what_is_allowed_is_found_and_nothing_of_it_is_missed(
    found: list[Game], asked: Game, data: st.DataObject
) -> None:
    entries = of_kind(found, found[0].kind)
    n = entries.index.n_entries
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)
    query = entries.index.weigh(asked, with_tags=True)
    everything, similarities = entries.index.nearest(query, n)
    kept = allowed[everything]
    rows, of_rows = entries.index.nearest(query, 3, allowed)
    assert rows.tolist() == everything[kept][:3].tolist()
    assert of_rows.tolist() == similarities[kept][:3].tolist()


@given(catalogues(least=1))
def test_an_entry_is_most_like_itself_and_a_described_game_is_searched_as_an_entry_is(found: list[Game]) -> None:
    for kind in sorted({one.kind for one in found}):
        entries = of_kind(found, kind)
        for row in range(entries.index.n_entries):
            query = entries.index.entry(row)
            (own,) = entries.index.similarities(query, np.array([row]))
            # an entry that nothing describes, such as one named by signs alone, is like nothing
            described = 1 if len(query.numbers) else 0
            assert own == described
            assert entries.index.nearest(query, 1)[1].tolist() == [1] * described


@given(catalogues(least=1), games())
def test_what_an_entry_shares_is_told_the_rarest_first(found: list[Game], asked: Game) -> None:
    entries = of_kind(found, found[0].kind)
    for row in range(entries.index.n_entries):
        shared = entries.index.shares(row, terms(asked))
        counts = [len(entries.index.holders(term)) for term in shared]
        assert counts == sorted(counts)
        assert all(row in entries.index.holders(term) for term in shared)
        absent = set(terms(asked)) - set(shared)
        assert not any(row in entries.index.holders(term) for term in absent)


def test_what_nobody_has_makes_every_similarity_smaller() -> None:
    known = [Game("Dungeon", DAY, genres=("RPG",), app_id=1), Game("Train", DAY, genres=("Casual",), app_id=2)]
    index = of_kind(known, "game").index
    plain = index.nearest(index.weigh(Game("Dungeon", DAY, genres=("RPG",)), with_tags=True), 1)[1]
    odd = index.nearest(index.weigh(Game("Dungeon", DAY, genres=("RPG",), specs=("New",)), with_tags=True), 1)[1]
    assert plain.tolist() == [1]
    assert odd[0] < 1


def test_a_term_is_of_a_known_family() -> None:
    game = Game("Old Castle II", DAY, genres=("RPG",), developer="One, Two")
    found = terms(game)
    assert {term.family for term in found} <= set(FAMILIES)
    assert Term(SERIES, "old castle") in found
    assert len(found) == len(set(found))


def test_entries_that_nothing_describes_are_like_nothing() -> None:
    index = of_kind([Game("!!!", DAY, app_id=1), Game("???", DAY, app_id=2)], "game").index
    for query in (index.entry(0), index.weigh(Game("Dungeon", DAY), with_tags=True)):
        assert index.nearest(query, 2)[0].tolist() == []
        assert index.similarities(query, np.array([0, 1])).tolist() == [0, 0]
