from __future__ import annotations

import polars as pl

from tasador.ingest.difference import compare
from tests.ingest.records import games, line


def repriced(before: float | None, after: float) -> dict[str, object]:
    return {"list_price_before": before, "list_price": after, "currency": "USD"}


def test_what_is_new_gone_repriced_and_changed_is_told() -> None:
    before = games(
        line(id="1"), line(id="2", price=5.0), line(id="3"), line(id="4", genres=["Action"]), line(id="5", price=None)
    )
    after = games(
        line(id="6", price=1.0),
        line(id="5", price=2.0),
        line(id="4", genres=["Action", "RPG"], app_name="Renamed"),
        line(id="3"),
        line(id="2", price=4.0),
    )
    found = compare(before, after)
    assert found.counts() == {"new": 1, "gone": 1, "repriced": 2, "changed": 1}
    assert found.to_dict() == {
        "new": [{"app_id": 6, "name": "A Game", "list_price": 1.0, "currency": "USD"}],
        "gone": [{"app_id": 1, "name": "A Game", "list_price": 9.99, "currency": "USD"}],
        "repriced": [
            {"app_id": 2, "name": "A Game", **repriced(5.0, 4.0)},
            {"app_id": 5, "name": "A Game", **repriced(None, 2.0)},
        ],
        "changed": [{"app_id": 4, "name": "Renamed", "columns": ["name", "genres"]}],
    }


def test_prices_of_two_currencies_are_not_compared() -> None:
    found = compare(games(line(price=9.99)), games(line(price=8.19, currency="EUR")))
    assert found.counts() == {"new": 0, "gone": 0, "repriced": 0, "changed": 1}
    assert found.changed["columns"].to_list() == [["currency"]]


def test_a_catalogue_does_not_differ_from_itself_whatever_its_order(games: pl.DataFrame) -> None:
    assert set(compare(games, games.sample(fraction=1, shuffle=True, seed=1)).counts().values()) == {0}


def test_the_other_way_round_new_and_gone_change_places(games: pl.DataFrame) -> None:
    one, other = games.head(800), games.tail(800)
    there, back = compare(one, other), compare(other, one)
    assert there.new.equals(back.gone)
    assert there.gone.equals(back.new)
    assert there.new.height > 0
