from __future__ import annotations

import json
import re
from typing import Any

import polars as pl
import pytest

from tasador.profiling.comparison import compare
from tasador.profiling.exhibits_comparison import comparison_exhibits
from tasador.profiling.report import render_comparison
from tests.profiling.catalogue import make_games, make_row, make_store, make_varied
from tests.profiling.test_report import ATTACK, Page, all_of


def compared(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, Any]:
    return compare(before, after, n_before=len(before), n_after=len(after))


@pytest.fixture(scope="module")
def comparison() -> dict[str, Any]:
    before = make_varied(300)
    price = pl.when(pl.col("app_id") <= 40).then(pl.col("list_price") * 2).otherwise("list_price")
    kept = before.filter(pl.col("app_id") > 20).with_columns(list_price=price, price_usd=price)
    new = [make_row(number, list_price=59.99, genres=["Racing"]) for number in range(1_000, 1_030)]
    return compared(before, pl.concat([kept, make_games(new)]))


@pytest.fixture(scope="module")
def page(comparison: dict[str, Any]) -> str:
    return render_comparison(comparison, before="aaa", after="bbb")


def test_entries_are_new_gone_or_repriced(comparison: dict[str, Any]) -> None:
    entries = comparison["entries"]
    assert (entries["n_new"], entries["n_gone"], entries["n_both"]) == (30, 20, 283)
    prices = entries["prices"]
    assert (prices["n_up"], prices["n_down"], prices["ratio_p50"]) == (prices["n"], 0, 2.0)
    assert 0 < prices["n"] <= 20
    assert sum(kind["n_new"] for kind in entries["by_kind"]) == 30


def test_sides_hold_the_figures_of_each(comparison: dict[str, Any]) -> None:
    before, after = comparison["before"], comparison["after"]
    assert (before["n"], after["n"]) == (303, 313)
    assert after["p90"] > before["p90"]
    assert before["n_paid"] + before["n_free"] + before["n_unknown"] == before["n"]


def test_labels_that_came_up_are_told(comparison: dict[str, Any]) -> None:
    (racing,) = [label for label in comparison["contrast"]["labels"]["genres"] if label["label"] == "Racing"]
    assert racing["first"] == 0 < racing["second"]


def test_a_catalogue_does_not_differ_from_itself() -> None:
    games = make_varied(100)
    found = compared(games, games)
    assert {column["distance"] for column in found["contrast"]["columns"]} == {0.0}
    assert [found["entries"][f"n_{key}"] for key in ("new", "gone", "repriced", "changed")] == [0, 0, 0, 0]
    assert all(row["first"] == row["second"] for row in found["missing"])
    said = {exhibit.id: exhibit for exhibit in comparison_exhibits(found)}
    assert said["columns-distances"].takeaway.startswith("No column differs")
    assert said["columns-genres"].takeaway == "No label differs between the earlier and the later."
    assert said["missing-by-column"].takeaway == "No share changed."
    assert said["columns-distances"].size == "103 and 103"


def test_prices_of_different_currencies_are_not_compared() -> None:
    found = compared(make_varied(100), make_store(100))
    assert found["currencies_differ"]
    assert "price" not in {column["column"] for column in found["contrast"]["columns"]}
    assert "prices" not in {exhibit.id for exhibit in comparison_exhibits(found)}
    assert "prices are not compared" in render_comparison(found, before="a", after="b")


def test_empty_catalogues_are_compared_and_drawn() -> None:
    found = compared(make_games([]), make_games([]))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert "<h1>" in render_comparison(found, before="a", after="b")


def test_comparison_survives_json_and_gives_the_same_page(comparison: dict[str, Any], page: str) -> None:
    again = json.loads(json.dumps(comparison, allow_nan=False))
    assert again == comparison
    assert render_comparison(again, before="aaa", after="bbb") == page


def test_page_is_sound_and_holds_the_numbers(comparison: dict[str, Any], page: str) -> None:
    parsed = Page(page)
    assert (parsed.mismatched, parsed.open) == ([], [])
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {link["href"][1:] for link in all_of(parsed, "a")} <= set(ids)
    for exhibit in comparison_exhibits(comparison):
        assert exhibit.takeaway in parsed.text
        figure = page.split(f'<figure id="{exhibit.id}">')[1].split("</figure>")[0]
        cells = re.findall(r"<t[hd] [^>]*data-value=\"([^\"]*)\"", figure)
        expected = [row[header.key] for row in exhibit.rows for header in exhibit.headers]
        for cell, value in zip(cells, expected, strict=True):
            if isinstance(value, int | float):
                assert float(cell) == value


def test_samples_are_named() -> None:
    games = make_varied(50)
    found = compare(games, games, n_before=53_000, n_after=len(games))
    assert "every figure of this page is of a sample, 53 of 53,000 rows" in render_comparison(
        found, before="a", after="b"
    )


def test_texts_of_strangers_are_escaped() -> None:
    before = make_games([make_row(number, name=f"{ATTACK} {number}") for number in range(1, 30)])
    after = before.with_columns(list_price=pl.lit(1.99), price_usd=pl.lit(1.99), app_id=pl.col("app_id") + 5)
    parsed = Page(render_comparison(compared(before, after), before="a", after="b"))
    assert not any("alert(1)" in text for attributes, text in parsed.scripts if not attributes)
    assert ATTACK in parsed.text
