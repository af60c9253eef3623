from __future__ import annotations

import numpy as np
import pytest

from tasador.models.twins import near_twins
from tests.ingest.records import games, line

SONG = {"developer": "Makers", "genres": ["Casual"], "specs": ["Downloadable Content", "Single-player"]}


def has_twin(**fields: object) -> bool:
    """Say whether an entry has a near twin in a song of a songs game."""
    rows = games(
        line(id="1", app_name="Guitar® 2014 – One - “Song”", **SONG),
        line(id="2", **{"app_name": "Guitar® 2014 – Other Song", **SONG, **fields}),
    )
    return bool(near_twins(rows, np.array([0]), np.array([1]))[0])


def test_songs_of_a_songs_game_are_near_twins_whatever_their_price_and_day() -> None:
    assert has_twin()
    assert has_twin(price=49.99, release_date="2019-01-01")
    assert has_twin(specs=[*reversed(SONG["specs"])], developer="makers")


@pytest.mark.parametrize(
    "fields",
    [
        {"developer": "Others"},
        {"app_name": "Piano 2014 - Other Song"},
        {"genres": ["Casual", "Indie"]},
        {"specs": ["Single-player"]},
        {"developer": None},
    ],
)
def test_entries_that_differ_in_what_a_model_sees_are_not(fields: dict[str, object]) -> None:
    assert not has_twin(**fields)


def test_the_order_of_studios_does_not_matter() -> None:
    rows = games(*(line(id=str(at), **{**SONG, "developer": names}) for at, names in ((1, "A, B"), (2, "B, A"))))
    assert near_twins(rows, np.array([0]), np.array([1])).all()


def test_entries_without_a_developer_have_no_twins() -> None:
    rows = games(*(line(id=str(i), app_name="Tetris", specs=None) for i in (1, 2)))
    assert not near_twins(rows, np.array([0]), np.array([1])).any()


def test_unknown_specs_are_alike() -> None:
    rows = games(*(line(id=str(i), app_name="Tetris", developer="A", specs=None) for i in (1, 2)))
    assert near_twins(rows, np.array([0]), np.array([1])).all()
