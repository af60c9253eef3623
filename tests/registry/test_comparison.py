from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.registry.comparison import compare
from tests.registry.predictions import frame


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    rng = np.random.default_rng(0)
    prices = rng.choice([0.1 + 0.2, 4.99, 9.99], 300)
    return frame(prices, prices * np.exp(rng.normal(0, 0.5, 300)))


def test_prices_that_differ_in_the_last_bit_are_the_same(rows: pl.DataFrame) -> None:
    written = rows.with_columns(price_usd=pl.col("price_usd").round(2))
    assert not written["price_usd"].equals(rows["price_usd"])
    games, everything = compare(rows, written)
    assert (games.kind, games.n, everything.kind, everything.n) == ("game", 200, "all", 300)


def test_games_at_another_price_are_not_compared(rows: pl.DataFrame) -> None:
    dearer = rows.with_columns(price_usd=pl.when(pl.col("app_id") < 30).then(19.99).otherwise("price_usd"))
    assert compare(rows, dearer)[-1].n == 270


@pytest.mark.parametrize("of", [0, 1])
def test_near_twins_of_what_one_was_trained_on_are_not_compared(rows: pl.DataFrame, of: int) -> None:
    frames = [rows, rows]
    frames[of] = rows.with_columns(near_twin=pl.col("app_id") < 30)
    assert compare(*frames)[-1].n == 270
