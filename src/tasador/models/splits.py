"""Splits into training and test rows: one that flatters, and two that do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from tasador.errors import TasadorError

__all__ = ["Split", "all_splits", "by_date", "by_developer", "random"]

TEST_SHARE: Final = 0.2
SEED: Final = 42

#: With fewer groups one side would be empty.
_MIN_GROUPS: Final = 5

#: The legal form after a comma, which is no developer of its own.
_COMPANY_FORM: Final = r",?\s*\b(?:inc|llc|ltd|limited|corp|co|gmbh|s\.?a|s\.?r\.?l|pty|plc|k\.?k)\b\.?"


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

    Raises:
        TasadorError: All games were released on the same day.
    """
    cut = games["release_date"].sort()[int(games.height * (1 - TEST_SHARE))]
    later = (games["release_date"] >= cut).to_numpy()
    if later.all():
        raise _cannot_split("by date", "games whose releases nearly all fall on one day", "several release days")
    rows = np.arange(games.height)
    return Split(
        "out_of_time",
        f"Trained on releases before {cut}, tested on those from then on.",
        rows[~later],
        rows[later],
    )


def by_developer(games: pl.DataFrame) -> Split:
    """Split so that no developer is on both sides.

    Studios that made a game together stay together, as do those that share a partner; a game without a developer is
    one of its own.

    Raises:
        TasadorError: All games are of developers that belong together.
    """
    groups = _developer_groups(games)
    if len(np.unique(groups)) < _MIN_GROUPS:
        raise _cannot_split("by developer", "games of developers that all belong together", "several developers")
    splitter = GroupShuffleSplit(n_splits=1, test_size=TEST_SHARE, random_state=SEED)
    train, test = next(splitter.split(groups, groups=groups))
    return Split(
        "unseen_developers",
        "A fifth of the developers is held out: no name is on both sides, alone or among several.",
        train,
        test,
    )


def all_splits(games: pl.DataFrame) -> tuple[Split, ...]:
    """Make the three splits of the protocol, the headline first."""
    return by_date(games), by_developer(games), random(games)


def _developer_groups(games: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Number the groups of developers that are linked by games they share, one number a row."""
    names = (
        games.select(
            row=pl.int_range(pl.len(), dtype=pl.Int64),
            name=pl.col("developer").str.to_lowercase().str.replace_all(_COMPANY_FORM, "").str.split(","),
        )
        .explode("name")
        .with_columns(pl.col("name").str.strip_chars())
        .filter(pl.col("name") != "")
    )
    numbers = names["name"].rank("dense").cast(pl.Int64).to_numpy() - 1
    # A graph of rows and names: rows that are linked over names are one group.
    nodes = games.height + (int(numbers.max()) + 1 if len(numbers) else 0)
    links = coo_array((np.ones(len(numbers)), (names["row"].to_numpy(), games.height + numbers)), shape=(nodes, nodes))
    _, groups = connected_components(links, directed=False)
    return np.asarray(groups[: games.height], dtype=np.int64)


def _cannot_split(how: str, got: str, expected: str) -> TasadorError:
    return TasadorError(
        f"the games cannot be split {how}", got=got, expected=expected, do="Train on a larger catalogue."
    )
