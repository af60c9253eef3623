from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.associations import TOP_LABELS, describe_associations
from tests.profiling.catalogue import make_games, make_row, priced


def test_every_measure_is_defined_in_words(profile: dict[str, Any]) -> None:
    assert set(profile["associations"]["definitions"]) == {
        "spearman", "cramers_v", "correlation_ratio", "point_biserial",
    }  # fmt: skip


def test_every_pair_says_its_n(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    associations = profile["associations"]
    for pair in [*associations["numeric"], *associations["categorical"], *associations["mixed"]]:
        assert 0 <= pair["n"] <= len(varied)


def test_no_pair_comes_twice(profile: dict[str, Any]) -> None:
    for kind in ("numeric", "categorical", "mixed"):
        pairs = [(pair["x"], pair["y"]) for pair in profile["associations"][kind]]
        assert len(set(pairs)) == len(pairs)
        assert not any((y, x) in pairs for x, y in pairs if x != y)


def test_free_rows_do_not_enter_price_associations() -> None:
    games = make_games([make_row(number, list_price=float(number % 3)) for number in range(1, 31)])
    pair = next(
        pair
        for pair in describe_associations(*priced(games))["numeric"]
        if (pair["x"], pair["y"]) == ("price_usd", "release_year")
    )
    assert pair["n"] == 20


def test_label_correlation_equals_pearson_with_an_indicator(varied: pl.DataFrame) -> None:
    label = next(
        item for item in describe_associations(*priced(varied))["labels"]["genres"] if item["label"] == "Casual"
    )
    rows = varied.filter(pl.col("price_usd") > 0).drop_nulls("genres")
    has = pl.col("genres").list.contains("Casual").cast(pl.Float64)
    assert label["value"] == pytest.approx(rows.select(pl.corr(has, pl.col("price_usd").log())).item())
    assert label["n"] == len(rows)
    assert label["n_with"] == rows.select(has.sum()).item()


def test_label_that_all_rows_have_has_no_correlation() -> None:
    games = make_games([make_row(1, list_price=1.0), make_row(2, list_price=2.0)])
    (label,) = describe_associations(*priced(games))["labels"]["genres"]
    assert (label["label"], label["value"]) == ("Action", None)


def test_labels_are_cut_to_the_most_frequent() -> None:
    rows = [make_row(number, tags=[f"Tag {place:02}" for place in range(number)]) for number in range(1, 60)]
    labels = describe_associations(*priced(make_games(rows)))["labels"]["tags"]
    assert [label["label"] for label in labels] == [f"Tag {place:02}" for place in range(TOP_LABELS)]


def test_column_of_one_value_goes_with_nothing() -> None:
    rows = [make_row(number, list_price=float(number), required_age=0, platforms=["windows"]) for number in range(1, 9)]
    pairs = describe_associations(*priced(make_games(rows)))["numeric"]
    assert not {pair[key] for pair in pairs for key in "xy"} & {"required_age", "n_platforms", "owners_min"}
    assert ("price_usd", "release_year") in {(pair["x"], pair["y"]) for pair in pairs}


def test_prices_of_sales_are_of_one_currency() -> None:
    rows = [make_row(n, currency="EUR", list_price=float(n), current_price=n / 2) for n in range(1, 9)]
    other = [make_row(n, currency="IDR", list_price=9e5, current_price=8e5) for n in range(9, 12)]
    (pair,) = [
        pair
        for pair in describe_associations(*priced(make_games([*rows, *other])))["numeric"]
        if (pair["x"], pair["y"]) == ("sale_price", "release_year")
    ]
    assert pair["n"] == 8


def test_better_sentiment_has_a_higher_rank() -> None:
    names = ["Mixed", "Positive", "Overwhelmingly Positive", "Overwhelmingly Negative"]
    scores = [50, 70, 90, 10]
    rows = [make_row(place + 1, sentiment=names[place], metascore=scores[place]) for place in range(4)]
    pair = next(
        pair
        for pair in describe_associations(*priced(make_games(rows)))["numeric"]
        if (pair["x"], pair["y"]) == ("metascore", "sentiment_rank")
    )
    assert pair["value"] == pytest.approx(1)
