from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from tasador.profiling.hedonic_index import describe_hedonic_index
from tests.profiling.catalogue import make_games, make_row, make_store, priced

LEVEL = {2014: 1.3, 2015: 1.1, 2016: 1.0, 2017: 0.9}


def entries(*, noise: float = 0.0, copies: int = 1, mix: float = 0.0, seed: int = 1) -> list[dict[str, Any]]:
    """Entries of 8 dollars times the level of their year; DLC half of that; and DLC become more common by the mix."""
    draws = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for year, level in LEVEL.items():
        for number in range(120 if year == 2016 else 100):
            is_dlc = draws.random() < 0.3 + mix * (year - 2014)
            price = 8 * level * (0.5 if is_dlc else 1.0) * math.exp(noise * draws.standard_normal())
            for _ in range(copies):
                at = len(rows) + 1
                day = dt.date(year, 1 + number % 12, 28)
                kind = "dlc" if is_dlc else "game"
                who = f"Studio {year} {number}"
                rows.append(
                    make_row(at, kind=kind, release_year=year, release_date=day, developer=who, list_price=price)
                )
    return rows


def index(rows: list[dict[str, Any]]) -> dict[str, Any]:
    found = describe_hedonic_index(*priced(make_games(rows)))
    assert found is not None
    return found


def by_year(found: dict[str, Any], key: str) -> dict[int, float]:
    return {year["year"]: year[key] for year in found["years"]}


def test_level_of_years_is_found_whatever_the_mix() -> None:
    found = index(entries(mix=0.2))
    assert found["base_year"] == 2016
    assert by_year(found, "index") == pytest.approx({year: 100 * level for year, level in LEVEL.items()})
    assert found["r_squared"] == pytest.approx(1)
    plain = by_year(found, "plain")
    assert plain[2014] > 135, "the plain mean also tells that DLC became more common"


def test_what_is_held_equal_is_told_with_its_effect() -> None:
    (effect,) = [one for one in index(entries())["effects"] if one["group"] == "kind"]
    assert (effect["term"], effect["difference"]) == ("dlc", pytest.approx(-0.5))
    assert effect["low"] <= effect["difference"] <= effect["high"]


def test_index_after_consumer_prices_is_that_of_the_base_year_there() -> None:
    found = index(entries())
    real = by_year(found, "real_index")
    assert real[2016] == 100
    assert real[2014] == pytest.approx(130 * 240.007 / 236.736)
    store = describe_hedonic_index(*priced(make_store(400)))
    assert store is not None
    assert set(by_year(store, "real_index").values()) == {None}


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    years = [year for seed in range(60) for year in index(entries(noise=0.5, seed=seed))["years"]]
    held = [year["low"] <= 100 * LEVEL[year["year"]] <= year["high"] for year in years if year["year"] != 2016]
    assert 0.88 < sum(held) / len(held) <= 1.0


def test_copies_of_a_developers_entries_add_no_certainty() -> None:
    widths = [
        {year: math.log(high / low) for year, low, high in zip(*sides, strict=True) if low != high}
        for found in (index(entries(noise=0.5)), index(entries(noise=0.5, copies=4)))
        for sides in [(by_year(found, "low"), by_year(found, "low").values(), by_year(found, "high").values())]
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.05)


def test_one_year_has_no_index() -> None:
    rows = [make_row(number, release_year=2016, release_date=dt.date(2016, 1, 1)) for number in range(1, 60)]
    assert describe_hedonic_index(*priced(make_games(rows))) is None


def test_a_year_that_is_not_over_is_not_in_the_index() -> None:
    rows = [row for row in entries() if row["release_date"] < dt.date(2017, 12, 1)]
    assert by_year(index(rows), "n").keys() == {2014, 2015, 2016}


def test_a_first_entry_that_is_free_or_of_a_small_year_is_one_released_before() -> None:
    def effects(first: dict[str, Any]) -> dict[str, int]:
        rows = entries()
        known = [make_row(10_000 + number, developer=f"Studio 2016 {number}", **first) for number in range(60)]
        return {one["term"]: one["n"] for one in index([*rows, *known])["effects"]}

    early = {"release_year": 2000, "release_date": dt.date(2000, 1, 1)}
    assert effects({**early, "list_price": 0.0})["released before"] == 60
    assert effects({**early, "list_price": None})["released before"] == 60
    alone = {**early, "developer": "Alone"}
    rows = [*entries(), make_row(10_000, **{**alone, "release_year": 2001}), make_row(10_001, **alone)]
    rows += [
        make_row(20_000 + number, **{**rows[number], "app_id": 20_000 + number, "developer": "Alone"})
        for number in range(40)
    ]
    assert {one["term"]: one["n"] for one in index(rows)["effects"]}["released before"] == 40
