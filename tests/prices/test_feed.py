from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.contracts.price_events import PRICE_RULES
from tasador.errors import SourceError
from tasador.ingest.formats.piece import Piece
from tasador.prices.feed import blocks, read_header
from tasador.prices.refusals import REJECTS
from tests.prices.feeds import change, feed, read


def rules(line: bytes) -> list[str]:
    found = read(line)
    return [] if found.set_aside.is_empty() else found.set_aside["rules"].to_list()[0]


def test_a_change_is_read_with_its_moment_in_utc() -> None:
    row = read(change("2020-06-01T19:00:00+02:00", 4.99, 9.99, "570.0")).candidates.row(0, named=True)
    assert row["at"] == dt.datetime(2020, 6, 1, 17, tzinfo=dt.UTC)
    assert (row["app_id"], row["price"], row["regular"], row["record_no"]) == (570, 4.99, 9.99, 1)


@pytest.mark.parametrize(
    "written", ["2020-06-01T19:00+02", "2020-06-01T19:00:00+02", "2020-06-01 17:00Z", "2020-06-01T19:00:00.0+0200"]
)
def test_seconds_and_minutes_of_the_offset_may_be_left_out(written: str) -> None:
    assert read(change(written)).candidates["at"].to_list() == [dt.datetime(2020, 6, 1, 17, tzinfo=dt.UTC)]


def test_a_record_of_the_future_does_not_even_end_what_held() -> None:
    assert read(change("2026-01-02T00:00:00Z")).candidates["usable"].to_list() == [True]
    assert read(change("2026-01-02T00:00:01Z"), change("2050-01-02T00:00:00Z")).candidates.is_empty()


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (change(app_id=""), ["app_id_missing"]),
        (change(app_id="5.5"), ["app_id_missing"]),
        (change(app_id=2**32), ["app_id_missing"]),
        (change(shop=" "), ["shop_missing"]),
        (change(currency="QQQ"), ["currency_unknown"]),
        (change("2020-01-01T00:00:00"), ["time_unreadable"]),
        (change("2020-01-01T00:00:60Z"), ["time_unreadable"]),
        (change("1920-01-01T00:00:00Z"), ["time_implausible"]),
        (change("2026-01-02T00:00:01Z"), ["time_in_future"]),
        (change("2050-01-02T00:00:00Z"), ["time_implausible", "time_in_future"]),
        (change(price="free"), ["price_unreadable"]),
        (change(price="nan", regular="nan"), ["price_implausible"]),
        (change(price=-1), ["price_implausible"]),
        (change(price=80_000, regular=80_000), ["price_implausible"]),
        (change(price=10.0), ["price_above_regular"]),
        (b"", ["line_blank"]),
        (b"\r", ["line_blank"]),
        (b"\xff" + change(), ["line_not_utf8"]),
        (change(title='"open'), ["row_misquoted"]),
        (change(title="one, two"), ["row_ragged"]),
    ],
)
def test_what_breaks_a_rule_is_set_aside_whole_under_its_name(line: bytes, broken: list[str]) -> None:
    assert rules(line) == broken
    assert read(line).set_aside["record"].to_list() == [line]


def test_every_rule_has_a_case_above() -> None:
    cases = test_what_breaks_a_rule_is_set_aside_whole_under_its_name.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {rule for _, broken in cases for rule in broken} == {name for name, _ in PRICE_RULES.values()} | set(REJECTS)


def test_a_price_of_another_currency_may_be_large() -> None:
    assert rules(change(price=80_000, regular=80_000, currency="KRW")) == []


def test_a_title_with_commas_and_quotes_is_one_cell() -> None:
    assert rules(change(title='"One, ""two"""')) == []


def test_what_cannot_be_used_still_says_that_something_changed() -> None:
    found = read(change(price=80_000, regular=80_000), change(app_id=""))
    assert found.candidates["usable"].to_list() == [False]


def test_a_feed_without_a_column_is_refused_by_its_name() -> None:
    with pytest.raises(SourceError, match="no column timestamp and no regular"):
        read_header(b"appid,shop,price,currency\n", where="feed.csv")


def test_the_order_of_columns_and_a_byte_order_mark_do_not_matter() -> None:
    data = feed(b"USD,10,2020-01-01T00:00:00Z,X,1,2", header=b"\xef\xbb\xbfcurrency,appid,timestamp,shop,price,regular")
    ((header, block),) = blocks(Piece("feed.csv", lambda: iter([data])))
    assert block.startswith(b"USD")
    assert header.at["app_id"] == 1


@given(st.lists(st.one_of(st.just(change()), st.just(change(app_id="x")), st.binary(max_size=40))))
def test_every_line_is_a_candidate_or_set_aside(lines: list[bytes]) -> None:
    lines = [line.replace(b"\n", b" ") for line in lines]
    found = read(*lines)
    usable = found.candidates.filter("usable")["record_no"].to_list()
    assert sorted(usable + found.set_aside["record_no"].to_list()) == list(range(1, len(lines) + 1))
    kept = dict(found.set_aside.select("record_no", "record").iter_rows())
    assert all(lines[number - 1] == record for number, record in kept.items())
