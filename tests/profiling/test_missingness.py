from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.missingness import describe_missingness
from tests.profiling.catalogue import make_games, make_row


@pytest.fixture
def missingness() -> dict[str, Any]:
    complete = {"metascore": 80, "user_reviews": 3, "sentiment": "Mixed", "url": "store page", "price_text": "Free"}
    return describe_missingness(
        make_games(
            [
                make_row(1, release_year=2000, **complete),
                make_row(2, release_year=2000, **{**complete, "developer": None, "publisher": None}),
                make_row(3, release_year=2001, **{**complete, "developer": None, "publisher": None}),
                make_row(4, release_year=2001, **{**complete, "developer": None, "price_text": None}),
            ]
        )
    )


def test_columns_stand_by_their_gaps(missingness: dict[str, Any]) -> None:
    assert missingness["columns"] == [
        {"column": "developer", "n_missing": 3, "share": 0.75},
        {"column": "publisher", "n_missing": 2, "share": 0.5},
        {"column": "price_text", "n_missing": 1, "share": 0.25},
    ]


def test_share_is_given_for_each_release_year(missingness: dict[str, Any]) -> None:
    by_year = {year["year"]: year for year in missingness["by_year"]}
    assert by_year[2000]["shares"]["developer"] == 0.5
    assert by_year[2001]["shares"]["developer"] == 1.0
    assert [year["n"] for year in missingness["by_year"]] == [2, 2]


def test_patterns_name_the_columns_missing_together(missingness: dict[str, Any]) -> None:
    assert missingness["patterns"] == [
        {"columns": ["developer", "publisher"], "n": 2, "share": 0.5},
        {"columns": [], "n": 1, "share": 0.25},
        {"columns": ["developer"], "n": 1, "share": 0.25},
    ]


def test_null_that_is_meant_is_no_pattern(missingness: dict[str, Any]) -> None:
    assert missingness["null_by_design"] == {"price_text": "the price was a number"}


def test_entry_that_belongs_to_none_lacks_no_base() -> None:
    found = describe_missingness(make_games([make_row(1, base_app_id=2), make_row(2)]))
    assert found["null_by_design"]["base_app_id"] == "the entry belongs to none"
    assert found["patterns"] == [{"columns": [], "n": 2, "share": 1.0}]


def test_column_without_any_value_is_not_in_the_source(missingness: dict[str, Any]) -> None:
    absent = {
        "base_app_id", "current_price", "observed_on", "positive_reviews", "negative_reviews", "owners_min",
        "owners_max", "required_age", "platforms", "languages",
    }  # fmt: skip
    assert set(missingness["not_in_source"]) == absent
    listed = {gap["column"] for gap in missingness["columns"]}
    shared = set(missingness["by_year"][0]["shares"])
    told = set(missingness["null_by_design"])
    grouped = {name for pattern in missingness["patterns"] for name in pattern["columns"]}
    assert not absent & (listed | shared | told | grouped | set(missingness["complete"]))


def test_null_that_means_no_sale_depends_on_the_source() -> None:
    paid = [make_row(number) for number in range(1, 10)]
    sales_only = describe_missingness(make_games([*paid, make_row(10, current_price=1.0)]))
    assert sales_only["null_by_design"]["current_price"] == "not on sale when the catalogue was made"
    told = [make_row(number, current_price=9.99) for number in range(1, 10)]
    of_all = describe_missingness(make_games([*told, make_row(10, list_price=0.0, currency=None)]))
    assert of_all["null_by_design"]["current_price"] == "free, or no price is known"
    lacking = describe_missingness(make_games([*told, make_row(10)]))
    assert "current_price" not in lacking["null_by_design"]
    assert {"columns": ["current_price"], "n": 1, "share": 0.1} in lacking["patterns"]


def test_price_that_names_no_currency_is_a_gap() -> None:
    found = describe_missingness(make_games([make_row(1), make_row(2, currency=None)]))
    assert "currency" not in found["null_by_design"]
    free = describe_missingness(make_games([make_row(1), make_row(2, list_price=0.0, currency=None)]))
    assert free["null_by_design"]["currency"] == "free, or no price is known"


def test_price_in_dollars_adds_no_gaps_to_those_of_the_list_price() -> None:
    found = describe_missingness(make_games([make_row(1, currency="EUR"), make_row(2, currency="EUR", list_price=0.0)]))
    assert found["columns"] == []


def test_counts_agree_with_the_table(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    for gap in profile["missingness"]["columns"]:
        assert gap["n_missing"] == varied[gap["column"]].null_count()
    assert set(profile["missingness"]["complete"]) == {name for name in varied.columns if not varied[name].null_count()}
    for name in profile["missingness"]["not_in_source"]:
        assert varied[name].null_count() == len(varied)


def test_complete_rows_have_one_pattern() -> None:
    complete = {"metascore": 80, "user_reviews": 3, "sentiment": "Mixed", "url": "store page"}
    found = describe_missingness(make_games([make_row(1, **complete), make_row(2, **complete)]))
    assert found["patterns"] == [{"columns": [], "n": 2, "share": 1.0}]
