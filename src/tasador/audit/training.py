"""The tripwires over a candidate's own evaluation: its inputs, and every split that its figures are from."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.audit.finding import Finding
from tasador.audit.tripwires import Training, TrippedSplit, tripwires
from tasador.features.inputs import Variant
from tasador.features.title import studios
from tasador.models.evaluate import Evaluation
from tasador.models.splits import RANDOM, UNSEEN_DEVELOPERS, Split

__all__ = ["leaks"]

#: Training rows whose inputs are held against the price; the test rows' all are.
_MOST_ROWS: Final = 5_000
_SEED: Final = 42

Rows = npt.NDArray[np.int64]


def leaks(evaluation: Evaluation, variant: Variant) -> list[Finding]:
    """Look for inputs and splits that know what they must not.

    Args:
        evaluation: The candidate's.
        variant: What its inputs are made from.

    Returns:
        The leaks that were found: none, where all is well.
    """
    # NOTE: the random split is there because it leaks.
    rows, splits = evaluation.rows, [split for split in evaluation.protocol.all if split.name != RANDOM]
    paid = (rows["price_usd"] > 0).to_numpy()
    headline = evaluation.protocol.origins[-1]
    sides = _training(evaluation, np.flatnonzero(paid), columns=False)
    found = tripwires(sides, [_side(split, rows, paid) for split in splits], launch=False)
    draw = np.random.default_rng(_SEED).permutation(headline.train[paid[headline.train]])[:_MOST_ROWS]
    looked_at = np.sort(np.concatenate([draw, headline.test[paid[headline.test]]]))
    inputs = _training(evaluation, looked_at, columns=True)
    train, test = (np.flatnonzero(np.isin(looked_at, part)) for part in (draw, headline.test))
    tested = TrippedSplit(headline.name, train, test)
    return [*tripwires(inputs, [tested], launch=variant == "launch"), *found]


def _training(evaluation: Evaluation, numbers: Rows, *, columns: bool) -> Training:
    rows, heads = evaluation.rows[numbers], evaluation.heads
    features = heads.inputs.definitions if columns else ()
    made = [heads.inputs.row(evaluation.games[at], heads.history) for at in numbers.tolist()] if columns else []
    return Training(
        inputs=np.array(made, dtype=np.float32).reshape(len(numbers), len(features)),
        names=[feature.name for feature in features],
        known_at=[feature.known_at for feature in features],
        prices=rows["price_usd"].to_numpy(),
        app_ids=rows["app_id"].cast(pl.Int64).to_numpy(),
        groups={name: [studios(one) for one in rows[name].to_list()] for name in ("developer", "publisher")},
        release_dates=rows["release_date"].to_numpy().astype("datetime64[D]"),
    )


def _side(split: Split, rows: pl.DataFrame, paid: npt.NDArray[np.bool_]) -> TrippedSplit:
    """Number a split's rows among the paid ones."""
    place = np.cumsum(paid) - 1
    train, test = (place[part[paid[part]]] for part in (split.train, split.test))
    grouped = split.name == UNSEEN_DEVELOPERS
    origin = None if grouped else rows["release_date"][split.test].min()
    return TrippedSplit(split.name, train, test, origin=origin, grouped=grouped)  # type: ignore[arg-type]
