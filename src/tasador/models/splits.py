"""Splits into training and test rows: one that flatters, and others that do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.errors import TasadorError
from tasador.models.families import families
from tasador.models.twins import near_twins

__all__ = [
    "HEADLINE",
    "HONEST",
    "OUT_OF_TIME",
    "RANDOM",
    "ROLLING",
    "UNSEEN_DEVELOPERS",
    "WALKING_FORWARD",
    "Split",
    "out_of_time",
    "random",
    "rolling_origins",
    "unseen_developers",
    "walking_forward",
]

#: The splits by name: each is said at the function that makes it.
OUT_OF_TIME: Final = "out_of_time"
WALKING_FORWARD: Final = "walking_forward"
UNSEEN_DEVELOPERS: Final = "unseen_developers"
RANDOM: Final = "random"

#: What the names of the rolling origins before `OUT_OF_TIME` begin with; the half-year follows.
ROLLING: Final = "rolling_"

#: The split whose figures come first.
HEADLINE: Final = OUT_OF_TIME

#: The splits that do not flatter, and are no other's steps.
HONEST: Final = (OUT_OF_TIME, UNSEEN_DEVELOPERS)

TEST_SHARE: Final = 0.2
SEED: Final = 42

#: With fewer groups one side would be empty.
_MIN_GROUPS: Final = 5

#: Studios that belong together and have more of the rows than this share, and than this number, train: as test rows
#: they would be the test.
_LARGE_SHARE: Final = 0.02
_LARGE_ROWS: Final = 10

#: Half-years before the headline's period that are tested too, and the rows that such a test needs.
_EARLIER_ORIGINS: Final = 2
_MIN_TRAIN_ROWS: Final = 1_000
_MIN_TEST_ROWS: Final = 100

#: Rows of a window when walking forward, at least.
_MIN_WINDOW_ROWS: Final = 300

#: A quantile on a later day of the month belongs to the next month's start.
_MID_MONTH: Final = 15

Rows = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers of training and test rows.

    Attributes:
        name: What kind of split it is.
        says: How the rows were parted.
        train: Shape (n_train,).
        test: Shape (n_test,).
        near_twin: Shape (n_test,): the test rows that have a near twin in training: see `tasador.models.twins`.
    """

    name: str
    says: str
    train: Rows
    test: Rows
    near_twin: Marks


def random(games: pl.DataFrame) -> Split:
    """Split at random, as the course project did: the same rows for the same table."""
    # NOTE: here, since it takes most of a second, and names of splits are read where none is made.
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(np.arange(games.height), test_size=TEST_SHARE, random_state=SEED)
    return Split(
        RANDOM,
        "A random fifth is held out, as in the course project. Flatters: near-twins are on both sides.",
        train,
        test,
        near_twins(games, train, test),
    )


def out_of_time(games: pl.DataFrame) -> Split:
    """Train on the earlier releases and test on about the newest fifth, from the first of a month on.

    Raises:
        TasadorError: No game was released before that month.
    """
    first = _first_test_day(games)
    before = (games["release_date"] < first).to_numpy()
    if not before.any():
        raise _cannot_split("by date", "games whose releases nearly all fall into one month", "several release months")
    return _parted(
        games, OUT_OF_TIME, f"Trained on releases before {first}, tested on those from then on.", before, ~before
    )


def rolling_origins(games: pl.DataFrame, half_years: int = _EARLIER_ORIGINS) -> tuple[Split, ...]:
    """Test half-year after half-year on what was released before it, and last the period of `out_of_time`.

    Args:
        games: The rows to split.
        half_years: How many half-years before that period to test; those with too few rows on a side are left out.

    Raises:
        TasadorError: No game was released before the last period.
    """
    newest = out_of_time(games)
    end = _half_year_start(_first_test_day(games))
    earlier: list[Split] = []
    for _ in range(half_years):
        start = _half_year_start(end - timedelta(days=1))
        dates = games["release_date"]
        before, during = (dates < start).to_numpy(), ((dates >= start) & (dates < end)).to_numpy()
        if before.sum() >= _MIN_TRAIN_ROWS and during.sum() >= _MIN_TEST_ROWS:
            name = f"{ROLLING}{start.year}H{1 if start.month == 1 else 2}"
            says = f"Trained on releases before {start}, tested on those of the half-year from then on."
            earlier.append(_parted(games, name, says, before, during))
        end = start
    return (*reversed(earlier), newest)


