"""Leak tripwires on the inputs of a launch model: silent on honest ones, each leak that is put in trips one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from tasador.audit.tripwires import Training, TrippedSplit, tripwires
from tasador.features.title import studios
from tests.audit.catalogue import past_mean, priced

Array = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return priced(2_500, seed=9)


@pytest.fixture(scope="module")
def training(rows: pl.DataFrame) -> Training:
    genres = rows["genre"].to_dummies().cast(pl.Float64)
    inputs = genres.with_columns(
        year=rows["year"].cast(pl.Float64), early=rows["early_access"].cast(pl.Float64), past=past_mean(rows)
    )
    return Training(
        inputs.fill_null(float("nan")).to_numpy(),
        inputs.columns,
        ["launch"] * inputs.width,
        rows["price_usd"].to_numpy(),
        rows["app_id"].cast(pl.Int64).to_numpy(),
        {"developer": [studios(name) for name in rows["developer"]]},
        rows["release_date"].to_numpy().astype("datetime64[D]"),
    )


@pytest.fixture(scope="module")
def split(rows: pl.DataFrame) -> TrippedSplit:
    test = (rows["split"] == "test").to_numpy()
    origin: date = rows.filter(test)["release_date"].min()  # type: ignore[assignment]
    return TrippedSplit("out_of_time", np.flatnonzero(~test), np.flatnonzero(test), origin=origin)


def with_input(training: Training, name: str, values: Array, known_at: str = "launch") -> Training:
    return replace(
        training,
        inputs=np.column_stack([training.inputs, values]),
        names=[*training.names, name],
        known_at=[*training.known_at, known_at],
    )


def developer_mean(rows: pl.DataFrame) -> Array:
    return rows.select(pl.col("price_usd").mean().over("developer")).to_series().to_numpy()


def shrunk_mean(rows: pl.DataFrame) -> Array:
    """The developer's mean over all rows, drawn to the mean of all."""
    n, total = pl.len().over("developer"), pl.col("price_usd").sum().over("developer")
    return rows.select((total + 5 * pl.col("price_usd").mean()) / (n + 5)).to_series().to_numpy()


def noisy_price(rows: pl.DataFrame) -> Array:
    noise = np.random.default_rng(0).normal(1, 0.03, rows.height)
    return rows["price_usd"].to_numpy() * noise


def test_honest_inputs_and_splits_trip_nothing(training: Training, split: TrippedSplit) -> None:
    assert tripwires(training, [split]) == []


@pytest.mark.parametrize("leak", [developer_mean, shrunk_mean, noisy_price])
def test_an_input_made_from_the_price_trips(
    rows: pl.DataFrame, training: Training, split: TrippedSplit, leak: Callable[[pl.DataFrame], Array]
) -> None:
    (finding,) = tripwires(with_input(training, "leak", leak(rows)), [split])
    assert (finding.check, finding.subject) == ("input_from_the_price", "leak")


def test_what_is_known_later_trips_a_launch_model_alone(training: Training, split: TrippedSplit) -> None:
    reviews = np.random.default_rng(1).random(len(training.prices))
    later = with_input(training, "user_reviews", reviews, "later")
    (finding,) = tripwires(later, [split])
    assert (finding.check, finding.subject) == ("input_known_later", "user_reviews")
    assert tripwires(later, [split], launch=False) == []


def test_the_same_game_on_both_sides_trips(training: Training, split: TrippedSplit) -> None:
    ids = training.app_ids.copy()
    ids[split.test[:4]] = ids[split.train[:4]]
    (finding,) = tripwires(replace(training, app_ids=ids), [split])
    assert finding.check == "same_game_on_both_sides"
    assert finding.figures["n"] == 4


def test_a_developer_on_both_sides_trips_a_grouped_split_alone(training: Training, split: TrippedSplit) -> None:
    (finding,) = tripwires(training, [replace(split, grouped=True)])
    assert finding.check == "group_on_both_sides"
    assert finding.subject == "out_of_time"
    assert tripwires(training, [split]) == []


def test_rows_on_the_wrong_side_of_the_origin_trip(training: Training, split: TrippedSplit) -> None:
    moved = replace(
        split, train=np.append(split.train, split.test[-2:]), test=np.append(split.test[:-2], split.train[:3])
    )
    moved = replace(moved, train=np.setdiff1d(moved.train, split.train[:3]))
    checks = {one.check: one.figures["n"] for one in tripwires(training, [moved])}
    assert checks == {"test_row_before_the_origin": 3, "training_row_after_the_origin": 2}
