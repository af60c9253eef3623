"""The folds on which parameters of the price boosters are searched."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tasador.appraisal.blend import Blend
from tasador.appraisal.booster import Booster
from tasador.errors import TasadorError
from tasador.features.earlier import knows_developer
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.inputs import Inputs
from tasador.models import boosting
from tasador.models.learning import input_matrix, look_ups
from tasador.models.parameters import Parameters
from tasador.models.splits import Split

__all__ = ["PriceFolds"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Fold:
    inputs: npt.NDArray[np.float32]
    prices_usd: Array
    hidden: list[int]
    test_rows: list[array[float]]
    test_prices_usd: Array
    known: npt.NDArray[np.bool_]


class PriceFolds:
    """Scores parameters fold by fold, with inputs made once.

    Args:
        games: The rows that the splits number.
        splits: Those of `tasador.models.protocol.search_folds`.
        start: The parameters that those that are searched replace.
        num_threads: Cores to use; the scores are the same for any number.

    Raises:
        TasadorError: There is no split.
    """

    def __init__(
        self, games: Sequence[Game], splits: Sequence[Split], start: Parameters, *, num_threads: int = 1
    ) -> None:
        if not splits:
            raise TasadorError(
                "too few games to search parameters",
                got="no half-year with enough games before the one that calibrates the newest period's intervals",
                expected="at least 1,000 games before one and 100 in it",
                do="Leave --tune out, or train on a larger catalogue.",
            )
        self.start = start
        self._num_threads = num_threads
        self._folds = [_fold(games, split, start) for split in splits]

    def __len__(self) -> int:
        return len(self._folds)

    def __call__(self, parameters: dict[str, Any], number: int) -> float:
        """Fit with some parameters and measure the RMSLE on fold `number`."""
        fold, chosen = self._folds[number], replace(self.start.price, **parameters)
        logs = np.zeros(len(fold.known))
        for known, hidden in ((True, []), (False, fold.hidden)):
            held = np.flatnonzero(fold.known == known)
            if len(held):
                fitted = boosting.fit(
                    fold.inputs, fold.prices_usd, chosen, hidden=hidden, num_threads=self._num_threads
                )
                blend = Blend([Booster(one) for one in fitted.boosters], fitted.weights)
                logs[held] = blend.predict([fold.test_rows[at] for at in held])
        return float(np.sqrt(np.mean((np.log1p(np.exp(logs)) - np.log1p(fold.test_prices_usd)) ** 2)))


def _fold(games: Sequence[Game], split: Split, start: Parameters) -> _Fold:
    train, test = ([games[at] for at in part if games[at].price_usd] for part in (split.train, split.test))
    inputs, history = Inputs.fit(train, start.variant), History.of(train)
    return _Fold(
        inputs=input_matrix(train, inputs, look_ups(train, history, start)),
        prices_usd=np.array([game.price_usd for game in train], dtype=np.float64),
        hidden=[at for at, shown in enumerate(inputs.blind) if not shown],
        test_rows=[inputs.row(game, history) for game in test],
        test_prices_usd=np.array([game.price_usd for game in test], dtype=np.float64),
        known=np.array([knows_developer(game, history) for game in test], dtype=np.bool_),
    )
