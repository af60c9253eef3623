from __future__ import annotations

import pytest

from tasador.profiling.ladder import describe_ladder
from tests.profiling.catalogue import make_games, make_row, priced

PRICES = [4.99] * 5 + [9.99] * 3 + [2.5] + [149.0] + [0.0, None]


@pytest.fixture
def ladder() -> dict[str, object]:
    return describe_ladder(
        priced(make_games([make_row(place + 1, list_price=price) for place, price in enumerate(PRICES)]))[0]
    )


def test_ladder_counts_paid_rows_and_distinct_prices(ladder: dict[str, object]) -> None:
    assert (ladder["n"], ladder["distinct"], ladder["points_held_once"]) == (10, 4, 2)


def test_ladder_measures_99_endings(ladder: dict[str, object]) -> None:
    assert ladder["share_ending_99"] == 0.8
    assert ladder["endings"] == [
        {"ending": 99, "n": 8, "share": 0.8},
        {"ending": 0, "n": 1, "share": 0.1},
        {"ending": 50, "n": 1, "share": 0.1},
    ]


def test_points_stand_by_frequency_and_then_by_price(ladder: dict[str, object]) -> None:
    assert ladder["points"] == [
        {"price": 4.99, "n": 5, "share": 0.5},
        {"price": 9.99, "n": 3, "share": pytest.approx(0.3)},
        {"price": 2.5, "n": 1, "share": 0.1},
        {"price": 149.0, "n": 1, "share": 0.1},
    ]


def test_fewest_points_that_hold_nine_in_ten(ladder: dict[str, object]) -> None:
    assert ladder["points_for_90"] == 3
    assert ladder["share_top_ten"] == 1.0


def test_prices_are_compared_in_whole_cents() -> None:
    ladder = describe_ladder(priced(make_games([make_row(1, list_price=0.1 + 0.2), make_row(2, list_price=0.3)]))[0])
    assert ladder["distinct"] == 1


def test_ladder_without_paid_rows_has_no_shares() -> None:
    ladder = describe_ladder(priced(make_games([make_row(1, list_price=0.0)]))[0])
    assert (ladder["n"], ladder["share_ending_99"], ladder["share_top_ten"], ladder["points"]) == (0, None, None, [])
    assert ladder["points_for_90"] == 0
