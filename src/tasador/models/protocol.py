"""The splits of the evaluation protocol over the priced rows of a catalogue."""

from __future__ import annotations

import numpy as np
import polars as pl

from tasador.models.splits import Split, random, rolling_origins, unseen_developers, walking_forward
from tasador.models.trials import Protocol

__all__ = ["make", "search_folds"]


def make(rows: pl.DataFrame) -> Protocol:
    """Make the splits.

    Args:
        rows: Those of `tasador.models.population.priced_rows`: paid and free.

    Raises:
        TasadorError: The rows cannot be split: all are of one month or one family of studios.
    """
    return Protocol(
        origins=rolling_origins(rows),
        months=walking_forward(rows),
        others=(unseen_developers(rows), _random(rows)),
    )


def search_folds(rows: pl.DataFrame) -> tuple[Split, ...]:
    """Make the splits that parameters are searched on: half-years before the one that calibrates the headline.

    Intervals that are calibrated on rows by which parameters were chosen are too narrow, as the errors there are.

    Args:
        rows: As for `make`.

    Returns:
        The oldest first; none where the catalogue is too small.
    """
    return rolling_origins(rows, half_years=3)[:-2]


def _random(rows: pl.DataFrame) -> Split:
    """Take the course project's split of the paid rows; free ones, which it had not, are training rows."""
    paid = (rows["price_usd"] > 0).to_numpy()
    numbers = np.flatnonzero(paid)
    split = random(rows.filter(pl.Series(paid)))
    train = np.concatenate([numbers[split.train], np.flatnonzero(~paid)])
    return Split(split.name, split.says, train, numbers[split.test], split.near_twin)
