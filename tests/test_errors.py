from __future__ import annotations

import pytest

from tasador.errors import SourceError, TasadorError, UnknownValueError, WorkspaceError


def test_an_error_says_what_where_got_expected_and_what_to_do() -> None:
    error = SourceError("too short", where="a.json", got="1 line", expected="2", do="Add one.")
    assert str(error) == "a.json: too short; got 1 line; expected 2. Add one."
    assert (error.what, error.where, error.got, error.expected, error.do) == (
        "too short", "a.json", "1 line", "2", "Add one."
    )  # fmt: skip


def test_parts_that_are_not_known_are_left_out() -> None:
    assert str(WorkspaceError("broken")) == "broken."


def test_an_unknown_value_names_the_known_ones() -> None:
    assert str(UnknownValueError("year", 1066, [2015, 2016])) == (
        "year: there is no such value; got 1066; expected one of 2015, 2016."
    )
    assert "and 10 more" in str(UnknownValueError("year", 1, range(50)))
    assert "nothing: there is none" in str(UnknownValueError("year", 1, ()))


@pytest.mark.parametrize("kind", [SourceError, WorkspaceError])
def test_every_error_is_a_tasador_error(kind: type[TasadorError]) -> None:
    assert issubclass(kind, TasadorError)
