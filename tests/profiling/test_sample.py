from __future__ import annotations

import polars as pl

from tasador.profiling.sample import MOST_ROWS, is_sampled, sampled_share
from tests.profiling.catalogue import make_games, make_row


def makers(n: int) -> pl.DataFrame:
    return make_games([make_row(number, developer=f"Studio {number // 4}") for number in range(1, n + 1)])


def test_developers_are_taken_whole_and_the_same_each_time() -> None:
    games = makers(2_000)
    sample = games.filter(is_sampled(0.3))
    assert sample.equals(games.filter(is_sampled(0.3)))
    taken = set(sample["developer"])
    assert sample.equals(games.filter(pl.col("developer").is_in(sorted(name for name in taken if name))))
    assert 0.2 < len(sample) / len(games) < 0.4


def test_a_smaller_share_is_part_of_a_larger_one() -> None:
    games = makers(1_000)
    small, large = (set(games.filter(is_sampled(taken))["app_id"]) for taken in (0.1, 0.5))
    assert small < large


def test_entries_without_a_developer_are_taken_one_by_one() -> None:
    games = make_games([make_row(number, developer=None) for number in range(1, 501)])
    assert 150 < len(games.filter(is_sampled(0.5))) < 350


def test_only_large_tables_are_sampled() -> None:
    assert sampled_share(MOST_ROWS) is None
    assert sampled_share(4 * MOST_ROWS) == 0.25