def walking_forward(games: pl.DataFrame) -> tuple[Split, ...]:
    """Walk through the test period of `out_of_time` month by month, each trained on all that was released before it.

    A month with few rows belongs to the window before it, as does what is left at the end, such as games announced for
    later years. A period that is one window has none: it is `out_of_time`.

    Raises:
        TasadorError: No game was released before the period.
    """
    dates = games["release_date"]
    starts = [_first_test_day(games)]
    rows = 0
    months = dates.filter(dates >= starts[0]).dt.truncate("1mo").value_counts().sort("release_date")
    for month, count in months.iter_rows():
        if rows >= _MIN_WINDOW_ROWS and count >= _MIN_WINDOW_ROWS:
            starts.append(month)
            rows = 0
        rows += count
    windows = []
    for start, end in zip(starts, [*starts[1:], date.max], strict=True):
        before, during = (dates < start).to_numpy(), ((dates >= start) & (dates < end)).to_numpy()
        if not before.any():
            raise _cannot_split("by date", "games whose releases nearly all fall into one month", "several months")
        says = "Trained anew each month on all releases before it, and tested on those of the month."
        windows.append(_parted(games, WALKING_FORWARD, says, before, during))
    return tuple(windows) if len(windows) > 1 else ()


def unseen_developers(games: pl.DataFrame) -> Split:
    """Hold out about a fifth of the rows so that no developer's nor publisher's name is on both sides.

    Names that share a game belong together, and so do those that share a partner. The largest such families train:
    publishers of many developers link much of a catalogue into one family, which cannot be parted.

    Raises:
        TasadorError: Too few families are left to hold out.
    """
    family = families(games, ("developer", "publisher"))
    sizes = np.bincount(family)
    small = np.flatnonzero(sizes <= max(_LARGE_SHARE * games.height, _LARGE_ROWS))
    if len(small) < _MIN_GROUPS:
        raise _cannot_split(
            "by developer and publisher", "games of studios that nearly all belong together", "several studios"
        )
    drawn = np.random.default_rng(SEED).permutation(small)
    wanted = min(TEST_SHARE * games.height, sizes[small].sum() - 1)
    held_out = np.isin(family, drawn[: int(np.searchsorted(np.cumsum(sizes[drawn]), wanted)) + 1])
    if held_out.all():
        held_out = family == drawn[0]
    share = sizes[small].sum() / games.height
    says = (
        "About a fifth is held out so that no developer's nor publisher's name is on both sides, alone or among "
        f"several. Drawn from the {share:.0%} of the rows whose studios are not linked, over games they share, to a "
        f"family with more than {_LARGE_SHARE:.0%} of all."
    )
    return _parted(games, UNSEEN_DEVELOPERS, says, ~held_out, held_out)


def _parted(games: pl.DataFrame, name: str, says: str, train: Marks, test: Marks) -> Split:
    rows = np.arange(games.height)
    return Split(name, says, rows[train], rows[test], near_twins(games, rows[train], rows[test]))


def _first_test_day(games: pl.DataFrame) -> date:
    day: date = games["release_date"].sort()[int(games.height * (1 - TEST_SHARE))]
    start = day.replace(day=1)
    following = (start + timedelta(days=31)).replace(day=1)
    return following if day.day > _MID_MONTH and (games["release_date"] >= following).any() else start


def _half_year_start(day: date) -> date:
    return date(day.year, 1 if day.month < 7 else 7, 1)


def _cannot_split(how: str, got: str, expected: str) -> TasadorError:
    return TasadorError(
        f"the games cannot be split {how}", got=got, expected=expected, do="Train on a larger catalogue."
    )
