from __future__ import annotations

from tasador.profiling.duplicates import describe_duplicates
from tests.profiling.catalogue import make_games, make_row, priced


def test_names_are_the_same_but_for_case_and_signs() -> None:
    rows = [
        make_row(1, name="Castle™", developer="Ann"),
        make_row(2, name="CASTLE!", developer="Bob"),
        make_row(3, name="Keep", developer="Ann"),
        make_row(4, name="Keep", developer="Ann"),
        make_row(5, name="Tower", developer="Ann"),
    ]
    found = describe_duplicates(priced(make_games(rows))[0])["same_name"]
    assert (found["n"], found["n_rows"], found["n_groups"], found["n_same_maker"]) == (5, 4, 2, 2)
    assert found["groups"][0]["names"] == ["Castle™", "CASTLE!"]
    assert found["groups"][0]["app_ids"] == [1, 2]


def test_a_game_and_its_packs_are_a_series_of_their_developer() -> None:
    rows = [
        make_row(1, name="Castle 2", developer="Ann", list_price=19.99),
        make_row(2, name="Castle 2 - Song Pack", developer="Ann", kind="dlc", list_price=2.99),
        make_row(3, name="Castle: Season Pass", developer="Ann", kind="dlc", list_price=None),
        make_row(4, name="Castle", developer="Bob"),
        make_row(5, name="Castle", developer=None),
    ]
    found = describe_duplicates(priced(make_games(rows))[0])
    (series,) = found["series"]["groups"]
    assert (series["developer"], series["series"], series["n"]) == ("Ann", "castle", 3)
    assert (series["n_games"], series["n_dlc"]) == (1, 2)
    assert (series["price_min"], series["price_median"], series["price_max"]) == (2.99, 11.49, 19.99)
    assert (found["series"]["n"], found["series"]["n_rows"]) == (4, 3)
    packs = found["packs"]
    assert (packs["n_rows"], packs["n_dlc"], packs["n_paid"], packs["median"]) == (2, 2, 1, 2.99)


def test_table_without_repetition_says_so() -> None:
    found = describe_duplicates(priced(make_games([make_row(1, name="A"), make_row(2, name="B")]))[0])
    assert [found[key]["n_rows"] for key in ("same_name", "series", "packs")] == [0, 0, 0]
    assert found["packs"]["median"] is None
