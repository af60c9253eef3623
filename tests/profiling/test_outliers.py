from __future__ import annotations

from typing import Any

import pytest

from tasador.profiling.outliers import describe_outliers
from tests.profiling.catalogue import make_games, make_row, priced


def rule(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        rule for rule in describe_outliers(*priced(make_games(rows)))["rules"] if rule["id"] == name
    )
    return found


def test_every_rule_says_what_is_far_and_what_is_done(profile: dict[str, Any]) -> None:
    for found in profile["outliers"]["rules"]:
        assert found["definition"]
        assert found["action"].startswith("Kept")
        assert len(found["rows"]) <= found["n"]
        assert all(row["why"] for row in found["rows"])


def test_dear_rows_are_listed_dearest_first() -> None:
    found = rule(
        [make_row(number, list_price=price) for number, price in enumerate([100.0, 150.0, 999.0], 1)],
        "price_above_threshold",
    )
    assert [(row["app_id"], row["price"]) for row in found["rows"]] == [(3, 999.0), (2, 150.0)]


def test_price_is_compared_with_its_own_kind() -> None:
    games = [make_row(number, list_price=5.0 + number % 5) for number in range(1, 41)]
    software = [make_row(100 + number, kind="software", list_price=80.0 + number % 20) for number in range(40)]
    far = make_row(500, list_price=90.0)
    found = rule([*games, *software, far], "price_far_from_kind")
    assert [row["app_id"] for row in found["rows"]] == [500]
    assert "times the median" in found["rows"][0]["why"]


def test_small_kinds_are_not_judged() -> None:
    rows = [make_row(number, list_price=1.0 + number % 3) for number in range(1, 10)]
    assert rule([*rows, make_row(500, list_price=900.0)], "price_far_from_kind")["n"] == 0


def test_rare_years_are_far() -> None:
    rows = [make_row(number, release_year=2015) for number in range(1, 4001)]
    found = rule([*rows, make_row(5000, release_year=1970)], "release_year_rare")
    assert [(row["app_id"], row["why"]) for row in found["rows"]] == [(5000, "entries released in 1970: 1")]


def test_low_scores_are_found_by_tukeys_fence() -> None:
    scores = [*range(70, 91), 20]
    found = rule([make_row(number, metascore=score) for number, score in enumerate(scores, 1)], "metascore_low")
    assert [row["app_id"] for row in found["rows"]] == [22]


def test_sale_not_below_the_list_price_is_found_where_only_sales_are_told() -> None:
    rows = [make_row(number) for number in range(1, 20)]
    sales = [make_row(20, current_price=12.0), make_row(21, current_price=9.99), make_row(22, current_price=5.0)]
    found = rule([*rows, *sales], "discount_not_below_price")
    assert [row["app_id"] for row in found["rows"]] == [20, 21]
    assert found["definition"] == "Discount price at or above the list price."


def test_current_price_of_an_entry_not_on_sale_is_ordinary_where_all_are_told() -> None:
    rows = [make_row(number, current_price=9.99) for number in range(1, 20)]
    found = rule([*rows, make_row(20, current_price=12.0)], "discount_not_below_price")
    assert [row["app_id"] for row in found["rows"]] == [20]
    assert found["definition"].startswith("Where a source gives the current price of every entry")


def test_each_source_is_judged_by_what_it_tells() -> None:
    sales_only = [make_row(number, current_price=9.99 if number == 1 else None) for number in range(1, 10)]
    of_all = [make_row(number, current_price=9.99, source="ba9876543210") for number in range(10, 20)]
    found = rule([*sales_only, *of_all], "discount_not_below_price")
    assert [row["app_id"] for row in found["rows"]] == [1]
    assert "Discount price" in found["definition"]
    assert "Where a source" in found["definition"]


def test_rules_on_columns_without_a_value_are_left_out() -> None:
    rules = describe_outliers(*priced(make_games([make_row(1, list_price=None)])))["rules"]
    assert [rule["id"] for rule in rules] == ["release_year_rare"]


def test_dear_rows_of_another_currency_are_told_in_it() -> None:
    rows = [make_row(number, currency="GBP", list_price=4.79) for number in range(1, 20)]
    far = make_row(20, currency="GBP", list_price=120.0)
    found = rule([*rows, far, make_row(21, currency="IDR", list_price=90_000.0)], "price_above_threshold")
    assert found["title"] == "Prices above GBP 100"
    assert found["definition"] == "List price above 100 GBP."
    assert [(row["app_id"], row["why"]) for row in found["rows"]] == [(20, "120.0 GBP")]


def test_influence_compares_with_and_without_dear_rows() -> None:
    rows = [make_row(number, list_price=price) for number, price in enumerate([10.0, 10.0, 10.0, 20.0, 110.0], 1)]
    influence = describe_outliers(*priced(make_games(rows)))["influence"]
    assert (influence["with"]["n"], influence["without"]["n"]) == (5, 4)
    assert influence["without"]["max"] == 20.0
    # Distances from the median 10: 0, 0, 0, 10, 100.
    assert influence["share_of_squared_error"] == pytest.approx(10_000 / 10_100)
    assert influence["share_of_sum"] == pytest.approx(110 / 160)
