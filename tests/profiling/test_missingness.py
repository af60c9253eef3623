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
        {"column": "discount_price_usd", "n_missing": 4, "share": 1.0},
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
    assert set(missingness["null_by_design"]) == {"price_text", "discount_price_usd"}


def test_counts_agree_with_the_table(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    for gap in profile["missingness"]["columns"]:
        assert gap["n_missing"] == varied[gap["column"]].null_count()
    assert set(profile["missingness"]["complete"]) == {name for name in varied.columns if not varied[name].null_count()}


def test_complete_rows_have_one_pattern() -> None:
    complete = {"metascore": 80, "user_reviews": 3, "sentiment": "Mixed", "url": "store page"}
    found = describe_missingness(make_games([make_row(1, **complete), make_row(2, **complete)]))
    assert found["patterns"] == [{"columns": [], "n": 2, "share": 1.0}]
