from __future__ import annotations

import re
from typing import Any

import pytest

from tasador.profiling.findings import find_out
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_games, make_row

KEYS = {"id", "title", "sentence", "number", "number_text", "means_for_model"}


def finding(profile: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(found for found in profile["findings"] if found["id"] == name)
    return found


def test_varied_table_has_every_finding(profile: dict[str, Any]) -> None:
    assert len(profile["findings"]) == 22
    assert len({found["id"] for found in profile["findings"]}) == 22


def test_every_finding_has_its_number_in_its_sentence(profile: dict[str, Any]) -> None:
    for found in profile["findings"]:
        assert set(found) == KEYS
        assert isinstance(found["number"], int | float)
        assert found["number_text"] in found["sentence"]
        digits = float(re.sub(r"[^\d.-]", "", found["number_text"]))
        assert digits == pytest.approx(found["number"], abs=0.06) or digits == pytest.approx(
            100 * found["number"], abs=0.06
        )


def test_sentences_follow_the_figures(profile: dict[str, Any]) -> None:
    changed = {**profile, "ladder": {**profile["ladder"], "share_top_ten": 0.123}}
    found = next(found for found in find_out(changed) if found["id"] == "few_price_points")
    assert found["sentence"].startswith("12.3% of paid rows")


def test_numbers_are_those_of_the_profile(profile: dict[str, Any]) -> None:
    assert finding(profile, "skewed_prices")["number"] == profile["prices"]["skewness"]
    assert finding(profile, "some_are_free")["number"] == profile["prices"]["share_free"]
    assert finding(profile, "near_twins")["number"] == profile["twins"]["share"]
    influence = profile["outliers"]["influence"]
    assert finding(profile, "dear_rows_weigh")["number"] == influence["share_of_squared_error"]


def test_genres_of_equal_median_are_no_finding() -> None:
    rows = [make_row(number, genres=["A", "B"]) for number in range(1, 200)]
    assert "genres_differ" not in {found["id"] for found in summarise(make_games(rows))["findings"]}


def test_single_dear_row_is_told_of_as_one() -> None:
    rows = [make_row(number, list_price=200.0 if number == 5 else 5.0) for number in range(1, 30)]
    sentence = finding(summarise(make_games(rows)), "dear_rows_weigh")["sentence"]
    assert sentence.startswith("The one row above $100.00, ")
    assert " makes " in sentence


def test_shares_that_hardly_move_are_no_finding() -> None:
    rows = [
        make_row(number, release_year=2015 + number % 2, developer=None if number == 7 else "Ann")
        for number in range(1, 401)
    ]
    assert "missingness_moves" not in {found["id"] for found in summarise(make_games(rows))["findings"]}


def test_complete_columns_are_no_finding() -> None:
    complete = {"metascore": 80, "sentiment": "Mixed"}
    rows = [make_row(number, **complete) for number in range(1, 5)]
    names = {found["id"] for found in summarise(make_games(rows))["findings"]}
    assert not names & {"developer_missing", "metascore_missing", "reviews_missing", "some_prices_unknown"}
