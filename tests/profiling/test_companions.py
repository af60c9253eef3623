from __future__ import annotations

from tasador.profiling.companions import describe_companions
from tests.profiling.catalogue import make_games, make_row


def test_pairs_are_counted_beside_what_chance_would_give() -> None:
    genres = [["A", "B"]] * 30 + [["A"]] * 20 + [["B"]] * 10 + [["C"]] * 40 + [None] * 5
    games = make_games([make_row(number, genres=labels) for number, labels in enumerate(genres, 1)])
    found = describe_companions(games)
    assert found["n"] == 100
    assert [genre["genre"] for genre in found["genres"]] == ["A", "B", "C"]
    first = found["pairs"][0]
    assert (first["x"], first["y"], first["n_x"], first["n_y"], first["n_both"]) == ("A", "B", 50, 40, 30)
    assert (first["expected"], first["lift"], first["jaccard"]) == (20.0, 1.5, 0.5)
    assert [pair["lift"] for pair in found["pairs"][1:]] == [0.0, 0.0]


def test_table_without_genres_has_no_pairs() -> None:
    assert describe_companions(make_games([make_row(1, genres=None), make_row(2, genres=[])]))["pairs"] == []
