"""Answers that are remembered: those asked for last, as many as there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tasador.web.memory import Memory
from tasador.web.reply import Question, Reply


def reply(n: int) -> Reply:
    return Reply(b"x" * n, "tag")


def test_what_was_kept_is_given_back() -> None:
    memory, kept = Memory(), reply(10)
    memory.keep(("/v1/games", b"q=a"), kept)
    assert memory.get(("/v1/games", b"q=a")) is kept
    assert memory.get(("/v1/games", b"q=b")) is None


def test_those_asked_for_longest_ago_are_forgotten_first() -> None:
    memory = Memory(40_000)
    for name in "abc":
        memory.keep((name, b""), reply(2_000))
    assert memory.get(("a", b"")) is not None
    memory.keep(("d", b""), reply(2_000))
    assert [name for name in "abcd" if memory.get((name, b"")) is not None] == ["a", "c", "d"]


def test_one_that_would_take_the_place_of_many_is_not_kept() -> None:
    memory = Memory()
    memory.keep(("a", b""), reply(400_000))
    assert memory.get(("a", b"")) is None


@given(st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=2_000), st.integers(0, 90_000)), max_size=60))
def test_it_has_a_bound_and_holds_the_last(kept: list[tuple[str, bytes, int]]) -> None:
    memory, bound = Memory(500_000), 500_000
    sizes: dict[Question, int] = {}
    for path, query, n in kept:
        memory.keep((path, query), reply(n))
        sizes.setdefault((path, query), 2 * n + len(query))
        assert sum(size for question, size in sizes.items() if memory.get(question) is not None) <= bound
    if kept and kept[-1][2] < 80_000:
        assert memory.get(kept[-1][:2]) is not None
