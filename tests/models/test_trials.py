"""The fits of the protocol: what each may know, and what calibrates it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pytest

from tasador.features.game import Game, from_row
from tasador.models import splits, trials
from tasador.models.learning import here
from tasador.models.population import priced_rows
from tasador.models.splits import Split
from tasador.models.trials import Protocol, Trial, newest_part
from tests.models.light import TINY

#: Shares of the rows, by date, at which the test periods of the origins and of the months begin.
ORIGINS = (0.5, 0.65, 0.8)
MONTHS = (0.8, 0.87, 0.94)


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> pl.DataFrame:
    return priced_rows(games)[:600]


@pytest.fixture(scope="module")
def entries(rows: pl.DataFrame) -> list[Game]:
    return [from_row(row) for row in rows.iter_rows(named=True)]


def by_date(rows: pl.DataFrame, names: Sequence[str], starts: Sequence[float]) -> list[Split]:
    """Split at days, each period tested up to the next."""
    dates = rows["release_date"].to_list()
    days = [sorted(dates)[int(share * rows.height)] for share in starts]
    found = []
    for name, start, until in zip(names, days, [*days[1:], date.max], strict=True):
        train = np.flatnonzero([day < start for day in dates])
        test = np.flatnonzero([start <= day < until for day in dates])
        found.append(Split(name, "", train, test, np.zeros(len(test), np.bool_)))
    return found


@pytest.fixture(scope="module")
def protocol(rows: pl.DataFrame) -> Protocol:
    return Protocol(
        by_date(rows, ("rolling_1", "rolling_2", "out_of_time"), ORIGINS),
        by_date(rows, ["walking_forward"] * 3, MONTHS),
        (splits.unseen_developers(rows),),
    )


@pytest.fixture(scope="module")
def tried(entries: list[Game], protocol: Protocol) -> list[Trial]:
    return trials.run(entries, protocol, here(entries, TINY))


def of_dates(tried: Sequence[Trial]) -> list[Trial]:
    return [trial for trial in tried if trial.split.name != "unseen_developers"]


def dearer(entries: Sequence[Game], since: date) -> list[Game]:
    """Change all prices from a day on."""
    return [
        dataclasses.replace(game, price_usd=0.0 if not game.price_usd else game.price_usd * 3 + 1)
        if game.release_date >= since
        else game
        for game in entries
    ]


def said(trial: Trial) -> str:
    """Write down what a fit says of its test rows: as text, since no unknown input equals another."""
    return repr((trial.outcome.scored, trial.calibration))


def first_day(entries: Sequence[Game], split: Split) -> date:
    test: list[int] = split.test.tolist()
    return min(entries[at].release_date for at in test)


def test_every_split_is_tried_on_its_own_test_rows_and_learns_from_its_training_rows(
    entries: list[Game], protocol: Protocol, tried: list[Trial]
) -> None:
    assert [trial.split.name for trial in tried] == [split.name for split in protocol.all]
    for trial in tried:
        assert list(trial.outcome.games) == [entries[at] for at in trial.split.test]
        assert list(trial.outcome.learned) == [entries[at] for at in trial.split.train]
        assert not set(trial.split.train.tolist()) & set(trial.split.test.tolist())
        assert len(trial.outcome.scored) == len(trial.split.test)


@pytest.mark.parametrize("number", [1, 4])
def test_nothing_that_is_released_from_the_test_periods_first_day_on_changes_what_is_said_of_it(
    entries: list[Game], protocol: Protocol, tried: list[Trial], number: int
) -> None:
    day = first_day(entries, tried[number].split)
    again = trials.run(dearer(entries, day), protocol, here(dearer(entries, day), TINY))
    compared = 0
    for before, after in zip(of_dates(tried), of_dates(again), strict=True):
        if first_day(entries, before.split) <= day:
            compared += 1
            assert said(before) == said(after)
    assert compared > number / 2
    last = len(of_dates(tried)) - 1
    assert said(again[last]) != said(tried[last])


def test_a_month_is_calibrated_by_what_was_said_of_the_months_before_it(
    entries: list[Game], protocol: Protocol, tried: list[Trial]
) -> None:
    months = [at for at, trial in enumerate(tried) if trial.split.name == "walking_forward"]
    changed = dearer(entries, first_day(entries, tried[months[1]].split))
    again = trials.run(changed, protocol, here(changed, TINY))
    assert again[months[1]].calibration == tried[months[1]].calibration
    assert again[months[2]].calibration != tried[months[2]].calibration


def test_a_split_that_is_not_by_date_is_calibrated_by_its_own_training_rows(
    entries: list[Game], protocol: Protocol, tried: list[Trial]
) -> None:
    tested = set(protocol.others[0].test.tolist())
    changed = [
        dataclasses.replace(game, price_usd=game.price_usd * 3 + 1) if at in tested and game.price_usd else game
        for at, game in enumerate(entries)
    ]
    alone = Protocol(protocol.origins[-1:], (), protocol.others)
    again = trials.run(changed, alone, here(changed, TINY))[-1]
    assert said(again) == said(tried[-1])


def test_the_newest_part_shares_no_day_with_the_older(entries: list[Game], protocol: Protocol) -> None:
    for split in protocol.all:
        older, newer = newest_part(entries, split.train)
        assert max(entries[at].release_date for at in older) < min(entries[at].release_date for at in newer)
        assert sorted([*older, *newer]) == sorted(split.train)
        assert 0.1 < len(newer) / len(split.train) < 0.25


def test_any_number_of_workers_says_the_same_and_tells_how_far_it_is(
    entries: list[Game], protocol: Protocol, tried: list[Trial]
) -> None:
    told: list[tuple[int, int]] = []
    again = trials.run(
        entries, protocol, here(entries, TINY), workers=3, told=lambda done, total: told.append((done, total))
    )
    assert list(map(said, again)) == list(map(said, tried))
    assert told == [(done, len(protocol.all) + 2) for done in range(len(protocol.all) + 3)]


def test_only_the_boosters_of_the_splits_that_are_explained_are_kept(tried: list[Trial]) -> None:
    kept = [trial.split.name for trial in tried if trial.outcome.heads is not None]
    assert kept == ["out_of_time", "unseen_developers"]
