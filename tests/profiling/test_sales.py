from __future__ import annotations

from typing import Any

from tasador.profiling.sales import is_on_sale, is_told_of_all
from tests.profiling.catalogue import make_games, make_row

OTHER = "ba9876543210"


def on_sale(rows: list[dict[str, Any]]) -> list[int]:
    return make_games(rows).filter(is_on_sale())["app_id"].to_list()


def told_of_all(rows: list[dict[str, Any]]) -> list[bool]:
    return make_games(rows).select(told=is_told_of_all())["told"].to_list()


def test_entry_is_on_sale_when_it_costs_less_than_its_list_price() -> None:
    rows = [make_row(1, current_price=4.99), make_row(2, current_price=9.99), make_row(3, current_price=12.0)]
    assert on_sale([*rows, make_row(4)]) == [1]


def test_source_that_tells_sales_only_tells_one_of_an_entry_without_list_price() -> None:
    rows = [make_row(number) for number in range(1, 5)]
    assert on_sale([*rows, make_row(5, list_price=None, current_price=4.99)]) == [5]


def test_source_that_tells_all_tells_no_sale_without_list_price() -> None:
    rows = [make_row(number, current_price=9.99) for number in range(1, 5)]
    assert on_sale([*rows, make_row(5, list_price=None, current_price=4.99)]) == []


def test_each_source_tells_all_or_sales_only() -> None:
    sales_only = [make_row(number, current_price=4.99 if number == 1 else None) for number in range(1, 4)]
    of_all = [make_row(number, current_price=9.99, source=OTHER) for number in range(4, 6)]
    assert told_of_all([*sales_only, *of_all]) == [False, False, False, True, True]


def test_free_entries_do_not_say_what_a_source_tells() -> None:
    free = [make_row(number, list_price=0.0) for number in range(1, 9)]
    assert all(told_of_all([*free, make_row(9, current_price=9.99)]))


def test_source_without_a_current_price_tells_none() -> None:
    assert not any(told_of_all([make_row(1, list_price=0.0), make_row(2, list_price=None)]))
