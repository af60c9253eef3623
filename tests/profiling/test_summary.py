from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tasador.profiling.charts import exhibits
from tasador.profiling.report import render
from tasador.profiling.summary import PROFILE_VERSION, summarise
from tests.profiling.catalogue import make_games, make_row, make_varied

ODD = {
    "no rows": [],
    "one row": [make_row(1)],
    "no price": [make_row(1, list_price=None), make_row(2, list_price=None)],
    "all free": [make_row(1, list_price=0.0), make_row(2, list_price=0.0)],
    "one price": [make_row(number) for number in range(1, 50)],
    "no labels": [make_row(1, genres=None, specs=None, tags=None), make_row(2, genres=[], specs=[], tags=[])],
    "no other labels": [make_row(1, platforms=None, languages=None), make_row(2, platforms=[], languages=[])],
    "no currency": [make_row(number, currency=None, list_price=float(number)) for number in range(1, 50)],
    "a currency a row": [make_row(1, currency="EUR"), make_row(2, currency="GBP"), make_row(3, currency="USD")],
    "current prices only": [make_row(1, list_price=None, current_price=5.0)],
    "current prices of nothing": [make_row(1, list_price=0.0, current_price=0.0)],
    "no names of makers": [make_row(number, developer=None, publisher=None) for number in range(1, 5)],
}


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers_in(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers_in(item)]
    return [value] if isinstance(value, float) else []


def test_profile_survives_json(profile: dict[str, Any]) -> None:
    assert json.loads(json.dumps(profile, allow_nan=False)) == profile


def test_profile_has_its_parts(profile: dict[str, Any]) -> None:
    assert set(profile) == {
        "version", "overview", "currency", "prices", "ladder", "price_by", "over_years", "hedonic", "games_and_dlc",
        "outliers", "associations", "companions", "missingness", "hindsight", "duplicates", "twins", "populations",
        "words", "columns", "first_rows", "findings",
    }  # fmt: skip
    assert profile["version"] == PROFILE_VERSION


def test_same_table_gives_the_same_profile(varied: pl.DataFrame, profile: dict[str, Any]) -> None:
    again = summarise(varied.clone())
    assert json.dumps(again) == json.dumps(profile)


def test_order_of_rows_changes_only_examples(varied: pl.DataFrame, profile: dict[str, Any]) -> None:
    turned = summarise(varied.sort("record_no", descending=True))
    for key in (*profile.keys() - {"overview", "columns", "first_rows", "twins"},):
        assert turned[key] == profile[key], key


def test_input_is_not_changed(varied: pl.DataFrame) -> None:
    before = varied.clone()
    summarise(varied)
    assert_frame_equal(varied, before)


def test_overview_counts_the_table(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    overview = profile["overview"]
    assert overview["n"] == len(varied)
    assert overview["n_columns"] == varied.width
    assert overview["n_paid"] == varied.filter(pl.col("price_usd") > 0).height
    assert overview["first_release"] == min(varied["release_date"]).isoformat()
    assert overview["sources"] == ["0123456789ab"]


@pytest.mark.parametrize("rows", ODD.values(), ids=ODD.keys())
def test_odd_tables_are_profiled_and_drawn(rows: list[dict[str, Any]]) -> None:
    profile = summarise(make_games(rows))
    json.dumps(profile, allow_nan=False)
    assert profile["overview"]["n"] == len(rows)
    page = render(profile)
    assert "<h1>" in page
    assert "None" not in page.split('<script type="application/json"')[0]


def test_empty_table_has_no_findings() -> None:
    assert summarise(make_games([]))["findings"] == []


PRICES = st.one_of(st.none(), st.just(0.0), st.floats(0.01, 99_999.0), st.sampled_from([4.99, 9.99]))


@settings(max_examples=20)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "list_price": PRICES,
                "current_price": PRICES,
                "currency": st.sampled_from(["USD", "EUR", "IDR", None]),
                "genres": st.one_of(st.none(), st.lists(st.sampled_from("ABCD"), max_size=3)),
                "platforms": st.one_of(st.none(), st.lists(st.sampled_from("ABCD"), max_size=3)),
                "developer": st.one_of(st.none(), st.text(max_size=5)),
                "release_year": st.integers(1950, 2049),
                "owners_min": st.one_of(st.none(), st.integers(0, 2**32 - 1)),
                "required_age": st.one_of(st.none(), st.integers(0, 255)),
                "source": st.sampled_from(["0123456789ab", "ba9876543210"]),
            }
        ),
        max_size=12,
    )
)
def test_any_small_table_gives_finite_figures_and_charts(rows: list[dict[str, Any]]) -> None:
    profile = summarise(make_games([make_row(place, **row) for place, row in enumerate(rows, 1)]))
    json.dumps(profile, allow_nan=False)
    assert all(map(math.isfinite, numbers_in(profile)))
    assert all(exhibit.rows for exhibit in exhibits(profile))
    assert sum(step["n"] for step in profile["prices"]["histogram"]) == profile["overview"]["n_paid"]
    for kind in ("numeric", "categorical"):
        assert all(pair["value"] is None or -1 <= pair["value"] <= 1 for pair in profile["associations"][kind])


def test_profile_does_not_grow_with_rows() -> None:
    sizes = [len(json.dumps(summarise(make_varied(rows)))) for rows in (1000, 4000)]
    assert sizes[1] < 1.5 * sizes[0]
