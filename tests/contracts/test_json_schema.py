from __future__ import annotations

import base64
import datetime as dt
import functools
import json
from typing import Any

import dataframely as dy
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tasador.contracts.games import RULES, USED_COLUMNS, Games
from tasador.contracts.json_schema import table_schema
from tasador.contracts.set_aside import SetAside
from tests.ingest import records
from tests.ingest.records import build, line

NULLABLE = tuple(name for name, column in Games.columns().items() if column.nullable)
NEEDED = tuple(name for name, column in Games.columns().items() if not column.nullable)
NUMBERS = tuple(name for name, column in Games.columns().items() if column.dtype.is_numeric())
ENUMS = tuple(name for name, column in Games.columns().items() if isinstance(column, dy.Enum))
LISTS = tuple(name for name, column in Games.columns().items() if isinstance(column, dy.List))

#: A value that is of another type than the JSON that stands for a column.
OTHER_TYPE: dict[str, Any] = {"string": 7, "integer": "7", "number": "7", "boolean": "yes", "array": "Action"}


def validator(schema: type[dy.Schema]) -> Draft202012Validator:
    return Draft202012Validator(table_schema(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)


GAME = validator(Games)


def as_json(rows: pl.DataFrame) -> list[Any]:
    return [json.loads(json.dumps(row, default=_as_json)) for row in rows.iter_rows(named=True)]


def _as_json(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    assert isinstance(value, dt.date)
    return value.isoformat()


@functools.cache
def good_rows() -> pl.DataFrame:
    return records.games(line())


def good(**columns: Any) -> dict[str, Any]:
    """A row as JSON that keeps the contract, but for the columns named."""
    (row,) = as_json(good_rows())
    return {**row, **columns}


def kinds_of(name: str) -> set[str]:
    """The JSON types that a column may have."""
    says = table_schema(Games)["properties"][name]
    return {kind["type"] for kind in says.get("anyOf", [says])}


@pytest.mark.parametrize("schema", [Games, SetAside])
def test_a_contract_becomes_a_json_schema(schema: type[dy.Schema]) -> None:
    written = json.loads(json.dumps(table_schema(schema)))
    Draft202012Validator.check_schema(written)
    assert list(written["properties"]) == written["required"] == schema.column_names()
    assert written["x-primary-key"] == schema.primary_key()


def test_every_row_of_a_snapshot_is_valid(sample_lines: list[bytes]) -> None:
    parts = build([*sample_lines, b"", b"\xff"]).parts
    assert parts.set_aside["outcome"].n_unique() == 3
    for schema, rows in ((Games, parts.games), (SetAside, parts.set_aside)):
        check = validator(schema)
        assert rows.height > 100
        assert [error.message for row in as_json(rows) for error in check.iter_errors(row)] == []


@given(st.integers(0, 2**32))
def test_every_row_that_the_contract_can_draw_is_valid(seed: int) -> None:
    rows = Games.sample(3, generator=dy.random.Generator(seed))
    assert [error.message for row in as_json(rows) for error in GAME.iter_errors(row)] == []


@pytest.mark.parametrize("name", Games.column_names())
def test_a_row_without_a_column_is_not_valid(name: str) -> None:
    row = good()
    del row[name]
    assert not GAME.is_valid(row)


def test_a_row_with_a_column_too_many_is_not_valid() -> None:
    assert not GAME.is_valid(good(discount=1.0))


@pytest.mark.parametrize("name", NEEDED)
def test_a_column_that_is_never_null_may_not_be_null(name: str) -> None:
    assert not GAME.is_valid(good(**{name: None}))


@pytest.mark.parametrize("name", NULLABLE)
def test_a_column_that_may_be_null_may_be_null(name: str) -> None:
    assert GAME.is_valid(good(**{name: None}))


@pytest.mark.parametrize("name", Games.column_names())
def test_a_value_of_another_type_is_not_valid(name: str) -> None:
    (kind,) = kinds_of(name) - {"null"}
    assert not GAME.is_valid(good(**{name: OTHER_TYPE[kind]}))


@pytest.mark.parametrize("name", ENUMS)
def test_a_value_outside_a_closed_set_is_not_valid(name: str) -> None:
    assert not GAME.is_valid(good(**{name: "other"}))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("item", [None, 7])
def test_a_list_with_an_item_of_another_type_is_not_valid(name: str, item: object) -> None:
    assert not GAME.is_valid(good(**{name: ["Action", item]}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("currency", "usd"),
        ("currency", "US"),
        ("release_date", "2015-02-30"),
        ("release_date", "2 March 2015"),
        ("observed_on", "yesterday"),
        ("metascore", 101),
        ("metascore", 61.5),
        ("release_year", 1949),
        ("release_year", 2050),
        ("price_usd", -0.01),
        ("price_usd", 100_000.01),
        ("record_no", 0),
        ("app_id", -1),
        ("app_id", 2**32),
    ],
)
def test_a_value_out_of_bounds_is_not_valid(name: str, value: object) -> None:
    assert GAME.is_valid(good())
    assert not GAME.is_valid(good(**{name: value}))


@given(st.sampled_from(NUMBERS), st.one_of(st.integers(-2, 2**33), st.floats(-1.0, 2e10), st.integers(1940, 2060)))
def test_a_number_is_valid_where_the_contract_takes_it(name: str, number: float) -> None:
    column = Games.columns()[name]
    value = float(number) if column.dtype.is_float() else int(number)
    try:
        rows = good_rows().with_columns(pl.Series(name, [value], column.dtype))
    except (OverflowError, TypeError):
        taken = False
    else:
        taken = Games.is_valid(rows)
    assert GAME.is_valid(good(**{name: value})) == taken


@given(
    st.sampled_from([name for name in NEEDED if name in ENUMS or name == "name"]), st.text("abIUDdSLis_", max_size=5)
)
def test_a_text_is_valid_where_the_contract_takes_it(name: str, text: str) -> None:
    rows = good_rows().with_columns(pl.Series(name, [text]).cast(Games.columns()[name].dtype, strict=False))
    assert GAME.is_valid(good(**{name: text})) == Games.is_valid(rows)


def test_every_named_rule_is_told() -> None:
    written = table_schema(Games)
    assert written["x-rules"] == dict(RULES.values())
    told = {rule for says in written["properties"].values() for rule in says.get("x-rules", ())}
    assert told == written["x-rules"].keys() - {"nothing_to_use"}
    assert written["properties"]["release_year"]["x-rules"] == ["release_year_missing", "release_year_implausible"]
    assert table_schema(SetAside)["x-rules"] == {}


def test_a_rule_over_several_columns_is_told_and_not_checked() -> None:
    assert GAME.is_valid(good(**dict.fromkeys(USED_COLUMNS)))


def test_a_unit_is_told_where_the_name_carries_one() -> None:
    units = {name: says["x-unit"] for name, says in table_schema(Games)["properties"].items() if "x-unit" in says}
    assert units == {"price_usd": "USD"}


class Measurements(dy.Schema):
    """Another contract."""

    at = dy.Time(primary_key=True)
    share = dy.Float32(nullable=True, min_exclusive=0.0, max=1.0)
    runs = dy.List(dy.List(dy.Int8(nullable=True), min_length=1), description="Runs of numbers.")
    place = dy.Struct({"x": dy.Float64(), "label": dy.String(nullable=True, max_length=3)}, nullable=True)


def test_any_contract_becomes_a_json_schema() -> None:
    check = validator(Measurements)
    row: dict[str, Any] = {"at": "10:00:00", "share": 0.5, "runs": [[1, None]], "place": {"x": 1.0, "label": "a"}}
    assert check.is_valid(row)
    assert check.is_valid({**row, "share": None, "place": None})
    breaks: list[dict[str, Any]] = [
        {"share": 0.0},
        {"share": 1.1},
        {"runs": [[]]},
        {"runs": [[128]]},
        {"runs": None},
        {"place": {"x": None, "label": "a"}},
        {"place": {"x": 1.0, "label": "abcd"}},
    ]
    for broken in breaks:
        assert not check.is_valid({**row, **broken}), broken
