"""Leak tripwires: what must hold of a model's inputs and splits before its figures count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from tasador.audit.finding import Finding, found
from tasador.audit.measures import Array
from tasador.audit.target import from_groups, function_of_price

__all__ = ["Training", "TrippedSplit", "tripwires"]

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TrippedSplit:
    """A split as it is looked through.

    Attributes:
        name: What it is called.
        train: Numbers of the training rows.
        test: Numbers of the test rows.
        origin: The first day of the test period; None where the split is not by date.
        grouped: Whether no group may be on both sides.
    """

    name: str
    train: Numbers
    test: Numbers
    origin: date | None = None
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Training:
    """What a model is trained and tested on, row by row.

    Attributes:
        inputs: Shape (n, f); NaN where unknown.
        names: Of the f inputs.
        known_at: When each is known: `launch` or `later`.
        prices: Shape (n,).
        app_ids: Shape (n,).
        groups: For each kind of group, such as `developer`, the names that each row has, as
            `tasador.features.title.studios` lists them.
        release_dates: Shape (n,), as datetime64[D].
    """

    inputs: npt.NDArray[np.floating]
    names: Sequence[str]
    known_at: Sequence[str]
    prices: Array
    app_ids: Numbers
    groups: Mapping[str, Sequence[tuple[str, ...]]]
    release_dates: npt.NDArray[np.datetime64]


def tripwires(training: Training, splits: Sequence[TrippedSplit], *, launch: bool = True) -> list[Finding]:
    """Look for leaks.

    Args:
        training: What the model is trained and tested on.
        splits: How.
        launch: Whether the model may use only what is known at launch.

    Returns:
        The leaks that were found: none, where all is well.
    """
    findings = _known_later(training) if launch else []
    findings += _inputs(training, splits)
    for split in splits:
        findings += [*_same_games(training, split), *_groups(training, split), *_before_origin(training, split)]
    return findings


def _known_later(training: Training) -> list[Finding]:
    later = [name for name, when in zip(training.names, training.known_at, strict=True) if when != "launch"]
    return [
        found(
            "input_known_later",
            "high",
            subject=name,
            tried=f"when each of the {len(training.names)} inputs is known",
            seen=f"{name} is known only after launch",
            do="Leave it out, or train the variant that says so.",
        )
        for name in later
    ]


def _inputs(training: Training, splits: Sequence[TrippedSplit]) -> list[Finding]:
    # NOTE: made for one split, an input of a test row of that split must not know that row's price.
    test = np.zeros(len(training.prices), bool)
    for split in splits[:1]:
        test[split.test] = True
    codes = {name: _codes(keys) for name, keys in training.groups.items()}
    days = training.release_dates.astype("datetime64[D]").astype(np.float64)
    findings = []
    for number, name in enumerate(training.names):
        values = np.asarray(training.inputs[:, number], dtype=np.float64)
        leak = function_of_price(values, training.prices, levels=False)
        how = "" if leak is None else leak.how
        for group, numbers in codes.items():
            if leak is None:
                leak = from_groups(values, training.prices, numbers, test=test, days=days)
                how = "" if leak is None else f"{leak.how} (by {group})"
        if leak is not None:
            findings.append(
                found(
                    "input_from_the_price",
                    "high",
                    subject=name,
                    tried=f"{name} held against the price of {leak.n:,} rows",
                    seen=f"{how}, strength {leak.strength:.3f} of 1",
                    do="Make it from what was known before each row's release, never from the row's own price.",
                    figures={"strength": leak.strength, "n": leak.n},
                )
            )
    return findings


def _same_games(training: Training, split: TrippedSplit) -> list[Finding]:
    both = np.intersect1d(training.app_ids[split.train], training.app_ids[split.test])
    return _sided(split, "same_game_on_both_sides", both.tolist(), "app ids", "Keep one row a game.")


def _groups(training: Training, split: TrippedSplit) -> list[Finding]:
    findings: list[Finding] = []
    for name, keys in training.groups.items() if split.grouped else ():
        known = {key for row in split.train for key in keys[row]}
        both = sorted({key for row in split.test for key in keys[row]} & known)
        findings += _sided(split, "group_on_both_sides", both, f"{name}s", f"Split so that no {name} is on both sides.")
    return findings


def _before_origin(training: Training, split: TrippedSplit) -> list[Finding]:
    if split.origin is None:
        return []
    origin = np.datetime64(split.origin)
    early = training.app_ids[split.test[training.release_dates[split.test] < origin]]
    late = training.app_ids[split.train[training.release_dates[split.train] >= origin]]
    what = f"test rows released before {split.origin}"
    return [
        *_sided(split, "test_row_before_the_origin", early.tolist(), what, "Test on later releases alone."),
        *_sided(
            split,
            "training_row_after_the_origin",
            late.tolist(),
            f"training rows released on {split.origin} or later",
            "Train on earlier releases alone.",
        ),
    ]


def _sided(split: TrippedSplit, check: str, both: Sequence[object], what: str, do: str) -> list[Finding]:
    if not both:
        return []
    return [
        found(
            check,
            "high",
            subject=split.name,
            tried=f"{len(split.train):,} training rows and {len(split.test):,} test rows of {split.name}",
            seen=f"{len(both):,} {what} are there that must not be, such as {both[0]}",
            do=do,
            figures={"n": len(both)},
            examples=[{"key": str(key)} for key in both[:3]],
        )
    ]


def _codes(keys: Sequence[tuple[str, ...]]) -> Numbers:
    numbers: dict[tuple[str, ...], int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) if key else -1 for key in keys], dtype=np.int64)
