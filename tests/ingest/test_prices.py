from __future__ import annotations

import polars as pl
import pytest

from tasador.contracts.vocabulary import PRICE_BASES
from tasador.ingest.prices import PRICE_TEXTS, price_columns


def read(text: str | None) -> tuple[float | None, str, str | None]:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    row: tuple[float | None, str, str | None] = frame.select(price_columns(pl.col("text"))).row(0)
    return row


@pytest.mark.parametrize("text", ["4.99", "0.0", "999"])
def test_a_number_is_a_listed_price(text: str) -> None:
    assert read(text) == (float(text), "listed", None)


@pytest.mark.parametrize(
    "text",
    [
        *("Free", "Free to Play", "Free To Play", "free demo", "Free Mod", "Free to Try", "Free HOLIDAY Pack"),
        *("Play for Free!", "Play Now", "Install Now", "Install Theme", "Play the Demo", "Play SOME GAME Demo"),
    ],
)
def test_a_text_that_means_free_is_a_price_of_zero_and_is_kept(text: str) -> None:
    assert read(text) == (0.0, "free_text", text)


def test_a_least_price_is_the_price() -> None:
    assert read("Starting at $499.00") == (499.0, "starting_at", "Starting at $499.00")


def test_a_game_sold_elsewhere_has_no_price() -> None:
    assert read("Third-party") == (None, "elsewhere", "Third-party")


@pytest.mark.parametrize("text", ["Freedom costs extra", "ask us", "9,99€", ""])
def test_a_text_that_the_table_does_not_know_is_unreadable(text: str) -> None:
    assert read(text) == (None, "unreadable", text)


def test_no_price_is_missing_not_zero() -> None:
    assert read(None) == (None, "missing", None)


def test_the_table_uses_the_vocabulary() -> None:
    assert {entry.basis for entry in PRICE_TEXTS} < set(PRICE_BASES)
