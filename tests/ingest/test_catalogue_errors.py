from __future__ import annotations

import pytest

from tasador.errors import SourceError
from tasador.ingest.formats.format import FORMATS
from tests.ingest.records import build, line


def build_some(lines: list[bytes], share: float = 0.1) -> None:
    build(lines, FORMATS["python-literals"], max_reject_share=share)


def test_a_source_of_another_format_says_what_came_and_what_was_expected() -> None:
    with pytest.raises(SourceError) as caught:
        build_some([b"appid,name,price", b"10,A Game,9.99"])
    message = str(caught.value)
    assert "test: too many of its lines are no records" in message
    assert "2 of 2 lines (100%), first line 1 (line_not_literal): 'appid,name,price'" in message
    assert "at most 10%" in message


def test_a_half_readable_source_is_refused_unless_that_is_allowed() -> None:
    lines = [line(id=str(i)) for i in range(5)] + [b"{u'id': u'"] * 5
    with pytest.raises(SourceError, match=r"5 of 10 lines \(50%\), first line 6"):
        build_some(lines)
    build_some(lines, share=0.5)


def test_records_of_something_else_are_refused_with_the_fields_they_have() -> None:
    with pytest.raises(SourceError, match="the fields items, user_id"):
        build_some([b"{u'user_id': u'1', u'items': []}"] * 20)


def test_a_source_without_a_line_is_empty() -> None:
    with pytest.raises(SourceError, match="the source is empty"):
        build_some([])


def test_a_source_of_which_no_record_is_a_game_says_which_rules_they_broke() -> None:
    with pytest.raises(SourceError, match=r"release_year_missing \(1\)"):
        build_some([line(release_date="TBA")])
