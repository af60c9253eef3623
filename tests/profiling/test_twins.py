from __future__ import annotations

from tasador.profiling.hindsight import describe_hindsight
from tasador.profiling.twins import describe_twins
from tests.profiling.catalogue import TWIN_DAY, make_games, make_row, make_store, priced


def test_rows_that_differ_only_by_name_are_twins() -> None:
    common = {"developer": "Ann", "release_date": TWIN_DAY}
    rows = [
        make_row(1, **common, genres=["A", "B"]),
        make_row(2, **common, genres=["B", "A"]),
        make_row(3, **common, genres=["A", "B"], list_price=1.0),
        make_row(4, developer=None, release_date=TWIN_DAY),
        make_row(5, developer=None, release_date=TWIN_DAY),
    ]
    twins = describe_twins(*priced(make_games(rows)))
    assert (twins["n"], twins["n_rows"], twins["n_groups"], twins["largest"]) == (3, 2, 1, 2)
    assert twins["groups"][0]["names"] == ["Castle 1", "Castle 2"]
    assert twins["groups"][0]["genres"] == ["A", "B"]


def test_table_without_twins_says_so() -> None:
    twins = describe_twins(*priced(make_games([make_row(1), make_row(2)])))
    assert (twins["n_rows"], twins["share"], twins["largest"], twins["groups"]) == (0, 0.0, None, [])


def test_twins_are_compared_by_the_price_of_one_currency() -> None:
    rows = [make_row(number, developer="Ann", release_date=TWIN_DAY, currency="GBP") for number in (1, 2)]
    other = make_row(3, developer="Ann", release_date=TWIN_DAY, currency="EUR")
    twins = describe_twins(*priced(make_games([*rows, other])))
    assert twins["key"] == ["developer", "price_gbp", "genres", "release_date"]
    assert (twins["n"], twins["n_rows"]) == (2, 2)


def test_columns_known_later_are_those_of_the_source() -> None:
    known_later = {column["column"] for column in describe_hindsight(make_store(20))["columns"]}
    assert known_later == {
        "positive_reviews", "negative_reviews", "owners_min", "owners_max", "metascore", "current_price",
    }  # fmt: skip


def test_table_without_tags_compares_none() -> None:
    rows = [make_row(1, sentiment="Mixed", tags=None), make_row(2, tags=None)]
    tags = describe_hindsight(make_games(rows))["tags_by_audience"]
    assert tags["reviewed"] == tags["not_reviewed"] == {"n": 0, "median": None, "mean": None}


def test_tags_are_compared_by_audience_among_games() -> None:
    rows = [
        make_row(1, sentiment="Mixed", tags=["A", "B", "C"]),
        make_row(2, tags=None),
        make_row(3, tags=["A"]),
        make_row(4, kind="dlc", tags=["A"] * 9),
    ]
    tags = describe_hindsight(make_games(rows))["tags_by_audience"]
    assert tags["reviewed"] == {"n": 1, "median": 3.0, "mean": 3.0}
    assert tags["not_reviewed"] == {"n": 2, "median": 0.5, "mean": 0.5}
