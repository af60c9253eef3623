from __future__ import annotations

from typing import Any

import pytest

from tasador.profiling.outliers import describe_outliers
from tests.profiling.catalogue import make_games, make_row


def rule(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(rule for rule in describe_outliers(make_games(rows))["rules"] if rule["id"] == name)
    return found


def test_every_rule_says_what_is_far_and_what_is_done(profile: dict[str, Any]) -> None:
    for found in profile["outliers"]["rules"]:
        assert found["definition"]
        assert found["action"].startswith("Kept")
        assert len(found["rows"]) <= found["n"]
        assert all(row["why"] for row in found["rows"])


def test_dear_rows_are_listed_dearest_first() -> None:
    found = rule(
        [make_row(number, price_usd=price) for number, price in enumerate([100.0, 150.0, 999.0], 1)], "price_above_100"
    )
    assert [(row["app_id"], row["price_usd"]) for row in found["rows"]] == [(3, 999.0), (2, 150.0)]


def test_price_is_compared_with_its_own_kind() -> None:
    games = [make_row(number, price_usd=5.0 + number % 5) for number in range(1, 41)]
    software = [make_row(100 + number, kind="software", price_usd=80.0 + number % 20) for number in range(40)]
    far = make_row(500, price_usd=90.0)
    found = rule([*games, *software, far], "price_far_from_kind")
    assert [row["app_id"] for row in found["rows"]] == [500]
    assert "times the median" in found["rows"][0]["why"]


def test_small_kinds_are_not_judged() -> None:
    rows = [make_row(number, price_usd=1.0 + number % 3) for number in range(1, 10)]
    assert rule([*rows, make_row(500, price_usd=900.0)], "price_far_from_kind")["n"] == 0


def test_rare_years_are_far() -> None:
    rows = [make_row(number, release_year=2015) for number in range(1, 4001)]
    found = rule([*rows, make_row(5000, release_year=1970)], "release_year_rare")
    assert [(row["app_id"], row["why"]) for row in found["rows"]] == [(5000, "entries released in 1970: 1")]


def test_low_scores_are_found_by_tukeys_fence() -> None:
    scores = [*range(70, 91), 20]
    found = rule([make_row(number, metascore=score) for number, score in enumerate(scores, 1)], "metascore_low")
    assert [row["app_id"] for row in found["rows"]] == [22]


def test_discount_above_the_price_is_found() -> None:
    found = rule(
        [make_row(1, discount_price_usd=12.0), make_row(2, discount_price_usd=5.0)], "discount_not_below_price"
    )
    assert [row["app_id"] for row in found["rows"]] == [1]


def test_influence_compares_with_and_without_dear_rows() -> None:
    rows = [make_row(number, price_usd=price) for number, price in enumerate([10.0, 10.0, 10.0, 20.0, 110.0], 1)]
    influence = describe_outliers(make_games(rows))["influence"]
    assert (influence["with"]["n"], influence["without"]["n"]) == (5, 4)
    assert influence["without"]["max"] == 20.0
    # Distances from the median 10: 0, 0, 0, 10, 100.
    assert influence["share_of_squared_error"] == pytest.approx(10_000 / 10_100)
    assert influence["share_of_dollars"] == pytest.approx(110 / 160)
