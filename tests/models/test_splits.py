from __future__ import annotations

import numpy as np
import polars as pl

from tasador.models import splits
from tasador.models.evaluate import training_rows
from tests.ingest.records import games, line


def test_every_split_parts_all_rows_into_two_that_do_not_meet(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    for split in splits.all_splits(rows):
        assert sorted([*split.train, *split.test]) == list(range(rows.height)), split.name
        assert 0.15 < len(split.test) / rows.height < 0.35, split.name


def test_no_developer_is_on_both_sides(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    split = splits.by_developer(rows)
    developers = rows["developer"].str.to_lowercase()
    assert not set(developers[split.train].drop_nulls()) & set(developers[split.test].drop_nulls())


def test_games_without_a_developer_are_developers_of_their_own() -> None:
    rows = games(*(line(id=str(i)) for i in range(1, 51)))
    split = splits.by_developer(rows)
    assert len(split.test) == 10


def test_no_day_is_on_both_sides_and_the_test_rows_are_the_newest(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    split = splits.by_date(rows)
    assert rows["release_date"][split.train].max() < rows["release_date"][split.test].min()  # type: ignore[operator]


def test_the_same_rows_are_split_the_same(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    for one, two in zip(splits.all_splits(rows), splits.all_splits(rows), strict=True):
        assert np.array_equal(one.test, two.test)
