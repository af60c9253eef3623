from __future__ import annotations

import json
import math
from collections import Counter
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tasador.contracts.games import Games
from tasador.contracts.vocabulary import KINDS, SENTIMENTS
from tasador.market import statistics
from tasador.market.yearly import ALL, LABELS, MOST, QUANTILES
from tests.ingest.records import Catalogue
from tests.market.catalogue import catalogue


def cell(*rows: dict[str, Any], kind: str = ALL) -> dict[str, Any]:
    found: dict[str, Any] = statistics.compute(catalogue(*rows))["years"]["2016"][kind]
    return found


def type_7(cents: list[int], percent: int) -> int:
    """The quantile by its definition, in fractions, half a cent up."""
    ordered = sorted(cents)
    place = Fraction(percent, 100) * (len(ordered) - 1)
    low = math.floor(place)
    above = ordered[min(low + 1, len(ordered) - 1)]
    exact = ordered[low] + (place - low) * (above - ordered[low])
    return math.floor(exact + Fraction(1, 2))


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=40))
def test_quantiles_are_of_type_7_to_the_cent_and_half_a_cent_is_rounded_up(cents: list[int]) -> None:
    n, n_at_least, found = cell(*({"price_usd": price / 100} for price in cents))["price"]
    assert n == len(cents)
    assert n_at_least == sum(price >= 2_000 for price in cents)
    assert found == [type_7(cents, percent) for percent in QUANTILES.values()]


def test_half_a_cent_is_rounded_up() -> None:
    assert cell({"price_usd": 4.99}, {"price_usd": 9.98})["price"][2][2] == 749


def test_free_entries_and_unknown_prices_are_counted_and_have_no_part_in_quantiles() -> None:
    found = cell({"price_usd": 0.0}, {"price_usd": None}, {"price_usd": 5.0})
    assert (found["n"], found["n_free"], found["price"]) == (3, 1, [1, 0, [500] * 5])


def test_where_nothing_is_paid_there_are_no_quantiles() -> None:
    assert cell({"price_usd": 0.0}, {"price_usd": None})["price"] == [0, 0, None]


def test_a_label_counts_once_an_entry_and_of_equals_the_first_by_name_comes_first() -> None:
    found = cell({"genres": ["RPG", "RPG", "Indie"]}, {"genres": ["Action", "RPG"]}, {"genres": None}, {"genres": []})
    assert found["n"] == 4
    assert [row[:2] for row in found["genres"]["rows"]] == [["RPG", 2], ["Action", 1], ["Indie", 1]]


def test_a_label_has_the_prices_of_its_paid_entries() -> None:
    found = cell(
        {"tags": ["A"], "price_usd": 19.99}, {"tags": ["A"], "price_usd": 20.0}, {"tags": ["A"], "price_usd": 0}
    )
    assert found["tags"]["rows"] == [["A", 3, 2, 1, [1999, 1999, 2000, 2000, 2000]]]


def test_lists_are_cut_but_hold_the_first_of_all_and_of_the_paid_entries() -> None:
    free = [{"tags": [f"free {number:03}"], "price_usd": 0.0} for number in range(MOST + 20) for _ in range(3)]
    paid = [{"tags": [f"paid {number:03}"]} for number in range(MOST + 20) for _ in range(2)]
    found = cell(*free, *paid)["tags"]
    assert found["n"] == [2 * (MOST + 20), MOST + 20]
    assert [row[0] for row in found["rows"]] == [
        f"{of} {number:03}" for of in ("free", "paid") for number in range(MOST)
    ]


def test_the_best_scores_come_first_and_of_equals_the_first_by_name() -> None:
    scores = {"B": 90, "A": 90, "C": 95, "D": None}
    rows = [{"name": name, "metascore": score} for name, score in scores.items()]
    found = cell(*rows)["metascore"]
    assert found["n"] == [3, 3]
    assert [(row[1], row[-1]) for row in found["rows"]] == [("C", 95), ("A", 90), ("B", 90)]


def test_reviews_rate_by_the_lower_end_of_wilsons_interval_so_that_few_say_little() -> None:
    found = cell(
        {"name": "Few", "positive_reviews": 5, "negative_reviews": 0},
        {"name": "Many", "positive_reviews": 950, "negative_reviews": 50},
        {"name": "None", "positive_reviews": 0, "negative_reviews": 0},
        {"name": "Not counted"},
    )["reviews"]
    ends = [round(binomtest(k, n).proportion_ci(method="wilson").low, 4) for k, n in ((950, 1000), (5, 5))]
    assert [(row[1], row[-1]) for row in found["rows"]] == list(zip(("Many", "Few"), ends, strict=True))
    assert [row[-3:-1] for row in found["rows"]] == [[1000, 950], [5, 5]]


