"""The sentences of the report on a table that is small enough to be counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from tasador.profiling.charts import exhibits
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_games, make_row


def games() -> pl.DataFrame:
    """Three years of 40 entries each, and a fourth of which a month is known.

    Each year has 20 games of $10.00 by makers with one entry a year, 10 DLC of $5.00, 6 free games, and 4 games whose
    price is not known; in the third year the paid ones cost twice that. The fourth year has 30 games of $50.00.
    """
    rows: list[dict[str, Any]] = []

    def add(year: int, month: int, price: float | None, **values: Any) -> None:
        number = len(rows) + 1
        day = dt.date(year, month, 28)
        rows.append(make_row(number, release_year=year, release_date=day, list_price=price, **values))

    for year in (2014, 2015, 2016):
        times = 2 if year == 2016 else 1
        for number in range(20):
            few = {"tags": ["Castle"], "user_reviews": 7} if number < 10 else {"sentiment": "Mixed"}
            add(year, 12, 10.0 * times, developer=f"Studio {number}", genres=["Action", "Indie"], **few)
        for _ in range(10):
            add(year, 6, 5.0 * times, kind="dlc", genres=["Indie"], developer=f"House {year}")
        for number in range(10):
            add(year, 3, 0.0 if number < 6 else None, genres=None, developer=None)
    for _ in range(30):
        add(2017, 1, 50.0)
    return make_games(rows)


#: What the report must say of them, counted by hand.
SENTENCES = {
    "few_price_points": "100.0% of paid rows stand on the ten most frequent of 4 prices, and 0.0% end in .99.",
    "some_are_free": "13.0% of the rows with a known price are free, and the lowest paid price is $5.00.",
    "some_prices_unknown": "8.0% of the rows, 12, have no price that can be read.",
    "most_developers_are_new": "56.6% of the 53 developers have a single entry.",
    "years_all_else_equal": "Among entries that are otherwise alike the price level runs from 50.0 (2014) to 100.0 "
    "(2016), 2016 being 100: a range of 50.0 points.",
    "near_twins": "25.0% of the rows with a developer and a price share both, and genres and release date, with "
    "another row; the largest of 3 groups has 10 rows.",
    "series_repeat": "75.0% of the rows with a developer share the beginning of their name with another of the same "
    "developer; the largest of 23 series has 10 rows.",
    "developer_missing": "20.0% of the rows, 30, do not name a developer.",
    "reviews_missing": "80.0% of the rows have no sentiment; 30 of them have a number of reviews instead, 7 at most.",
    "tags_come_later": "Games with a summary of reviews carry 2.0 tags on average (n = 30), those without 1.7 (n = "
    "90).",
    "price-histogram": "Half of the paid entries cost $10.00 or less, nine in ten $50.00 or less; the dearest costs "
    "$50.00.",
    "price-ladder": "4 of 4 prices hold nine in ten paid entries; the most frequent is $10.00 with 41.7%.",
    "price-by-kind": "Of groups with 20 paid entries or more, dlc has the lowest median, $5.00 (n = 30), and game the "
    "highest, $20.00 (n = 90).",
    "price-by-year": "The median was $10.00 in 2014 and $20.00 in 2016; the middle half of 2016 runs from $10.00 to "
    "$20.00.",
    "real-price-by-year": "From 2014 to 2016 the median went from $10.00 to $20.00; in dollars of 2016, from $10.14 to "
    "$20.00.",
    "median-by-genre-and-year": "Every genre of 2014 has a median of $10.14.",
    "free-by-year": "The share of free entries is highest in 2014: 16.7%.",
    "hedonic-index": "All else equal, entries of 2014 cost 50.0% less than those of 2016 (index 50.0, 50.0 to 50.0); 2 "
    "of 2 years differ from 2016 by more than their interval.",
    "kinds-genres": "“Action” differs most: 100.0% of games, 0.0% of DLC.",
    "kinds-specs": "No label differs between games and DLC.",
    "kinds-tags": "“Action” differs most: 75.0% of games, 100.0% of DLC.",
    "missing-by-column": "sentiment lacks most, 80.0%; 18 columns are complete. In currency a missing value is meant.",
    "missing-together": "The gaps of genres and developer go together most: phi 1.00.",
    "missing-by-year": "No share differs between 2014 and 2016.",
    "training-specs": "No label differs between rows left out and training rows.",
    "training-tags": "“Action” differs most: 100.0% of rows left out, 75.0% of training rows.",
    "words-genres": "“Action” is the most frequent: 90 entries, 60.0%.",
    "words-tags": "“Castle” is the most frequent: 150 entries, 100.0%.",
}


def test_the_report_says_what_can_be_counted_by_hand() -> None:
    profile = summarise(games())
    said = {finding["id"]: finding["sentence"] for finding in profile["findings"]}
    said |= {exhibit.id: exhibit.takeaway for exhibit in exhibits(profile)}
    assert {name: said.get(name) for name in SENTENCES} == SENTENCES


def test_sizes_are_those_of_each_group_and_of_whole_years() -> None:
    sizes = {exhibit.id: exhibit.size for exhibit in exhibits(summarise(games()))}
    assert sizes["kinds-distances"] == "120 and 30"
    assert sizes["training-distances"] == "30 and 120"
    assert {sizes[name] for name in ("price-by-year", "real-price-by-year", "hedonic-index")} == {"90"}
    assert sizes["missing-by-year"] == "120"


def test_years_that_are_not_over_stay_in_the_table() -> None:
    found = {exhibit.id: exhibit for exhibit in exhibits(summarise(games()))}
    assert [row["value"] for row in found["price-by-year"].rows] == [2014, 2015, 2016, 2017]


def test_what_only_a_source_can_know_is_said_where_the_table_shows_it() -> None:
    unknown = make_games([make_row(number, sentiment="Mixed" if number > 20 else None) for number in range(1, 60)])
    said = {finding["id"]: finding["sentence"] for finding in summarise(unknown)["findings"]}
    assert said["reviews_missing"] == "33.9% of the rows have no sentiment."
    assert "tags_come_later" not in said, "those with a summary have no more tags"
