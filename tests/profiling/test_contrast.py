from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.contrast import compared, contrast
from tasador.profiling.kinds import describe_games_and_dlc
from tests.profiling.catalogue import make_games, make_row, priced


def column(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [column for column in found["columns"] if column["column"] == name]
    return dict(one)


@pytest.fixture
def found() -> dict[str, Any]:
    cheap = [make_row(number, list_price=1.0 * number, genres=["A"], metascore=None) for number in range(1, 11)]
    dear = [
        make_row(number, list_price=None if number == 20 else 100.0, genres=["A", "B"], developer=None)
        for number in range(11, 21)
    ]
    return contrast(*(compared(priced(make_games(rows))[0]) for rows in (cheap, dear)))


def test_columns_stand_side_by_side_with_their_rows(found: dict[str, Any]) -> None:
    price = column(found, "price")
    assert (price["first_n"], price["second_n"], price["second_missing"]) == (10, 9, 0.1)
    assert (price["first_p50"], price["second_p50"], price["distance"]) == (5.5, 100.0, 1.0)
    genres = column(found, "genres")
    assert (genres["most"], genres["first_most"], genres["second_most"]) == ("B", 0.0, 1.0)
    assert column(found, "developer_given")["distance"] == 1.0


def test_columns_without_a_value_on_one_side_are_left_out(found: dict[str, Any]) -> None:
    assert "metascore" not in {column["column"] for column in found["columns"]}


def test_farthest_columns_come_first(found: dict[str, Any]) -> None:
    distances = [column["distance"] for column in found["columns"]]
    assert distances == sorted(distances, reverse=True)


def test_a_group_is_not_apart_from_itself(varied: pl.DataFrame) -> None:
    rows = compared(priced(varied)[0])
    found = contrast(rows, rows)
    assert {column["distance"] for column in found["columns"]} == {0.0}


def test_games_and_dlc_are_not_told_apart_by_what_makes_them_so() -> None:
    rows = [
        make_row(number, kind=kind, specs=["Single-player", *(["Downloadable Content"] if kind == "dlc" else [])])
        for number, kind in enumerate(["game", "dlc"] * 5, 1)
    ]
    found = describe_games_and_dlc(priced(make_games(rows))[0])
    assert found is not None
    assert {"kind"}.isdisjoint(column["column"] for column in found["columns"])
    assert [label["label"] for label in found["labels"]["specs"]] == ["Single-player"]


def test_a_table_of_games_alone_is_contrasted_with_nothing() -> None:
    assert describe_games_and_dlc(priced(make_games([make_row(1)]))[0]) is None
