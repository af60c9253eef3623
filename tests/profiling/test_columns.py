from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.columns import BINS, TEXT_LENGTH, describe_columns
from tests.profiling.catalogue import make_games, make_row


def column(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(found for found in describe_columns(make_games(rows)) if found["column"] == name)


def test_every_column_is_described_in_order(profile: dict[str, Any], varied: pl.DataFrame) -> None:
    assert [found["column"] for found in profile["columns"]] == varied.columns
    for found in profile["columns"]:
        assert found["description"]
        assert found["n"] == len(varied)
        assert found["n_missing"] == varied[found["column"]].null_count()


@pytest.mark.parametrize(
    ("name", "shape", "kind"),
    [
        ("price_usd", "number", "Float64"),
        ("kind", "category", "Enum of 9"),
        ("genres", "labels", "List of String"),
        ("early_access", "yes/no", "Boolean"),
        ("release_date", "date", "Date"),
        ("developer", "text", "String"),
    ],
)
def test_type_and_shape_are_named(profile: dict[str, Any], name: str, shape: str, kind: str) -> None:
    found = next(found for found in profile["columns"] if found["column"] == name)
    assert (found["shape"], found["type"]) == (shape, kind)


def test_column_without_a_value_is_not_in_the_source(profile: dict[str, Any]) -> None:
    empty = {found["column"] for found in profile["columns"] if not found["in_source"]}
    assert {"platforms", "owners_min", "observed_on"} <= empty
    assert {found["column"] for found in profile["columns"] if found["n_missing"] == found["n"]} == empty


def test_new_columns_are_described_by_their_shape(store_profile: dict[str, Any]) -> None:
    shapes = {found["column"]: found["shape"] for found in store_profile["columns"]}
    assert [shapes[name] for name in ("owners_min", "positive_reviews", "required_age", "base_app_id")] == [
        "number"
    ] * 4
    assert (shapes["platforms"], shapes["languages"]) == ("labels", "labels")
    assert (shapes["currency"], shapes["observed_on"]) == ("text", "date")


def test_distinct_values_leave_out_null() -> None:
    rows = [make_row(1, developer="Ann"), make_row(2, developer="Ann"), make_row(3, developer=None)]
    found = column(rows, "developer")
    assert (found["n_distinct"], found["n_missing"], found["examples"]) == (1, 1, ["Ann"])
    assert found["distribution"]["top"] == [{"value": "Ann", "n": 2, "share": 1.0}]


def test_column_without_repeats_has_no_frequent_values() -> None:
    assert column([make_row(1), make_row(2)], "developer")["distribution"]["top"] == []


def test_histogram_holds_every_value_and_sets_the_highest_apart() -> None:
    rows = [make_row(number, list_price=float(number)) for number in range(1, 301)]
    bins = column([*rows, make_row(999, list_price=5000.0)], "price_usd")["distribution"]["histogram"]
    assert len(bins) == BINS + 1
    assert sum(step["n"] for step in bins) == 301
    assert bins[-1]["to"] == 5000.0
    assert bins[-1]["n"] < 10


def test_labels_are_counted_one_by_one() -> None:
    rows = [make_row(1, genres=["A", "B"]), make_row(2, genres=["B"]), make_row(3, genres=[])]
    found = column(rows, "genres")
    assert found["distribution"]["n_distinct_labels"] == 2
    assert found["distribution"]["sizes"]["max"] == 2
    assert found["examples"] == ["A, B", "B", "(empty list)"]


def test_long_text_is_cut() -> None:
    (example,) = column([make_row(1, name="x" * 500)], "name")["examples"]
    assert len(example) == TEXT_LENGTH
    assert example.endswith("…")


def test_dates_are_iso_text(profile: dict[str, Any]) -> None:
    found = next(found for found in profile["columns"] if found["column"] == "release_date")
    assert found["distribution"]["min"] == "2010-01-01"
