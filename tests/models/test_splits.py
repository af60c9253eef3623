from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tasador.errors import TasadorError
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
    names = rows["developer"].str.to_lowercase()
    sides = [set(names[side].drop_nulls().str.split(",").explode()) for side in (split.train, split.test)]
    assert not sides[0] & sides[1]
    assert all(sides)


def test_studios_that_made_a_game_together_are_on_one_side() -> None:
    linked = ["A", "A, B", "b,C Studio, Inc.", "C Studio"]
    others = [f"Studio {i}, LLC" for i in range(30)]
    rows = games(*(line(id=str(i), developer=name) for i, name in enumerate(linked + others, start=1)))
    groups = splits._developer_groups(rows)
    assert len(set(groups[:4])) == 1
    assert len(set(groups)) == 31


def test_games_without_a_developer_are_developers_of_their_own() -> None:
    rows = games(*(line(id=str(i)) for i in range(1, 51)))
    split = splits.by_developer(rows)
    assert len(split.test) == 10


def test_games_of_one_day_or_of_one_developer_cannot_be_split() -> None:
    rows = games(*(line(id=str(i), developer="A") for i in range(1, 51)))
    with pytest.raises(TasadorError, match="cannot be split by date"):
        splits.by_date(rows)
    with pytest.raises(TasadorError, match="cannot be split by developer"):
        splits.by_developer(rows)


def test_no_day_is_on_both_sides_and_the_test_rows_are_the_newest(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    split = splits.by_date(rows)
    assert rows["release_date"][split.train].max() < rows["release_date"][split.test].min()  # type: ignore[operator]


def test_the_same_rows_are_split_the_same(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    for one, two in zip(splits.all_splits(rows), splits.all_splits(rows), strict=True):
        assert np.array_equal(one.test, two.test)
