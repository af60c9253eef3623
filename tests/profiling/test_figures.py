from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tasador.profiling.figures import count, currency_name, decimal, money, percent, plain, ratio, round_money, share


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (1 / 3, 0.333333),
        (dt.date(2018, 1, 4), "2018-01-04"),
        ((1, "a"), [1, "a"]),
        ({"a": {"b": float("nan")}}, {"a": {"b": None}}),
        (True, True),
        (None, None),
    ],
)
def test_values_become_plain(value: Any, expected: Any) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("part", "text"), [(0.5, "50.0%"), (0.0, "0.0%"), (0.0001, "0.01%"), (0.9999, "99.99%"), (1.0, "100.0%")]
)
def test_percentages_keep_what_would_round_away(part: float, text: str) -> None:
    assert percent(part) == text


def test_figures_are_written_for_reading() -> None:
    assert (count(29959), money(1299.9, "USD"), decimal(0.345, 1)) == ("29,959", "$1,299.90", "0.3")


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("USD", ("$1,299.90", "$100", "$7.50", "US dollars")),
        ("GBP", ("GBP 1,299.90", "GBP 100", "GBP 7.50", "GBP")),
        (None, ("1,299.90", "100", "7.50", "an unnamed currency")),
    ],
    ids=["dollars", "pounds", "unnamed"],
)
def test_prices_are_written_in_their_currency(code: str | None, texts: tuple[str, ...]) -> None:
    assert (money(1299.9, code), round_money(100.0, code), round_money(7.5, code), currency_name(code)) == texts


def test_nothing_is_divided_by_zero() -> None:
    assert (share(1, 0), ratio(1.0, 0.0), ratio(None, 1.0), ratio(1.0, None)) == (None, None, None, None)
    assert (share(1, 4), ratio(3.0, 2.0)) == (0.25, 1.5)
