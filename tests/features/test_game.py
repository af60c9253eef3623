from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tasador.errors import TasadorError
from tasador.features.game import Game, from_row


def test_every_row_of_games_is_a_game(games: pl.DataFrame) -> None:
    for row in games.iter_rows(named=True):
        game = from_row(row)
        assert (game.name, game.release_date, game.kind) == (row["name"], row["release_date"], row["kind"])
        assert game.genres == tuple(row["genres"] or ())
        assert game.price_usd == row["price_usd"]


def test_a_request_needs_a_name_and_a_date_only() -> None:
    assert from_row({"name": "New", "release_date": "2018-03-01"}) == Game("New", date(2018, 3, 1))


def test_unknown_platforms_are_not_none_at_all() -> None:
    row = {"name": "New", "release_date": date(2018, 3, 1)}
    assert from_row(row).platforms is None
    assert from_row({**row, "platforms": []}).platforms == ()


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"release_date": "2018-03-01"}, "name"),
        ({"name": " ", "release_date": "2018-03-01"}, "name"),
        ({"name": 7, "release_date": "2018-03-01"}, "name"),
        ({"name": "New"}, "release_date"),
        ({"name": "New", "release_date": "soon"}, "release_date"),
        ({"name": "New", "release_date": 2018}, "release_date"),
    ],
)
def test_a_game_without_name_or_date_is_refused(row: dict[str, object], where: str) -> None:
    with pytest.raises(TasadorError) as raised:
        from_row(row)
    assert raised.value.where == where
