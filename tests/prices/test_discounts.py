from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given

from tasador.prices.discounts import BY, By, summary, tally
from tasador.prices.intervals import build
from tests.prices.feeds import candidates, moment
from tests.prices.test_intervals import SOURCES, records

UNTIL = moment(1_000)
GAMES = pl.DataFrame(
    {
        "app_id": [10, 20, 30],
        "release_date": [moment(0).date(), moment(0).date(), moment(0).date()],
        "release_precision": ["day", "year", "day"],
        "genres": [["Action", "Indie"], ["Action"], None],
    },
    schema_overrides={"app_id": pl.UInt32},
)


def summed(rows: list[dict[str, Any]], by: By, until: Any = UNTIL) -> dict[str, Any]:
    events, _ = build(candidates(rows), SOURCES)
    return summary([tally(events, GAMES, by, until=until)], by)


def changes(*rows: tuple[float, float], regular: float = 10.0, **others: Any) -> list[dict[str, Any]]:
    return [{"at": moment(day), "price": price, "regular": regular, **others} for day, price in rows]


def test_a_discount_is_a_run_below_the_regular_price_as_deep_as_its_deepest() -> None:
    found = summed(changes((0, 10.0), (100, 5.0), (105, 2.5), (110, 10.0), (200, 8.0), (210, 10.0)), "genre")
    action, indie = found["groups"]
    assert action == {
        "genre": "Action",
        "app_ids": 1,
        "years": round(1_000 / 365.25, 2),
        "discounts": 2,
        "discounts_a_year": round(2 * 365.25 / 1_000, 3),
        "time_share": 0.02,
        "depth_q25": 0.2,
        "depth_median": 0.2,
        "depth_q75": 0.75,
    }
    assert indie == {**action, "genre": "Indie"}


def test_a_discount_belongs_to_the_year_of_age_in_which_it_began_and_its_time_to_those_it_was_in() -> None:
    year = 365.25
    found = summed(changes((0, 10.0), (year - 10, 5.0), (year + 30, 10.0)), "age", moment(2 * year))
    first, second = found["groups"]
    assert (first["age_years"], first["discounts"], second["discounts"]) == (0, 1, 0)
    assert (first["time_share"], second["time_share"]) == (round(10 / year, 4), round(30 / year, 4))
    assert (first["years"], second["years"]) == (1.0, 1.0)


def test_time_before_the_release_is_no_age() -> None:
    found = summed(changes((-300, 5.0), (-100, 10.0)), "age", moment(100))
    (only,) = found["groups"]
    assert (only["discounts"], only["years"]) == (0, round(100 / 365.25, 2))


@pytest.mark.parametrize("by", BY)
def test_a_discount_that_begins_with_the_last_record_is_counted_without_time(by: By) -> None:
    found = summed(changes((0, 5.0)), by, moment(0))["groups"][0]
    assert (found["discounts"], found["years"], found["discounts_a_year"], found["time_share"]) == (1, 0.0, None, None)


def test_what_is_free_is_not_counted() -> None:
    assert summed(changes((0, 0.0), regular=0.0), "genre")["groups"] == []


def test_the_loss_of_the_join_is_told() -> None:
    rows = [row for app_id in (10, 20, 30, 40) for row in changes((0, 10.0), app_id=app_id)]
    assert summed(rows, "genre")["join"] == {"app_ids": 4, "absent": 1, "unknown": 1}
    assert summed(rows, "age")["join"] == {"app_ids": 4, "absent": 1, "unknown": 1}


@pytest.mark.parametrize("by", BY)
@given(rows=records)
def test_parts_add_up_to_the_whole(by: By, rows: list[dict[str, Any]]) -> None:
    events, _ = build(candidates(rows), SOURCES)
    parts = [events.filter(pl.col("app_id") == app_id) for app_id in (10, 20)]
    # NOTE: the last day of the records: some begin where the feed ends.
    for until in (moment(8), UNTIL):
        apart = summary((tally(part, GAMES, by, until=until) for part in parts), by)
        assert apart == summary([tally(events, GAMES, by, until=until)], by)


@given(records)
def test_no_more_time_is_lowered_than_there_is(rows: list[dict[str, Any]]) -> None:
    for group in summed(rows, "genre")["groups"]:
        assert 0 <= group["time_share"] <= 1
        assert group["years"] <= 2 * 4 * 1_000 / 365
