from __future__ import annotations

from tasador.models.families import families
from tests.ingest.records import games, line


def test_studios_that_made_a_game_together_are_one_family() -> None:
    linked = ["A", "A, B", "b,C Studio, Inc.", "C Studio"]
    others = [f"Studio {i}, LLC" for i in range(30)]
    found = families(games(*(line(id=str(i), developer=name) for i, name in enumerate(linked + others, start=1))))
    assert len(set(found[:4])) == 1
    assert len(set(found)) == 31


def test_a_publisher_links_its_developers_and_is_the_same_as_a_developer() -> None:
    rows = games(
        line(id="1", developer="A", publisher="House"),
        line(id="2", developer="B", publisher="house"),
        line(id="3", developer="House"),
        line(id="4", developer="C"),
    )
    assert len(set(families(rows))) == 4
    linked = families(rows, ("developer", "publisher"))
    assert len(set(linked[:3])) == 1
    assert linked[3] not in linked[:3]


def test_rows_without_names_are_families_of_their_own() -> None:
    assert len(set(families(games(*(line(id=str(i)) for i in range(1, 6)))))) == 5
