from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tasador.features import classic
from tests.ingest.records import games, line


def test_genres_are_lower_case_and_in_alphabetical_order() -> None:
    some = games(line(id="1", genres=["RPG", "Action"]), line(id="2", genres=["Racing"]), line(id="3", genres=None))
    assert classic.genre_labels(some) == ("action", "racing", "rpg")


def test_inputs_are_year_early_access_and_one_column_a_genre() -> None:
    some = games(line(id="1", genres=["RPG"], early_access=True), line(id="2", genres=None))
    inputs = classic.build(some, ("action", "rpg"))
    assert inputs.rows() == [(2015.0, 1.0, 0.0, 1.0), (2015.0, 0.0, 0.0, 0.0)]


def test_every_column_is_defined_and_known_at_launch() -> None:
    labels = ("action", "rpg")
    columns = classic.build(games(line()), labels)
    definitions = classic.definitions(labels)
    assert [feature.name for feature in definitions] == columns.columns
    assert {feature.known_at for feature in definitions} == {"launch"}
    assert set(columns.dtypes) == {pl.Float32}


@given(st.lists(st.lists(st.sampled_from(["Action", "RPG", "Indie", "Odd"]), max_size=4), min_size=1, max_size=6))
def test_a_batch_has_the_inputs_of_each_row_alone(genres: list[list[str]]) -> None:
    some = games(*(line(id=str(i), genres=labels) for i, labels in enumerate(genres, start=1)))
    labels = ("action", "indie", "rpg")
    together = classic.build(some, labels)
    alone = pl.concat([classic.build(some[i], labels) for i in range(some.height)])
    assert together.equals(alone)
