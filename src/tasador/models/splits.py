"""Splits into training and test rows: one that flatters, and two that do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.model_selection import GroupShuffleSplit, train_test_split

__all__ = ["Split", "all_splits", "by_date", "by_developer", "random"]

TEST_SHARE = 0.2
SEED = 42


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers of training and test rows.

    Attributes:
        name: What kind of split it is.
        says: How the rows were parted.
        train: Shape (n_train,).
        test: Shape (n_test,).
    """

    name: str
    says: str
    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


def random(games: pl.DataFrame) -> Split:
    """Split at random, as the course project did: the same rows for the same table."""
    train, test = train_test_split(np.arange(games.height), test_size=TEST_SHARE, random_state=SEED)
    return Split(
        "random",
        "A random fifth is held out, as in the course project. Flatters: near-twins are on both sides.",
        train,
        test,
    )


def by_date(games: pl.DataFrame) -> Split:
    """Train on the earlier releases and test on the newest fifth.

    Games of the day on which the split falls are all test rows, so that no day is on both sides.
    """
    cut = games["release_date"].sort()[int(games.height * (1 - TEST_SHARE))]
    later = (games["release_date"] >= cut).to_numpy()
    rows = np.arange(games.height)
    return Split(
        "out_of_time",
        f"Trained on releases before {cut}, tested on those from then on.",
        rows[~later],
        rows[later],
    )


def by_developer(games: pl.DataFrame) -> Split:
    """Split so that no developer is on both sides; a game without one is a developer of its own."""
    unnamed = pl.concat_str(pl.lit("app "), pl.col("app_id").cast(pl.String))
    groups = games.select(pl.coalesce(pl.col("developer").str.to_lowercase(), unnamed)).to_series().to_numpy()
    splitter = GroupShuffleSplit(n_splits=1, test_size=TEST_SHARE, random_state=SEED)
    train, test = next(splitter.split(groups, groups=groups))
    return Split("unseen_developers", "A fifth of the developers is held out: none is on both sides.", train, test)


def all_splits(games: pl.DataFrame) -> tuple[Split, ...]:
    """Make the three splits of the protocol, the headline first."""
    return by_date(games), by_developer(games), random(games)