def test_price_points_come_commonest_first_of_equals_the_lower_with_how_many_cost_as_much_or_more() -> None:
    found = cell(*({"price_usd": price} for price in (9.99, 9.99, 4.99, 0.99, 0.0)))["price_points"]
    assert found == {"n": [3, 3], "rows": [[999, 2, 2], [99, 1, 4], [499, 1, 3]]}


def test_kinds_are_told_apart_and_together() -> None:
    rows = [{"kind": "dlc", "early_access": True}, {"kind": "game", "early_access": True, "price_usd": 0.0}, {}]
    found = statistics.compute(catalogue(*rows))["years"]["2016"]
    assert {kind: one["n"] for kind, one in found.items()} == {"all": 3, "dlc": 1, "game": 2}
    early_access = {kind: one["n_early_access"] for kind, one in found.items()}
    assert early_access == {
        "all": [2, 1],
        "dlc": [1, 1],
        "game": [1, 0],
    }


def test_the_vocabulary_has_every_kind_in_its_order_and_every_label_the_commonest_first() -> None:
    found = statistics.compute(catalogue({"tags": ["b", "a"]}, {"tags": ["c"]}, {"tags": ["c"], "kind": "dlc"}))
    assert found["vocabulary"]["kinds"][:3] == [["game", 2], ["dlc", 1], ["soundtrack", 0]]
    assert [kind for kind, _ in found["vocabulary"]["kinds"]] == [*KINDS]
    assert found["vocabulary"]["tags"] == [["c", 2], ["a", 1], ["b", 1]]


def test_a_catalogue_without_rows_has_no_years() -> None:
    assert statistics.compute(catalogue())["years"] == {}
    assert statistics.compute(Games.create_empty())["years"] == {}


def test_the_same_games_in_another_order_give_the_same_bytes(games: pl.DataFrame) -> None:
    found = statistics.to_json(statistics.compute(games))
    assert statistics.to_json(statistics.compute(games.sample(fraction=1, shuffle=True, seed=3))) == found
    assert json.loads(found) == statistics.compute(games)


def test_every_figure_is_what_counting_by_hand_gives(games: pl.DataFrame) -> None:
    found = statistics.compute(games)["years"]
    rows = games.with_columns(pl.col("kind", "sentiment").cast(pl.String)).to_dicts()
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        for kind in (row["kind"], ALL):
            groups.setdefault((str(row["release_year"]), kind), []).append(row)
    assert {(year, kind) for year, kinds in found.items() for kind in kinds} == {*groups}
    for (year, kind), members in groups.items():
        compare(found[year][kind], members)


def compare(found: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    paid = [row for row in rows if row["price_usd"]]
    assert found["n"] == len(rows)
    assert found["n_free"] == sum(row["price_usd"] == 0 for row in rows)
    assert found["price"] == prices(paid)
    for place, some in enumerate((rows, paid)):
        assert found["n_early_access"][place] == sum(row["early_access"] for row in some)
        counts = Counter(row["sentiment"] for row in some)
        assert found["sentiments"][place] == [counts[one] for one in SENTIMENTS]
        for column in LABELS:
            counts = Counter(label for row in some for label in set(row[column] or ()))
            assert found.get(column, {"n": [0, 0]})["n"][place] == len(counts)
    for column in LABELS:
        for label, n, *price in found.get(column, {"rows": []})["rows"]:
            having = [row for row in rows if label in (row[column] or ())]
            assert n == len(having)
            assert price == prices([row for row in having if row["price_usd"]])


def prices(paid: list[dict[str, Any]]) -> list[Any]:
    cents = [round(row["price_usd"] * 100) for row in paid]
    quantiles = [type_7(cents, percent) for percent in QUANTILES.values()] if cents else None
    return [len(cents), sum(price >= 2_000 for price in cents), quantiles]


@pytest.mark.real_data
def test_the_real_catalogues_statistics_are_small(real_catalogue: Catalogue) -> None:
    games = real_catalogue.parts.games
    found = statistics.compute(games)
    assert len(statistics.to_json(found)) < 1_000_000
    assert sum(kinds[ALL]["n"] for kinds in found["years"].values()) == games.height
    assert found["years"]["2016"][ALL]["genres"]["rows"][0][:2] == ["Indie", 4106]
