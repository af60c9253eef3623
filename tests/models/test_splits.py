from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasador.errors import TasadorError
from tasador.features.title import studios
from tasador.models import splits
from tasador.models.population import training_rows
from tests.ingest.records import Catalogue, games, line

FIRST = date(2012, 1, 1)


def released(days: list[date], developer: str = "Studio {}") -> pl.DataFrame:
    """Entries of these days, each of a developer of its own."""
    return games(
        *(
            line(id=str(i), release_date=day.isoformat(), developer=developer.format(i), price=1.0 + i % 7)
            for i, day in enumerate(days, start=1)
        )
    )


def names_of(rows: pl.DataFrame, *columns: str) -> set[str]:
    return {name for column in columns for text in rows[column].drop_nulls() for name in studios(text)}


def test_every_split_parts_all_rows_into_two_that_do_not_meet(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    for split in (splits.out_of_time(rows), splits.unseen_developers(rows), splits.random(rows)):
        assert sorted([*split.train, *split.test]) == list(range(rows.height)), split.name
        assert 0.15 < len(split.test) / rows.height < 0.35, split.name
        assert len(split.near_twin) == len(split.test)


def test_neither_a_developer_nor_a_publisher_is_on_both_sides(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    split = splits.unseen_developers(rows)
    sides = [names_of(rows[side], "developer", "publisher") for side in (split.train, split.test)]
    assert not sides[0] & sides[1]
    assert all(sides)
    assert not split.near_twin.any()


def test_a_family_of_many_rows_trains() -> None:
    linked = [line(id=str(i), developer=f"Maker {i}", publisher="House") for i in range(1, 61)]
    others = [line(id=str(i), developer=f"Studio {i}") for i in range(61, 101)]
    split = splits.unseen_developers(games(*linked, *others))
    assert set(range(60)) <= set(split.train)
    assert len(split.test) == 20
    assert "40% of the rows" in split.says


def test_games_without_a_developer_are_developers_of_their_own() -> None:
    rows = games(*(line(id=str(i)) for i in range(1, 51)))
    assert len(splits.unseen_developers(rows).test) == 10


def test_games_of_one_day_or_of_one_developer_cannot_be_split() -> None:
    rows = games(*(line(id=str(i), developer="A") for i in range(1, 51)))
    with pytest.raises(TasadorError, match="cannot be split by developer and publisher"):
        splits.unseen_developers(rows)
    for split in (splits.out_of_time, splits.rolling_origins, splits.walking_forward):
        with pytest.raises(TasadorError, match="cannot be split by date"):
            split(rows)


def test_games_of_one_month_cannot_be_split_by_month_even_late_in_it() -> None:
    rows = released([date(2015, 3, day) for day in range(1, 32)])
    with pytest.raises(TasadorError, match="cannot be split by date"):
        splits.out_of_time(rows)


def test_no_day_is_on_both_sides_and_the_test_rows_are_the_newest(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    for split in (*splits.rolling_origins(rows), *splits.walking_forward(rows)):
        assert rows["release_date"][split.train].max() < rows["release_date"][split.test].min()  # type: ignore[operator]


@pytest.mark.parametrize(("day", "first"), [(10, date(2015, 6, 1)), (20, date(2015, 7, 1))])
def test_the_newest_fifth_begins_with_a_month(day: int, first: date) -> None:
    early = [date(2015, 1, 1)] * 80
    late = [date(2015, 6, day)] * 15 + [date(2015, 7, 20)] * 5
    rows = released(early + late)
    assert rows["release_date"][splits.out_of_time(rows).test].min() == (
        date(2015, 6, day) if day < 15 else date(2015, 7, 20)
    )
    assert str(first) in splits.out_of_time(rows).says


def test_earlier_half_years_are_tested_on_what_was_released_before_them() -> None:
    rows = released([FIRST + timedelta(days=i * 1_460 // 4_000) for i in range(4_000)])
    found = splits.rolling_origins(rows)
    assert [split.name for split in found] == ["rolling_2014H1", "rolling_2014H2", "out_of_time"]
    half = rows["release_date"][found[0].test]
    assert (half.min(), half.max()) == (date(2014, 1, 1), date(2014, 6, 30))
    assert rows["release_date"][found[0].train].max() == date(2013, 12, 31)


def test_a_small_catalogue_has_no_earlier_half_years() -> None:
    rows = released([FIRST + timedelta(days=7 * i) for i in range(200)])
    assert [split.name for split in splits.rolling_origins(rows)] == ["out_of_time"]


def test_half_years_with_little_before_them_are_not_tested() -> None:
    rows = released([FIRST + timedelta(days=i * 1_460 // 1_400) for i in range(1_400)])
    assert [split.name for split in splits.rolling_origins(rows)] == ["out_of_time"]


def by_month(counts: list[int]) -> pl.DataFrame:
    """Entries of consecutive months, with names, kinds and labels that make no twins."""
    days = [date(2012 + month // 12, month % 12 + 1, 1 + i % 28) for month, n in enumerate(counts) for i in range(n)]
    return pl.DataFrame({"release_date": days}, schema={"release_date": pl.Date}).with_columns(
        name=pl.lit(None, pl.String),
        developer=pl.lit(None, pl.String),
        kind=pl.lit("game"),
        genres=pl.lit(["x"]),
        specs=pl.lit(["y"]),
    )


def test_a_month_of_enough_rows_after_enough_rows_begins_a_window_and_the_last_takes_what_is_left() -> None:
    rows = by_month([700, *[500] * 16, 300, 299, 10, 300, 300, 20])
    assert rows["release_date"][splits.out_of_time(rows).test].min() == date(2013, 4, 1)
    windows = [rows["release_date"][window.test] for window in splits.walking_forward(rows)]
    assert [(days.min(), days.max()) for days in windows] == [
        (date(2013, 4, 1), date(2013, 4, 28)),
        (date(2013, 5, 1), date(2013, 5, 28)),
        (date(2013, 6, 1), date(2013, 8, 10)),
        (date(2013, 9, 1), date(2013, 9, 28)),
        (date(2013, 10, 1), date(2013, 11, 20)),
    ]


def test_a_period_of_few_rows_has_no_windows() -> None:
    assert splits.walking_forward(by_month([100] * 12)) == ()


@settings(max_examples=15)
@given(st.lists(st.integers(0, 700), min_size=4, max_size=14))
def test_walking_forward_tests_each_row_of_the_period_once(counts: list[int]) -> None:
    rows = by_month([900, *counts])
    try:
        period = splits.out_of_time(rows)
    except TasadorError:
        return
    windows = splits.walking_forward(rows)
    assert len(windows) != 1
    if windows:
        assert sorted(np.concatenate([window.test for window in windows])) == sorted(period.test)
        assert min(len(window.test) for window in windows) >= 300
    for window, following in pairwise(windows):
        assert {*window.train, *window.test} <= {*following.train}


def test_the_same_rows_are_split_the_same(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    for make in (splits.random, splits.unseen_developers, splits.out_of_time):
        assert np.array_equal(make(rows).test, make(rows).test)


@pytest.mark.real_data
def test_the_real_catalogue_is_split_as_the_protocol_says(real_catalogue: Catalogue) -> None:
    rows = training_rows(real_catalogue.parts.games)
    period = splits.out_of_time(rows)
    assert "2017-07-01" in period.says
    assert len(period.test) == 5_118
    assert 0.1 < period.near_twin.mean() < 0.15
    assert 0.28 < splits.random(rows).near_twin.mean() < 0.36
    unseen = splits.unseen_developers(rows)
    sides = [names_of(rows[side], "developer", "publisher") for side in (unseen.train, unseen.test)]
    assert not sides[0] & sides[1]
    assert 0.19 < len(unseen.test) / rows.height < 0.21
