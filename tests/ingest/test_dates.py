from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.ingest.dates import release_dates


def read(text: str | None) -> tuple[int | None, str | None, dt.date | None]:
    year, date, precision, _ = release_dates(pl.Series([text], dtype=pl.String)).row(0)
    return year, precision, date


@pytest.mark.parametrize(
    ("text", "precision", "date"),
    [
        ("2018-01-04", "day", (2018, 1, 4)),
        (" 2018-01-04 ", "day", (2018, 1, 4)),
        ("21 Jun, 2017", "day", (2017, 6, 21)),
        ("Jun 21, 2017", "day", (2017, 6, 21)),
        ("June 21st, 2017", "day", (2017, 6, 21)),
        ("15.01.2018", "day", (2018, 1, 15)),
        ("2018年1月5日", "day", (2018, 1, 5)),
        ("Jun 2009", "month", (2009, 6, 1)),
        ("September 2014", "month", (2014, 9, 1)),
        ("Enero 2018", "month", (2018, 1, 1)),
        ("Январь 2018", "month", (2018, 1, 1)),
        ("2018年1月", "month", (2018, 1, 1)),
        ("2017-02-30", "month", (2017, 2, 1)),
        ("2017-05", "month", (2017, 5, 1)),
        ("Q2 2018 (Tentative)", "quarter", (2018, 4, 1)),
        ("2017 Q4", "quarter", (2017, 10, 1)),
        ("Q1 (ish), 2017", "quarter", (2017, 1, 1)),
        ("1st Quarter 2018", "quarter", (2018, 1, 1)),
        ("First quarter of 2018", "quarter", (2018, 1, 1)),
        ("2018", "year", (2018, 1, 1)),
        ("Winter 2017", "year", (2017, 1, 1)),
        ("H2 2018", "year", (2018, 1, 1)),
        ("Late 2016 - Early 2017", "year", (2016, 1, 1)),
        ("Hitting Early Access in 2017", "year", (2017, 1, 1)),
        ("2017-13-45", "year", (2017, 1, 1)),
        ("预热群52756441", "year", (5275, 1, 1)),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(text: str, precision: str, date: tuple[int, int, int]) -> None:
    assert read(text) == (date[0], precision, dt.date(*date))


@pytest.mark.parametrize("text", [None, "", "Soon..", "TBA", "14 July", "When it's done", "Beta测试已开启", "12.3.99"])
def test_a_text_without_four_digits_has_no_date(text: str | None) -> None:
    assert read(text) == (None, None, None)


@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2049, 12, 31)))
def test_an_iso_date_is_read_back(date: dt.date) -> None:
    assert read(date.isoformat()) == (date.year, "day", date)


@given(st.text(max_size=40))
def test_any_text_gives_a_year_precision_and_date_or_none_of_them(text: str) -> None:
    year, precision, date = read(text)
    assert (year is None) == (date is None) == (precision is None) or year == 0
    assert date is None or date.year == year


@given(st.lists(st.none() | st.dates().map(dt.date.isoformat) | st.text(max_size=12), max_size=8))
def test_many_dates_are_read_as_each_alone(texts: list[str | None]) -> None:
    together = release_dates(pl.Series(texts, dtype=pl.String))
    assert [(year, precision, date) for year, date, precision, _ in together.iter_rows()] == [*map(read, texts)]
