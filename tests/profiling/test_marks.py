from __future__ import annotations

import json
from typing import Any

import pytest

from tasador.profiling import marks
from tasador.profiling.cloud import word_cloud

GROUPS: list[dict[str, Any]] = [
    {"value": "b", "n_paid": 2, "p10": 1.0, "p25": 2.0, "p50": 3.0, "p75": 4.0, "p90": 5.0},
    {"value": "a", "n_paid": 2, "p10": 1.0, "p25": 2.0, "p50": 3.0, "p75": 4.0, "p90": 5.0},
]
BINS: list[dict[str, Any]] = [{"from": 1.0, "to": 2.0, "n": 3, "share": 1.0}]
PAIRS: list[dict[str, Any]] = [
    {"x": "p", "y": "p", "n": None, "value": None},
    {"x": "q", "y": "p", "n": 9, "value": 0.7},
    {"x": "p", "y": "q", "n": 9, "value": 0.7},
]


def heat_map(*, written: bool = True, low: float = -1.0) -> dict[str, Any]:
    return marks.heat_map(
        PAIRS, x="x", y="y", value="value", title="Rank", value_format=".2f", domain=[low, 1.0], written=written
    )


def data_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    (values,) = spec["datasets"].values()
    return list(values)


def test_spread_is_a_line_a_bar_and_a_stroke() -> None:
    spec = marks.quantiles(GROUPS, y="value", currency="USD")
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rule", "bar", "tick"]
    assert [layer["encoding"]["x"]["field"] for layer in spec["layer"]] == ["p10", "p25", "p50"]
    assert all(layer["encoding"]["x"]["scale"]["type"] == "log" for layer in spec["layer"])


def test_rows_stay_in_the_order_given() -> None:
    spec = marks.quantiles(GROUPS, y="value", currency="USD")
    assert [row["value"] for row in data_of(spec)] == ["b", "a"]
    assert all(layer["encoding"]["y"]["sort"] is None for layer in spec["layer"])


def test_heat_map_leaves_pairs_without_a_value_empty_but_keeps_their_place() -> None:
    spec = heat_map()
    assert len(data_of(spec)) == 2
    assert spec["layer"][0]["encoding"]["x"]["sort"] == ["p", "q"]


def test_heat_map_is_diverging_only_around_zero() -> None:
    schemes = [heat_map(low=low)["layer"][0]["encoding"]["color"]["scale"]["scheme"] for low in (-1.0, 0.0)]
    assert schemes == ["blueorange", "blues"]


def test_heat_map_writes_values_only_when_asked() -> None:
    assert [layer["mark"]["type"] for layer in heat_map()["layer"]] == ["rect", "text"]
    assert heat_map(written=False)["mark"]["type"] == "rect"


@pytest.mark.parametrize("written", [True, False])
def test_specification_brings_no_theme_of_its_own(written: bool) -> None:
    assert "config" not in heat_map(written=written)


def test_axes_say_their_unit() -> None:
    encoding = marks.histogram(BINS, unit="Paid entries", currency="USD")["encoding"]
    assert encoding["x"]["title"] == "Price (US dollars, log scale)"
    assert encoding["x"]["axis"]["format"].startswith("$")
    assert encoding["y"]["title"] == "Paid entries"
    assert encoding["x2"] == {"field": "to"}


def test_axes_of_another_currency_name_it_and_show_no_dollar() -> None:
    shown = [
        marks.histogram(BINS, unit="Paid entries", currency="GBP"),
        marks.quantiles(GROUPS, y="value", currency="GBP"),
        marks.band(GROUPS, x="p10", x_title="Year", y_title="List price (GBP)", currency="GBP"),
        marks.points(
            [{"price": 200.0, "year": 2015, "kind": "game", "name": "A"}],
            x="year",
            x_title="Year",
            group="kind",
            currency="GBP",
        ),
    ]
    for spec in shown:
        text = json.dumps({key: value for key, value in spec.items() if key != "$schema"})
        assert "(GBP" in text
        assert "dollars" not in text
        assert '"$' not in text


def test_axis_of_one_price_has_a_length() -> None:
    rows = [{"price": 200.0, "year": 2015, "kind": "game", "name": name} for name in "AB"]
    spec = marks.points(rows, x="year", x_title="Year", group="kind", currency="USD")
    assert spec["encoding"]["y"]["scale"]["domain"] == [100.0, 400.0]
    further = marks.points([*rows, {**rows[0], "price": 300.0}], x="year", x_title="Year", group="kind", currency="USD")
    assert "domain" not in further["encoding"]["y"]["scale"]


def test_word_cloud_takes_the_color_of_its_place() -> None:
    spec = word_cloud([{"word": "castle", "n": 3}], largest=60, height=200)
    (mark,) = spec["marks"]
    assert mark["encode"]["enter"]["fill"] == {"value": "currentColor"}
    assert spec["height"] == 200
    json.dumps(spec, allow_nan=False)


def test_same_rows_give_the_same_specification() -> None:
    assert marks.quantiles(GROUPS, y="value", currency="USD") == marks.quantiles(
        [dict(group) for group in GROUPS], y="value", currency="USD"
    )
