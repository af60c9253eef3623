from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from tasador.profiling.populations import describe_populations
from tasador.storage.appraisal_log import SCHEMA
from tests.profiling.catalogue import make_games, make_row, priced

GIVEN = ["name", "kind", "release_date", "genres", "developer"]


def asked(*rows: dict[str, Any]) -> pl.DataFrame:
    common = {
        "at": dt.datetime(2020, 1, 2, tzinfo=dt.UTC),
        "model_version": "launch-1",
        "given": GIVEN,
        "name": "Sundial",
        "kind": "game",
        "release_date": dt.date(2020, 5, 1),
        "genres": ["Strategy"],
        "specs": ["Single-player"],
        "developer": "Ann",
        "early_access": False,
        "estimate_usd": 4.0,
    }
    return pl.DataFrame([{**common, **row} for row in rows], schema=SCHEMA)


@pytest.fixture
def games() -> pl.DataFrame:
    rows = [make_row(number) for number in range(1, 31)]
    others = [make_row(31, list_price=0.0), make_row(32, genres=None), make_row(33, list_price=None)]
    return priced(make_games([*rows, *others]))[0]


def columns(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {column["column"]: column for column in found["columns"]}


def test_training_rows_are_set_beside_the_rows_left_out(games: pl.DataFrame) -> None:
    found = describe_populations(games, None)
    assert (found["training"]["n_first"], found["training"]["n_second"], found["n_training"]) == (3, 30, 30)
    assert (columns(found["training"])["genres"]["first_n"], columns(found["training"])["genres"]["second_n"]) == (
        2,
        30,
    )
    assert "free" not in columns(found["training"]), "it is what leaves a row out"
    assert found["served"] is None


def test_requests_are_set_beside_the_training_rows(games: pl.DataFrame) -> None:
    second = {"at": dt.datetime(2020, 3, 4, tzinfo=dt.UTC), "genres": ["Strategy", "Indie"], "estimate_usd": 6.0}
    served = describe_populations(games, asked({}, second))["served"]
    assert (served["n_first"], served["n_second"]) == (30, 2)
    assert (served["first_day"], served["last_day"]) == (dt.date(2020, 1, 2), dt.date(2020, 3, 4))
    assert served["versions"] == ["launch-1"]
    found = columns(served)
    assert (found["price"]["first_p50"], found["price"]["second_p50"]) == (9.99, 5.0)
    assert (found["genres"]["most"], found["genres"]["second_most"]) == ("Action", 0.0)


def test_what_a_request_did_not_give_is_missing_in_it(games: pl.DataFrame) -> None:
    found = columns(describe_populations(games, asked({}, {"given": [*GIVEN, "specs"]}))["served"])
    assert (found["specs"]["second_n"], found["specs"]["second_missing"]) == (1, 0.5)
    assert "early_access" not in found


def test_an_empty_log_and_rows_that_teach_nothing_are_compared_with_nothing(games: pl.DataFrame) -> None:
    assert describe_populations(games, asked())["served"] is None
    none = describe_populations(games.filter(pl.col("list_price") == 0), asked({}))
    assert none == {"n_training": 0, "training": None, "served": None}


def test_where_no_row_is_left_out_there_is_nothing_to_compare(games: pl.DataFrame) -> None:
    found = describe_populations(games.head(30), None)
    assert (found["n_training"], found["training"]) == (30, None)
