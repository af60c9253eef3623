"""A catalogue in euros that gives every current price, reviews, owners, platforms and languages."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from tasador.profiling.charts import exhibits
from tasador.profiling.report import render
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_store


@pytest.fixture(scope="module")
def page(store_profile: dict[str, Any]) -> str:
    return render(store_profile)


def visible(page: str) -> str:
    """The part of a page before its specifications and scripts."""
    return page.split('<script type="application/json"')[0].split("</style>")[1]


def test_page_speaks_of_its_own_currency_only(page: str, store_profile: dict[str, Any]) -> None:
    text = visible(page)
    assert "Prices are list prices in EUR" in text
    n_paid = store_profile["prices"]["n_paid"]
    assert f"Of the {n_paid} paid rows {n_paid}, 100.0%, are priced so." in text
    assert f"Below EUR {store_profile['currency']['low']:.0f}<" in text
    assert "$" not in text
    assert "dollar" not in text.replace("US dollars; 0 when free", "").lower()
    specs = json.dumps({exhibit.id: exhibit.spec for exhibit in exhibits(store_profile)})
    assert "Price (EUR, log scale)" in specs
    assert "dollars" not in specs


def test_findings_are_in_the_currency(store_profile: dict[str, Any]) -> None:
    found = {finding["id"]: finding for finding in store_profile["findings"]}
    assert f"the median is EUR {store_profile['prices']['p50']:.2f}" in found["skewed_prices"]["sentence"]
    assert found["skewed_prices"]["means_for_model"].endswith("beside EUR errors.")
    assert "in EUR" in found["dear_rows_weigh"]["means_for_model"]
    assert "currencies_differ" not in found


def test_what_the_source_lacks_is_no_finding(store_profile: dict[str, Any]) -> None:
    found = {finding["id"] for finding in store_profile["findings"]}
    assert not found & {"reviews_missing", "tags_come_later", "developer_missing"}


def test_discount_is_measured_on_entries_on_sale(store_profile: dict[str, Any], store: pl.DataFrame) -> None:
    (pair,) = [
        pair
        for pair in store_profile["associations"]["numeric"]
        if (pair["x"], pair["y"]) == ("price_eur", "sale_price")
    ]
    assert pair["n"] == store.filter(pl.col("current_price") < pl.col("list_price")).height
    assert pair["value"] == 1.0


def test_ordinary_current_prices_are_no_outliers(store_profile: dict[str, Any]) -> None:
    (rule,) = [rule for rule in store_profile["outliers"]["rules"] if rule["id"] == "discount_not_below_price"]
    assert rule["n"] == 0


def test_numbers_and_labels_of_the_source_are_compared(store_profile: dict[str, Any]) -> None:
    associations = store_profile["associations"]
    numbers = {pair["x"] for pair in associations["numeric"]} | {pair["y"] for pair in associations["numeric"]}
    assert {"positive_reviews", "negative_reviews", "owners_min", "required_age", "n_platforms"} <= numbers
    assert {label["label"] for label in associations["labels"]["platforms"]} == {"windows", "mac", "linux"}
    assert {label["label"] for label in associations["labels"]["languages"]} == {"English", "German", "French"}
    assert {"price-with-platforms", "price-with-languages"} <= {exhibit.id for exhibit in exhibits(store_profile)}


def test_columns_without_a_value_are_compared_with_nothing(store_profile: dict[str, Any]) -> None:
    associations = store_profile["associations"]
    named = {pair[key] for kind in ("numeric", "categorical", "mixed") for pair in associations[kind] for key in "xy"}
    assert not named & {"user_reviews", "sentiment", "sentiment_rank", "n_tags", "currency"}
    assert associations["labels"]["tags"] == []


def test_columns_without_a_value_are_named_once_and_not_described(page: str) -> None:
    assert "Not in this source: tags, price_text, sentiment, user_reviews, url." in page
    assert 'id="column-tags"' not in page
    assert 'id="column-platforms"' in page


def test_another_currency_is_told_and_in_no_figure() -> None:
    few = make_store(60, currency="IDR", times=15_000.0).with_columns(
        pl.col("app_id", "game_no", "record_no") + 1000, source=pl.lit("ba9876543210")
    )
    euros = make_store(600)
    alone, mixed = summarise(euros), summarise(pl.concat([euros, few]))
    for key in ("min", "max", "mean", "p50", "n_paid", "histogram"):
        assert mixed["prices"][key] == alone["prices"][key]
    assert mixed["ladder"] == alone["ladder"]
    assert mixed["outliers"]["influence"] == alone["outliers"]["influence"]
    n_paid = mixed["currency"]["n_paid"]
    (finding,) = [finding for finding in mixed["findings"] if finding["id"] == "currencies_differ"]
    assert finding["number"] == pytest.approx(mixed["prices"]["n_other_currency"] / n_paid, abs=1e-6)
    text = visible(render(mixed))
    assert f"Of the {n_paid} paid rows {alone['prices']['n_paid']}, " in text
    assert "are priced so; the others are in no figure of prices." in text
    assert "In another currency" in text


def test_prices_without_a_named_currency_are_told_without_one() -> None:
    profile = summarise(make_store(200, currency=None))
    text = visible(render(profile))
    assert "Prices are list prices in an unnamed currency" in text
    assert "None" not in text
    assert f"Below {profile['currency']['low']:.0f}<" in text
