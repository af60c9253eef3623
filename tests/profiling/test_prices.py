from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tasador.profiling.price_groups import TOP_NAMES, prices_by_group
from tasador.profiling.prices import QUANTILES, describe_prices
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_games, make_row, priced


def table(prices: list[float | None], **columns: list[Any]) -> Any:
    return make_games(
        [
            make_row(place + 1, list_price=price, **{name: values[place] for name, values in columns.items()})
            for place, price in enumerate(prices)
        ]
    )


def test_shares_of_paid_free_unknown_and_other_rows_sum_to_one(profile: dict[str, Any]) -> None:
    assert sum(profile["prices"]["shares"].values()) == pytest.approx(1, abs=1e-5)


def test_share_free_is_of_known_prices() -> None:
    prices = describe_prices(*priced(table([0.0, 0.0, 5.0, None])))
    assert prices["share_free"] == pytest.approx(2 / 3)
    assert prices["share_unknown"] == 0.25
    assert prices["shares"] == {"paid": 0.25, "free": 0.5, "unknown": 0.25, "other_currency": 0.0}


def test_free_rows_do_not_enter_quantiles() -> None:
    prices = describe_prices(*priced(table([0.0, 0.0, 0.0, 1.0, 2.0, 3.0])))
    assert (prices["min"], prices["p50"], prices["max"], prices["mean"]) == (1.0, 2.0, 3.0, 2.0)


def test_quantiles_interpolate_linearly() -> None:
    assert describe_prices(*priced(table([1.0, 2.0, 3.0, 4.0])))["p25"] == 1.75


def test_quantiles_are_in_order_in_every_group(profile: dict[str, Any]) -> None:
    for grouping in ("kind", "genre", "year", "developer", "publisher", "early_access"):
        for group in profile["price_by"][grouping]:
            values = [group[name] for name in QUANTILES]
            assert values == sorted(values), group
            assert group["n"] == sum(group[f"n_{part}"] for part in ("paid", "free", "unknown", "other_currency"))


def test_histogram_holds_every_paid_price_once() -> None:
    prices = describe_prices(*priced(table([1.0, 2.0, 2.0, 4.0, 999.0, 0.0, None])))
    bins = prices["histogram"]
    assert sum(step["n"] for step in bins) == 5
    assert sum(step["share"] for step in bins) == pytest.approx(1)
    assert all(left["to"] == right["from"] for left, right in pairwise(bins))


def test_price_on_an_edge_lies_in_the_bin_above() -> None:
    (only,) = describe_prices(*priced(table([4.0])))["histogram"]
    assert (only["from"], only["n"]) == (4.0, 1)


def test_skewness_of_equal_prices_is_not_defined(profile: dict[str, Any]) -> None:
    assert summarise(table([9.99] * 5))["prices"]["skewness"] is None
    assert profile["prices"]["skewness"] > profile["prices"]["log_skewness"]


def test_row_counts_in_each_of_its_genres_once() -> None:
    games = table([1.0, 3.0], genres=[["A", "B", "A"], ["B"]])
    groups = {group["value"]: group for group in prices_by_group(priced(games)[0])["genre"]}
    assert (groups["A"]["n"], groups["B"]["n"]) == (1, 2)
    assert groups["B"]["p50"] == 2.0


def test_rows_without_a_value_are_a_group_of_their_own() -> None:
    groups = prices_by_group(priced(table([1.0, 3.0, 5.0], developer=["Ann", None, None]))[0])["developer"]
    assert [(group["value"], group["n"]) for group in groups] == [("Ann", 1), (None, 2)]


def test_developers_are_cut_to_the_most_frequent() -> None:
    names = [f"Studio {number}" for number in range(40)] + ["Often", None]
    groups = prices_by_group(priced(table([1.0] * 42, developer=names))[0])
    assert len(groups["developer"]) == TOP_NAMES + 1
    assert groups["developers"] == {"n": 41, "n_single": 41, "share_single": 1.0}


def test_years_stand_in_order(profile: dict[str, Any]) -> None:
    years = [group["value"] for group in profile["price_by"]["year"]]
    assert years == sorted(years)


def test_kinds_add_up_to_the_table(profile: dict[str, Any]) -> None:
    for grouping in ("kind", "year", "early_access"):
        assert sum(group["n"] for group in profile["price_by"][grouping]) == profile["overview"]["n"]
