from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.contracts.release_years import last_whole_year, newest_release


@pytest.mark.parametrize(
    ("newest", "year"),
    [
        (date(2018, 1, 4), 2017),
        (date(2017, 12, 31), 2017),
        (date(2017, 12, 25), 2017),
        (date(2017, 12, 24), 2016),
        (date(2017, 12, 1), 2016),
    ],
)
def test_a_year_is_whole_from_its_last_week_on(newest: date, year: int) -> None:
    assert last_whole_year(newest) == year


def test_the_few_that_are_announced_for_later_years_make_nothing_newer() -> None:
    days = [date(2017, 1, 1) + timedelta(days=number % 365) for number in range(5_000)]
    assert newest_release([*days, date(2021, 12, 31), date(2020, 5, 5)]) == date(2017, 12, 31)


def test_what_comes_after_the_day_of_the_catalogue_is_announced() -> None:
    days = [date(2017, 6, 1)] * 50 + [date(2018, 6, 1)] * 50
    assert newest_release(days) == date(2018, 6, 1)
    assert newest_release(days, date(2017, 12, 1)) == date(2017, 12, 1)
    assert newest_release(days, date(2019, 1, 1)) == date(2018, 6, 1)


@given(st.lists(st.dates(date(1950, 1, 1), date(2049, 12, 31)), min_size=1, max_size=50))
def test_the_newest_release_is_one_of_them_whatever_their_order(days: list[date]) -> None:
    assert newest_release(days) == newest_release(reversed(days))
    assert newest_release(days) in days
    assert last_whole_year(newest_release(days)) <= max(days).year
