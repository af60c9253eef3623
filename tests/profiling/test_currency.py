from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.currency import DEAR_USD, commonest, with_price
from tasador.profiling.prices import describe_prices
from tests.profiling.catalogue import make_games, make_row, make_store, priced


def rows_in(*currencies: str | None, **values: Any) -> list[dict[str, Any]]:
    return [make_row(number, currency=currency, **values) for number, currency in enumerate(currencies, 1)]


@pytest.mark.parametrize(
    ("currencies", "code"),
    [
        (["EUR", "GBP", "EUR"], "EUR"),
        (["GBP", "EUR"], "EUR"),
        (["USD", "EUR", "EUR", None, None, None], None),
        ([None, "EUR"], "EUR"),
    ],
    ids=["most", "first by code of equal ones", "most name none", "a name before none"],
)
def test_currency_is_that_of_most_paid_rows(currencies: list[str | None], code: str | None) -> None:
    assert commonest(make_games(rows_in(*currencies))).code == code


def test_currency_says_its_part_of_the_paid_rows() -> None:
    found = commonest(make_games([*rows_in("EUR", "EUR", "EUR", "GBP"), make_row(5, list_price=0.0)]))
    assert (found.n, found.n_paid, found.share) == (3, 4, 0.75)
    assert found.price_name == "price_eur"


@pytest.mark.parametrize("rows", [[], [make_row(1, list_price=None)], [make_row(1, list_price=0.0, currency="EUR")]])
def test_table_without_a_paid_row_is_in_dollars(rows: list[dict[str, Any]]) -> None:
    found = commonest(make_games(rows))
    assert (found.code, found.n, found.n_paid, found.share) == ("USD", 0, 0, None)


def test_price_is_never_of_another_currency() -> None:
    prices = [("EUR", 5.0), ("EUR", 7.0), ("GBP", 9.0), (None, 11.0), ("GBP", 0.0), (None, None)]
    rows = [make_row(n, currency=code, list_price=price) for n, (code, price) in enumerate(prices, 1)]
    games, _ = priced(make_games(rows))
    assert games["price"].to_list() == [5.0, 7.0, None, None, 0.0, None]


def test_price_in_dollars_is_price_usd(varied: pl.DataFrame) -> None:
    games = with_price(varied, commonest(varied))
    assert games["price"].equals(games["price_usd"])


@pytest.mark.parametrize(
    ("code", "price", "dear", "low"),
    [("USD", 2.0, DEAR_USD, 10.0), ("GBP", 4.79, 100.0, 10.0), ("IDR", 90_000.0, 2_000_000.0, 200_000.0)],
)
def test_dear_and_low_are_round_amounts_of_the_currency(code: str, price: float, dear: float, low: float) -> None:
    found = commonest(make_games(rows_in(code, code, list_price=price)))
    assert (found.dear, found.low) == (dear, low)


def test_figures_grow_with_the_amounts_of_the_currency() -> None:
    one, thousand = (describe_prices(*priced(make_store(300, times=times))) for times in (1.0, 1000.0))
    for name in ("min", "p10", "p50", "p90", "max", "mean"):
        assert thousand[name] == pytest.approx(1000 * one[name])
    assert thousand["skewness"] == pytest.approx(one["skewness"])
    assert thousand["share_low"] == one["share_low"]


def test_rows_in_other_currencies_are_neither_paid_nor_unknown() -> None:
    rows = [*rows_in("EUR", "EUR", "GBP"), make_row(4, list_price=None), make_row(5, list_price=0.0)]
    prices = describe_prices(*priced(make_games(rows)))
    assert (prices["n_paid"], prices["n_other_currency"], prices["n_unknown"], prices["n_free"]) == (2, 1, 1, 1)
    assert prices["shares"] == {"paid": 0.4, "other_currency": 0.2, "unknown": 0.2, "free": 0.2}
    assert prices["share_free"] == 0.25
