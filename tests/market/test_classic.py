from __future__ import annotations

import json

import polars as pl

from tasador.market import classic
from tests.ingest.records import games, line


def rows() -> pl.DataFrame:
    return classic.classic_rows(
        games(
            line(id="1", app_name="B", genres=["Action", "RPG"], metascore=90, sentiment="Mixed", early_access=True),
            line(id="2", app_name="A", genres=["RPG"], metascore=90, specs=["Single-player"]),
            line(id="3", app_name="C", genres=None, metascore="NA", sentiment="Mixed"),
            line(id="4", app_name="A", genres=["Indie"], metascore=80, sentiment="Positive"),
            line(id="5", app_name="Free", price="Free To Play"),
            line(id="6", app_name="Other year", release_date="2016", genres=["Racing"]),
            line(id="7", app_name="No price", price=None),
        )
    )


def test_only_games_with_a_number_for_a_price_count() -> None:
    assert rows()["app_id"].to_list() == [1, 2, 3, 4, 6]


def test_genres_are_lower_case_commonest_first_and_of_equals_the_first_seen() -> None:
    assert list(classic.top_genres(rows(), 2015).items()) == [("rpg", 2), ("action", 1), ("indie", 1)]


def test_specs_are_counted_like_genres() -> None:
    assert classic.top_specs(rows(), 2015) == {"single-player": 1}


def test_games_of_one_name_are_one_entry() -> None:
    assert classic.released_games(rows(), 2015) == {"B": 2015, "A": 2015, "C": 2015}


def test_early_access_is_counted() -> None:
    assert classic.early_access_count(rows(), 2015) == 1
    assert classic.early_access_count(rows(), 2016) == 0


def test_sentiments_leave_out_games_without_one() -> None:
    assert list(classic.sentiments(rows(), 2015).items()) == [("Mixed", 2), ("Positive", 1)]


def test_scores_are_best_first_ties_by_name_each_name_once_and_never_nan() -> None:
    assert list(classic.top_metascores(rows(), 2015).items()) == [("A", 90.0), ("B", 90.0)]


def test_a_year_without_rows_has_empty_answers() -> None:
    assert [statistic(rows(), 1999) for statistic in classic.STATISTICS.values()] == [{}, {}, {}, 0, {}, {}]


def test_all_answers_are_those_of_each_year_and_json(games: pl.DataFrame) -> None:
    some = classic.classic_rows(games)
    found = classic.answers(some)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    for name, statistic in classic.STATISTICS.items():
        assert list(found[name]) == [str(year) for year in classic.years(some)]
        for year in classic.years(some):
            assert found[name][str(year)] == statistic(some, year)
