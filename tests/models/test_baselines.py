from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tasador.models import baselines

PRICES = np.array([1.0, 2.0, 3.0, 10.0])


def test_the_constant_is_the_median_of_training() -> None:
    assert baselines.constant_median(PRICES, 1).tolist() == [2.5]


def test_a_games_genres_are_averaged_and_a_game_without_a_known_one_gets_the_median_of_all() -> None:
    train = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]], dtype=np.float32)
    test = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]], dtype=np.float32)
    assert baselines.genre_median(train, PRICES, test).tolist() == [1.5, 4.0, 2.5, 2.5]


def entries(*rows: tuple[str, list[str], float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (name, genres, ["Single-player"], "dlc" if "DLC" in name else "game", price, date(2016, 6, 1))
            for name, genres, price in rows
        ],
        schema=["name", "genres", "specs", "kind", "price_usd", "release_date"],
        orient="row",
    )


def test_comparables_are_those_whose_names_and_labels_are_most_alike() -> None:
    train = entries(
        ("Train Station", ["Simulation"], 20.0),
        ("Train Driver", ["Simulation"], 30.0),
        ("Train Yard", ["Simulation"], 40.0),
        ("Dragon Quest", ["RPG"], 1.0),
        ("Dragon Lair", ["RPG"], 2.0),
        ("Dragon Age", ["RPG"], 3.0),
    )
    test = entries(("Train Bridge", ["Simulation"], 99.0), ("Dragon Egg", ["RPG"], 99.0))
    assert baselines.comparables(train, test, k=3).tolist() == [30.0, 2.0]


def test_comparables_are_of_the_same_kind_and_a_new_kind_gets_the_median_of_all() -> None:
    train = entries(("A", ["Action"], 10.0), ("B", ["Action"], 20.0), ("A B DLC", ["Action"], 1.0))
    test = entries(("A B", ["Action"], 9.0), ("A DLC", ["Action"], 9.0))
    assert baselines.comparables(train, test).tolist() == [15.0, 1.0]
    assert baselines.comparables(train.filter(pl.col("kind") == "game"), test).tolist() == [15.0, 15.0]


def test_comparables_do_not_look_at_what_is_asked() -> None:
    train = entries(*((f"Game {i}", ["Action"], float(i + 1)) for i in range(40)))
    test = entries(("Game 3", ["Action"], 5.0), ("!", [], 5.0))
    same = test.with_columns(price_usd=pl.lit(None, pl.Float64))
    assert baselines.comparables(train, test).tolist() == baselines.comparables(train, same).tolist()
