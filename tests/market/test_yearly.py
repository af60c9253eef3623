from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.contracts.vocabulary import KINDS, SENTIMENTS
from tasador.market import statistics, yearly
from tasador.market.yearly import LABELS, TOPICS, Question
from tests.market.catalogue import catalogue

SMALL: dict[str, Any] = statistics.compute(
    catalogue(
        {"name": "A", "price_usd": 0.0, "genres": ["Indie"], "sentiment": "Mixed", "metascore": 80},
        {"name": "B", "price_usd": 0.0, "genres": ["Indie"], "early_access": True},
        {"name": "C", "price_usd": 19.99, "genres": ["Indie", "RPG"], "sentiment": "Positive", "metascore": 70},
        {"name": "D", "price_usd": 24.99, "genres": ["RPG"], "positive_reviews": 9, "negative_reviews": 1},
        {"name": "E", "price_usd": None, "kind": "dlc"},
        {"name": "F", "release_year": 2018},
    )
)


def said(topic: str | None = None, **question: Any) -> dict[str, Any]:
    return yearly.of_year(SMALL, 2016, topic, Question(**question))


@pytest.fixture(scope="module")
def found(games: pl.DataFrame) -> dict[str, Any]:
    return statistics.compute(games)


def test_a_year_is_summed_up() -> None:
    assert said() == {
        "currency": "USD",
        "kind": None,
        "paid": False,
        "year": 2016,
        "n": 5,
        "n_by_kind": {"game": 4, "dlc": 1},
        "n_early_access": 1,
        "share_early_access": 0.2,
        "n_priced": 4,
        "n_free": 2,
        "share_free": 0.5,
        "price": {
            "n": 2,
            "p10": "20.49",
            "p25": "21.24",
            "median": "22.49",
            "p75": "23.74",
            "p90": "24.49",
            "share_at_least_20_usd": 0.5,
        },
    }


def test_all_years_are_summed_up_but_those_without_such_entries() -> None:
    everything = yearly.of_all_years(SMALL, Question())
    assert (everything["n"], everything["first_year"], everything["last_year"]) == (6, 2016, 2018)
    dlc = yearly.of_all_years(SMALL, Question("dlc"))
    assert (dlc["n"], dlc["first_year"], dlc["last_year"]) == (1, 2016, 2016)
    none = yearly.of_all_years(SMALL, Question("mod"))
    assert (none["n"], none["first_year"], none["last_year"], none["years"]) == (0, None, None, [])


def test_without_the_free_ones_unknown_prices_are_left_out_too() -> None:
    paid = said(paid=True)
    assert (paid["n"], paid["n_by_kind"], paid["n_priced"], paid["n_free"], paid["share_free"]) == (
        2,
        {"game": 2},
        2,
        0,
        0.0,
    )
    assert paid["price"] == said()["price"]


def test_shares_are_of_the_entries_that_are_asked_for() -> None:
    rows: list[dict[str, Any]] = [{"early_access": True}, {}, {"price_usd": 0.0}, {"price_usd": 0.0}]
    found = statistics.compute(catalogue(*rows))
    shares = [yearly.of_year(found, 2016, None, Question(paid=paid))["share_early_access"] for paid in (False, True)]
    assert shares == [0.25, 0.5]


def test_labels_are_ordered_by_the_entries_that_are_asked_for() -> None:
    everything, paid = said("genres"), said("genres", paid=True)
    assert [(one["name"], one["n"]) for one in everything["genres"]] == [("Indie", 3), ("RPG", 2)]
    assert [(one["name"], one["n"], one["share"]) for one in paid["genres"]] == [("RPG", 2, 1.0), ("Indie", 1, 0.5)]
    assert everything["genres"][0]["price"] == paid["genres"][1]["price"]
    assert everything["genres"][0]["price"]["n"] == 1


def test_sentiments_come_best_first_all_of_them_with_shares_of_the_entries_that_have_one() -> None:
    found = said("sentiment")
    assert found["n_with_sentiment"] == 2
    assert [one["name"] for one in found["sentiments"]] == [*SENTIMENTS]
    assert {one["name"]: one["share"] for one in found["sentiments"] if one["n"]} == {"Positive": 0.5, "Mixed": 0.5}
    assert said("sentiment", kind="dlc")["sentiments"] == []


def test_the_best_rated_are_named_with_what_they_cost() -> None:
    found = said("top-rated")
    assert (found["n_with_metascore"], found["n_with_reviews"]) == (2, 1)
    assert [(one["name"], one["price"], one["metascore"]) for one in found["by_metascore"]] == [
        ("A", "0.00", 80),
        ("C", "19.99", 70),
    ]
    (reviewed,) = found["by_reviews"]
    assert (reviewed["name"], reviewed["n_reviews"], reviewed["share_positive"]) == ("D", 10, 0.9)
    assert [one["name"] for one in said("top-rated", paid=True)["by_metascore"]] == ["C"]


def test_each_price_is_told_with_the_share_that_costs_as_much_or_more() -> None:
    assert said("prices")["price_points"] == [
        {"price": "19.99", "n": 1, "share": 0.5, "share_at_least": 1.0},
        {"price": "24.99", "n": 1, "share": 0.5, "share_at_least": 0.5},
    ]


@pytest.mark.parametrize("topic", [None, *TOPICS])
def test_a_kind_that_a_year_lacks_has_n_0_and_empty_lists(topic: str | None) -> None:
    for question in (Question("mod"), Question("dlc", paid=True)):
        found = yearly.of_year(SMALL, 2016, topic, question)
        assert found["n"] == 0
        assert not any(value for value in found.values() if isinstance(value, list))


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("paid", [True, False])
def test_a_shorter_list_is_the_beginning_of_a_longer_one(found: dict[str, Any], topic: str, paid: bool) -> None:
    for year in yearly.years(found)[-3:]:
        for kind in (None, *KINDS[:2]):
            short = yearly.of_year(found, year, topic, Question(kind, paid, 3))
            full = yearly.of_year(found, year, topic, Question(kind, paid, 100))
            limited = [name for name, value in full.items() if isinstance(value, list)]
            assert all(len(full[name]) <= 100 for name in limited)
            assert short == {name: value[:3] if name in limited else value for name, value in full.items()}


def test_no_list_is_longer_than_what_is_there(found: dict[str, Any]) -> None:
    for year in yearly.years(found):
        for column in LABELS:
            for paid in (True, False):
                answer = yearly.of_year(found, year, column, Question(paid=paid, limit=100))
                assert len(answer[column]) == min(answer["n_distinct"], 100)
