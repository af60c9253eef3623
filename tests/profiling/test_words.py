from __future__ import annotations

from tasador.profiling.words import STOP_WORDS, count_words
from tests.profiling.catalogue import make_games, make_row


def words(*names: str) -> dict[str, int]:
    games = make_games([make_row(number, name=name) for number, name in enumerate(names, 1)])
    return {item["word"]: item["n"] for item in count_words(games)["titles"]}


def test_word_counts_once_a_title() -> None:
    assert words("Castle Castle castle", "CASTLE") == {"castle": 2}


def test_stop_words_numbers_and_single_letters_are_left_out() -> None:
    assert words("The Castle of A 2 II") == {"castle": 1}
    assert "the" in STOP_WORDS


def test_other_scripts_and_apostrophes_are_words() -> None:
    assert words("Ann's Замок", "Ann’s Über") == {"ann's": 2, "замок": 1, "über": 1}


def test_genres_are_counted_by_rows() -> None:
    rows = [make_row(1, genres=["A", "B", "A"]), make_row(2, genres=["A"]), make_row(3, genres=None)]
    assert count_words(make_games(rows))["genres"] == [{"word": "A", "n": 2}, {"word": "B", "n": 1}]
