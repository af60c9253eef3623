from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from tasador.profiling.over_years import ALL_GENRES, describe_over_years
from tests.profiling.catalogue import make_games, make_row, make_store, priced


def rows_of(year: int, prices: list[float], first: int, **values: Any) -> list[dict[str, Any]]:
    return [
        make_row(first + place, release_year=year, release_date=dt.date(year, 12, 28), list_price=price, **values)
        for place, price in enumerate(prices)
    ]


@pytest.fixture
def games() -> pl.DataFrame:
    return make_games(
        [
            *rows_of(2010, [1.0 + place for place in range(25)], 1, genres=["A", "B"]),
            *rows_of(2017, [5.0] * 30, 100, genres=["A"]),
            *rows_of(2017, [0.0] * 50, 200, genres=["A"]),
            *rows_of(2016, [7.0] * 19, 300, genres=["A"]),
            *rows_of(1990, [9.0] * 20, 400, genres=None),
        ]
    )


def cell(found: dict[str, Any], genre: str, year: int) -> dict[str, Any]:
    (one,) = [cell for cell in found["cells"] if (cell["genre"], cell["year"]) == (genre, year)]
    return dict(one)


def test_cells_hold_the_quantiles_of_paid_entries(games: pl.DataFrame) -> None:
    found = describe_over_years(*priced(games))
    assert cell(found, "A", 2010)["p50"] == 13.0
    assert cell(found, ALL_GENRES, 2017) | {"genre": "A"} == cell(found, "A", 2017)
    assert cell(found, "A", 2017)["n_paid"] == 30
    assert cell(found, ALL_GENRES, 1990)["n_paid"] == 20


def test_small_cells_are_left_out_and_counted(games: pl.DataFrame) -> None:
    found = describe_over_years(*priced(games))
    assert {cell["year"] for cell in found["cells"]} == {1990, 2010, 2017}
    assert found["n_cells_left_out"] == 2, "genre A and all entries, of 2016"


def test_real_prices_are_in_the_money_of_the_year_of_most_paid_entries(games: pl.DataFrame) -> None:
    found = describe_over_years(*priced(games))
    assert found["inflation"]["base_year"] == 2017
    assert cell(found, "A", 2017)["real_p50"] == 5.0
    assert cell(found, "B", 2010)["real_p75"] == pytest.approx(cell(found, "B", 2010)["p75"] * 245.12 / 218.056)
    assert cell(found, ALL_GENRES, 1990)["real_p50"] == pytest.approx(9.0 * 245.12 / 130.7)
    assert found["inflation"]["missing_years"] == []


def test_a_year_that_is_not_over_has_no_cells_and_is_no_base_year(games: pl.DataFrame) -> None:
    ended = games.with_columns(
        release_date=pl.when(pl.col("release_year") == 2017).then(dt.date(2017, 11, 30)).otherwise("release_date")
    )
    found = describe_over_years(*priced(ended))
    assert {cell["year"] for cell in found["cells"]} == {1990, 2010}
    assert found["inflation"]["base_year"] == 2010
    assert found["n"] == 25 + 19 + 20


def test_another_currency_has_no_real_terms() -> None:
    found = describe_over_years(*priced(make_store(400)))
    assert found["inflation"] is None
    assert found["cells"]
    assert all(cell["real_p50"] is None for cell in found["cells"])
