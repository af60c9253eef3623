from __future__ import annotations

import datetime as dt

import polars as pl

from tasador.prices.intervals import build
from tasador.prices.lookup import held_at, launches, narrowed
from tests.prices.feeds import SOURCE, candidates, moment


def released(**days: int) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"app_id": int(name[1:]), "release_date": moment(day).date(), "release_precision": "day"}
            for name, day in days.items()
        ]
    )


def test_a_launch_price_is_the_list_price_on_the_day_of_release_though_it_was_sold_before() -> None:
    rows = [(0, 10.0), (2, 10.0), (5, 8.0)]
    events, _ = build(
        candidates([{"at": moment(day), "price": 5.0, "regular": regular} for day, regular in rows]), [SOURCE]
    )
    (row,) = launches(events, released(a10=4)).to_dicts()
    assert row["launch_price"] == 10.0
    assert row["days_after_release"] == 0


def test_a_feed_that_begins_after_the_release_says_how_long_after() -> None:
    events, _ = build(candidates([{"at": moment(30.5), "price": 5.0, "regular": 20.0}]), [SOURCE])
    (row,) = launches(events, released(a10=0)).to_dicts()
    assert (row["launch_price"], row["days_after_release"]) == (20.0, 30)


def test_entries_without_a_day_of_release_have_no_launch_price() -> None:
    events, _ = build(
        candidates([{"at": moment(0), "price": 5.0}, {"app_id": 20, "at": moment(0), "price": 1.0}]), [SOURCE]
    )
    games = released(a10=0).with_columns(release_precision=pl.lit("year"))
    assert launches(events, games).is_empty()


def test_a_price_holds_from_its_first_moment_up_to_the_next() -> None:
    events, _ = build(candidates([{"at": moment(0), "price": 5.0}, {"at": moment(1), "price": 6.0}]), [SOURCE])
    second = dt.timedelta(seconds=1)
    assert held_at(events, moment(0) - second).is_empty()
    assert held_at(events, moment(0))["price"].to_list() == [5.0]
    assert held_at(events, moment(1) - second)["price"].to_list() == [5.0]
    assert held_at(events, moment(1))["price"].to_list() == [6.0]


def test_events_are_narrowed_to_a_shop_and_a_currency() -> None:
    rows = [{"at": moment(0), "price": 5.0, "shop": shop, "currency": code} for shop in "AB" for code in ("EUR", "USD")]
    events, _ = build(candidates(rows), [SOURCE])
    assert narrowed(events).height == 4
    assert narrowed(events, shop="A").height == 2
    assert narrowed(events, shop="A", currency="EUR").height == 1
