from __future__ import annotations

import itertools
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tasador.contracts.price_events import KEY, PriceEvents
from tasador.prices.intervals import Range, build, ranges
from tasador.prices.lookup import held_at
from tests.prices.feeds import SOURCE, candidates, moment

OTHER = "ba9876543210"
SOURCES = [SOURCE, OTHER]

records = st.lists(
    st.fixed_dictionaries(
        {
            "app_id": st.sampled_from([10, 20]),
            "shop": st.sampled_from(["Steam", "GOG"]),
            "currency": st.sampled_from(["USD", "EUR"]),
            "at": st.integers(0, 8).map(moment),
            "price": st.sampled_from([0.0, 5.0, 10.0]),
            "usable": st.booleans() | st.just(value=True),
            "source": st.sampled_from(SOURCES),
        }
    ),
    max_size=40,
)


def naive(rows: list[dict[str, Any]], key: tuple[Any, ...], day: float) -> float | None:
    """What held at a moment, by going through all records of an entry, shop and currency."""
    mine = [
        (row["at"], not row["usable"], SOURCES.index(row["source"]), number, row)
        for number, row in enumerate(rows)
        if tuple(row[name] for name in KEY) == key and row["at"] <= moment(day)
    ]
    if not mine:
        return None
    latest = max(at for at, *_ in mine)
    row = min((one for one in mine if one[0] == latest), key=lambda one: one[1:4])[-1]
    return row["price"] if row["usable"] else None


@given(records)
def test_what_held_at_any_moment_is_what_going_through_the_records_finds(rows: list[dict[str, Any]]) -> None:
    events, _ = build(candidates(rows), SOURCES)
    for day in (-1, 0, 0.5, 3, 7.5, 8, 100):
        found = {row[:3]: row[3] for row in held_at(events, moment(day)).select(*KEY, "price").iter_rows()}
        for key in {tuple(row[name] for name in KEY) for row in rows}:
            assert found.get(key) == naive(rows, key, day)


@given(records)
def test_times_do_not_overlap_and_keep_the_contract(rows: list[dict[str, Any]]) -> None:
    events, _ = build(candidates(rows), SOURCES)
    assert PriceEvents.is_valid(events)
    following = pl.col("from").shift(-1).over(KEY)
    assert events.filter(pl.col("to").fill_null(moment(1_000)) > following).is_empty()
    assert events.equals(events.sort(*KEY, "from"))


@given(records, st.randoms(use_true_random=False))
def test_every_good_record_is_an_event_or_a_duplicate_whatever_their_order(
    rows: list[dict[str, Any]], random: Any
) -> None:
    given = candidates(rows)
    events, duplicates = build(given, SOURCES)
    numbers = sorted([*events["record_no"], *duplicates["record_no"]])
    assert numbers == sorted(given.filter("usable")["record_no"])
    order = list(range(given.height))
    random.shuffle(order)
    again = build(given[order], SOURCES)
    assert again[0].equals(events)
    assert again[1].equals(duplicates)


@given(records)
def test_neighbours_that_touch_differ(rows: list[dict[str, Any]]) -> None:
    events, _ = build(candidates(rows), SOURCES)
    before = events.select(pl.all().shift().over(KEY))
    touching = (before["to"] == events["from"]).fill_null(value=False)
    same = (before["price"] == events["price"]) & (before["regular"] == events["regular"])
    assert not (touching & same).any()


def test_duplicates_are_told_apart() -> None:
    rows = [(0, 10.0), (0, 10.0), (0, 5.0), (1, 10.0), (2, 5.0)]
    given = candidates([{"at": moment(day), "price": price} for day, price in rows])
    events, duplicates = build(given, SOURCES)
    assert events.select("from", "to", "price").rows() == [(moment(0), moment(2), 10.0), (moment(2), None, 5.0)]
    assert dict(duplicates.select("record_no", "rule").iter_rows()) == {
        2: "event_repeated",
        3: "event_contradicted",
        4: "price_unchanged",
    }


def test_of_two_feeds_the_one_named_first_stays() -> None:
    given = candidates(
        [
            {"at": moment(0), "price": 5.0, "source": OTHER},
            {"at": moment(0), "price": 10.0, "source": SOURCE},
        ]
    )
    assert build(given, SOURCES)[0]["price"].to_list() == [10.0]
    assert build(given, SOURCES[::-1])[0]["price"].to_list() == [5.0]


def test_after_what_cannot_be_used_nothing_is_known_until_the_next_record() -> None:
    given = candidates(
        [
            {"at": moment(0), "price": 10.0},
            {"at": moment(1), "price": 80_000.0, "usable": False},
            {"at": moment(2), "price": 10.0},
        ]
    )
    events, duplicates = build(given, SOURCES)
    assert events.select("from", "to").rows() == [(moment(0), moment(1)), (moment(2), None)]
    assert duplicates.is_empty()


@given(st.dictionaries(st.integers(0, 1_000), st.integers(1, 50), max_size=40), st.integers(1, 100))
def test_parts_hold_every_entry_once_in_order(counts: dict[int, int], part_records: int) -> None:
    counted = pl.DataFrame(
        {"app_id": list(counts), "len": list(counts.values())}, schema={"app_id": pl.UInt32, "len": pl.UInt32}
    )
    found = list(ranges(counted, part_records=part_records))
    assert all(one.low <= one.high for one in found)
    assert all(one.high < other.low for one, other in itertools.pairwise(found))
    assert all(sum(one.low <= app_id <= one.high for one in found) == 1 for app_id in counts)
    for one in found[:-1]:
        assert sum(n for app_id, n in counts.items() if one.low <= app_id <= one.high) >= part_records


def test_no_entry_is_in_two_parts() -> None:
    counted = pl.DataFrame({"app_id": [3, 1, 2], "len": [5, 100, 1]})
    assert list(ranges(counted, part_records=6)) == [Range(1, 1), Range(2, 3)]
