from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.registry.tenures import in_effect, on_day, predecessor, tenures

Entry = dict[str, Any]


def entry(at: str, version: str, previous: str | None, action: str = "promote") -> Entry:
    return {"at": f"2026-03-{at}:00+00:00", "action": action, "version": version, "previous": previous, "snapshot": "s"}


HISTORY = [entry("01T10:00", "a", None), entry("03T12:00", "b", "a"), entry("03T18:00", "a", "b", "rollback")]


def test_each_version_answers_until_the_next_one() -> None:
    found = [(tenure.version, tenure.since.day, tenure.until and tenure.until.hour) for tenure in tenures(HISTORY, "a")]
    assert found == [("a", 1, 12), ("b", 3, 18), ("a", 3, None)]


@pytest.mark.parametrize(
    ("day", "versions"),
    [
        (date(2026, 2, 28), []),
        (date(2026, 3, 1), ["a"]),
        (date(2026, 3, 2), ["a"]),
        (date(2026, 3, 3), ["a", "b", "a"]),
        (date(2026, 3, 4), ["a"]),
    ],
)
def test_a_day_tells_who_answered(day: date, versions: list[str]) -> None:
    assert [tenure.version for tenure in on_day(HISTORY, "a", day)] == versions


def test_days_are_those_of_utc() -> None:
    late = {**entry("01T10:00", "a", None), "at": "2026-03-01T23:30:00-05:00"}
    assert on_day([late], "a", date(2026, 3, 1)) == []
    assert [tenure.to_dict()["since"] for tenure in on_day([late], "a", date(2026, 3, 2))] == [
        "2026-03-02T04:30:00+00:00"
    ]


def test_an_entry_whose_writer_was_killed_did_not_take_effect() -> None:
    lost = [entry("01T10:00", "a", None), entry("02T10:00", "b", "a")]
    assert [tenure.version for tenure in tenures(lost, "a")] == ["a"]
    assert predecessor(lost, "a") is None
    again = [*lost, entry("03T10:00", "b", "a")]
    assert in_effect(again, "b") == [again[0], again[2]]
    assert predecessor(again, "b") == "a"


def test_rolling_back_twice_goes_further_back() -> None:
    history = [entry("01T10:00", "a", None), entry("02T10:00", "b", "a"), entry("03T10:00", "c", "b")]
    assert predecessor(history, "c") == "b"
    history.append(entry("04T10:00", "b", "c", "rollback"))
    assert predecessor(history, "b") == "a"
    history.append(entry("05T10:00", "a", "b", "rollback"))
    assert predecessor(history, "a") is None


def test_without_a_history_nobody_answered() -> None:
    assert tenures([], None) == []
    assert predecessor([], "a") is None


@given(st.lists(st.sampled_from(["a", "b", "c", "rollback"]), max_size=20))
def test_rollbacks_undo_promotions_in_their_order(actions: list[str]) -> None:
    history: list[Entry] = []
    stack: list[str] = []
    for number, action in enumerate(actions):
        champion = stack[-1] if stack else None
        at = f"01T{number:02}:00"
        if action == "rollback":
            expected = stack[-2] if len(stack) > 1 else None
            assert predecessor(history, champion) == expected
            if expected is not None:
                stack.pop()
                history.append(entry(at, expected, champion, "rollback"))
        elif action != champion:
            history.append(entry(at, action, champion))
            stack.append(action)
    assert len(tenures(history, stack[-1] if stack else None)) == len(history)
