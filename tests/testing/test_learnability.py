from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.ensemble import BaggingRegressor
from sklearn.tree import DecisionTreeRegressor

from .catalogues import Record, count_labels, keep_paid, read_made

_LEAST_GAIN = 0.08


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("newest", [False, True], ids=["random fifth", "newest fifth"])
def test_genres_year_and_early_access_tell_of_the_price(seed: int, newest: bool) -> None:
    records = _keep_dated(read_made(2_000, seed))
    order = (
        np.argsort([record["release_date"] for record in records], kind="stable")
        if newest
        else np.random.default_rng(seed).permutation(len(records))
    )
    columns, prices = _tabulate(records)
    cut = len(order) * 4 // 5
    train, test = order[:cut], order[cut:]

    forest = BaggingRegressor(
        DecisionTreeRegressor(max_depth=15),
        n_estimators=50,
        max_samples=0.9,
        max_features=0.7,
        random_state=42,
    ).fit(columns[train], prices[train])

    constant = _rmse(prices[test], np.full(len(test), prices[train].mean()))
    assert _rmse(prices[test], forest.predict(columns[test])) < (1 - _LEAST_GAIN) * constant


def test_a_developers_other_prices_tell_of_the_price_beyond_its_genres() -> None:
    records = [record for record in _keep_dated(read_made(8_000, 0)) if "developer" in record]
    by_genres: dict[tuple[str, ...], list[float]] = {}
    for record in records:
        by_genres.setdefault(tuple(record["genres"]), []).append(np.log(record["price"]))
    means = {genres: float(np.mean(prices)) for genres, prices in by_genres.items()}
    by_developer: dict[str, list[float]] = {}
    for record in records:
        surplus = float(np.log(record["price"])) - means[tuple(record["genres"])]
        by_developer.setdefault(record["developer"], []).append(surplus)
    # Studios with one franchise of hundreds of add-ons would decide the figure alone.
    pairs = [
        ((sum(surplus) - own) / (len(surplus) - 1), own)
        for surplus in by_developer.values()
        if 1 < len(surplus) < 100
        for own in surplus
    ]

    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.3


def _keep_dated(records: tuple[Record, ...]) -> list[Record]:
    return [
        record for record in keep_paid(records) if record.get("genres") and record.get("release_date", "")[4:5] == "-"
    ]


def _tabulate(records: list[Record]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    genres = sorted(count_labels("genres", records))
    columns = [
        [
            int(record["release_date"][:4]),
            record["early_access"],
            *(genre in record["genres"] for genre in genres),
        ]
        for record in records
    ]
    return np.array(columns, dtype=np.float64), np.array([record["price"] for record in records])


def _rmse(true: NDArray[np.float64], guess: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean((true - guess) ** 2)))
