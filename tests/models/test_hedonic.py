from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tasador.appraisal.hedonic import Hedonic
from tasador.models import hedonic
from tasador.models.population import training_rows

RNG = np.random.default_rng(3)


def made(n: int = 2_000, noise: float = 0.1) -> pl.DataFrame:
    """Entries whose price is 10 dollars, times 2 for RPG, times 0.5 for DLC, times 1.1 a year after 2010."""
    rpg, dlc, early = (RNG.random(n) < share for share in (0.4, 0.3, 0.2))
    years = RNG.integers(2010, 2018, n)
    logs = math.log(10) + math.log(2) * rpg - math.log(2) * dlc + math.log(1.1) * (years - 2010)
    return pl.DataFrame(
        {
            "genres": [["Action", "RPG"] if yes else ["Action"] for yes in rpg],
            "specs": [["Single-player"] if yes else None for yes in RNG.random(n) < 0.5],
            "kind": ["dlc" if yes else "game" for yes in dlc],
            "early_access": early,
            "release_year": years,
            "developer": [f"Studio {i % 300}" for i in range(n)],
            "price_usd": np.exp(logs + RNG.normal(0, noise, n)),
        }
    )


def test_effects_that_are_there_are_found_and_those_that_are_not_are_not() -> None:
    effects = {(effect.group, effect.term): effect for effect in hedonic.fit(made()).effects}
    assert effects["genre", "rpg"].percent == pytest.approx(100, abs=4)
    assert effects["kind", "dlc"].percent == pytest.approx(-50, abs=2)
    assert effects["year", "one year later"].percent == pytest.approx(10, abs=0.5)
    assert abs(effects["spec", "single-player"].percent) < 2
    assert ("genre", "action") not in effects
    for effect in effects.values():
        assert effect.low < effect.percent < effect.high


def test_what_is_written_appraises_as_what_was_fitted() -> None:
    games = made(500)
    fitted = hedonic.fit(games)
    read = Hedonic.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert np.array_equal(hedonic.predict(read, games), hedonic.predict(fitted.hedonic, games))
    assert np.median(np.abs(np.log(hedonic.predict(read, games) / games["price_usd"].to_numpy()))) < 0.1


def test_the_effects_of_an_entry_multiply() -> None:
    twin = hedonic.fit(made(noise=0.01)).hedonic
    plain = twin.log_price(genres=["Action"], specs=[], kind="game", early_access=False, year=2012)
    rpg = twin.log_price(genres=["action", "RPG", "rpg"], specs=[], kind="game", early_access=False, year=2012)
    assert math.exp(rpg - plain) == pytest.approx(2, abs=0.02)
    assert math.exp(plain) == pytest.approx(10 * 1.1**2, rel=0.02)


def test_unknown_labels_and_years_beyond_training_change_nothing() -> None:
    twin = hedonic.fit(made(500)).hedonic
    known = twin.log_price(genres=["Action"], specs=[], kind="game", early_access=False, year=2017)
    beyond = twin.log_price(genres=["Action", "Opera"], specs=["Smell"], kind="book", early_access=False, year=2090)
    assert beyond == known


def test_a_column_that_repeats_another_gets_no_effect_of_its_own() -> None:
    games = made().with_columns(
        genres=pl.when("early_access").then(pl.concat_list("genres", pl.lit(["Early Access"]))).otherwise("genres")
    )
    terms = {(effect.group, effect.term) for effect in hedonic.fit(games).effects}
    assert ("early_access", "yes") in terms
    assert ("genre", "early access") not in terms


def test_entries_of_few_developers_are_less_sure_than_as_many_of_many() -> None:
    shared = RNG.normal(0, 0.5, 40)
    games = made().with_columns(group=pl.int_range(pl.len()) % 40)
    games = games.with_columns(
        pl.col("price_usd") * np.exp(shared[games["group"].to_numpy()]),
        # the label depends on the developer, hence so do the errors of the rows that have it
        genres=pl.when(pl.col("group") < 20).then(pl.lit(["RPG"])).otherwise(pl.lit(["Action"])),
    )
    few, many = (
        {effect.term: effect for effect in hedonic.fit(games.with_columns(developer=names)).effects}["rpg"]
        for names in (pl.format("Studio {}", "group"), pl.format("Studio {}", pl.int_range(pl.len())))
    )
    assert few.high - few.low > 2 * (many.high - many.low)


def test_a_small_catalogue_is_fitted_too(games: pl.DataFrame) -> None:
    rows = training_rows(games)
    fitted = hedonic.fit(rows.head(40))
    predicted = hedonic.predict(fitted.hedonic, rows)
    assert np.isfinite(predicted).all()
    assert (predicted > 0).all()
    alone = hedonic.fit(rows.head(1))
    assert hedonic.predict(alone.hedonic, rows.head(1))[0] == pytest.approx(rows["price_usd"][0])


def test_what_is_served_is_light() -> None:
    code = (
        "import sys; before = set(sys.modules); import tasador.appraisal.hedonic; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "polars", "sklearn", "scipy", "pandas", "lightgbm"} & {*loaded}


_FITTED = """
import hashlib, json, sys
import polars as pl
from tasador.models import hedonic
games = pl.read_parquet(sys.argv[1])
fitted = hedonic.fit(games)
told = json.dumps(fitted.to_dict()).encode() + hedonic.predict(fitted.hedonic, games).tobytes()
print(hashlib.sha256(told).hexdigest())
"""


def test_a_fit_is_the_same_to_the_bit_with_any_number_of_threads(games: pl.DataFrame, tmp_path: Path) -> None:
    training_rows(games).write_parquet(tmp_path / "games.parquet")
    told = {
        subprocess.run(
            [sys.executable, "-c", _FITTED, tmp_path / "games.parquet"],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OPENBLAS_CORETYPE": core},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads, core in (("1", ""), ("2", ""), ("1", "Sandybridge"))
    }
    assert len(told) == 1
