from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.column_sentences import notes, tell
from tasador.profiling.columns import describe_columns
from tests.profiling.catalogue import make_games, make_row


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    rows = [
        make_row(
            number,
            name="Keep" if number < 3 else f"Castle {number}",
            metascore=number,
            genres=["A", "B"] if number % 2 else [],
        )
        for number in range(1, 101)
    ]
    columns: list[dict[str, Any]] = describe_columns(make_games(rows))
    return {column["column"]: tell(column) for column in columns}


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("metascore", "Half of the values are 50.5 or less; 98 in 100 lie from 1.99 to 99.01, and the highest is 100."),
        ("name", "“Keep” is the most frequent: 2 rows, 2.0%. The longest has 10 characters."),
        ("title", "No value comes twice. The longest has 10 characters."),
        ("kind", "Every value is “game”."),
        (
            "genres",
            "“A” is the most frequent label, on 50 rows; half of the rows have 1 or fewer, and none more than 2.",
        ),
        ("unreadable", "Every list is empty."),
        ("url", "No row has a value."),
        ("list_price", "Every value is 9.99."),
    ],
)
def test_sentence_says_what_the_figures_say(told: dict[str, str], column: str, sentence: str) -> None:
    assert told[column] == sentence


def test_numbers_that_name_something_have_no_commas() -> None:
    games = make_games([make_row(number, release_year=2000 + number % 10) for number in range(1_001, 1_101)])
    told = {column["column"]: tell(column) for column in describe_columns(games)}
    assert "2004 or less" in told["release_year"]
    assert "highest is 1100." in told["app_id"]


def test_every_column_of_a_profile_is_told(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    assert [column["column"] for column in profile["columns"]] == varied.columns
    assert all(column["sentence"].endswith(".") for column in profile["columns"])


def test_what_is_odd_is_noted() -> None:
    rows = [
        make_row(
            number,
            early_access=number == 1,
            list_price=0.0 if number % 4 == 0 else 1.0 + number,
            developer=None if number % 3 else "Ann",
        )
        for number in range(1, 41)
    ]
    noted = {column["column"]: notes(column) for column in describe_columns(make_games(rows))}
    assert noted["app_id"] == ["a key: no value comes twice"]
    assert noted["kind"] == ["constant"]
    assert noted["early_access"] == ["97.5% are “false”"]
    assert noted["list_price"] == ["25.0% are zero"]
    assert noted["developer"] == ["constant", "67.5% missing"]
    assert noted["url"] == []


def test_first_rows_are_those_of_the_table(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    assert [row["name"] for row in profile["first_rows"]] == varied["name"].head(3).to_list()
    assert [row["list_price"] for row in profile["first_rows"]] == [
        str(price) for price in varied["list_price"].head(3)
    ]
