"""The folds on which parameters of the price boosters are searched: half-years before the headline's period."""

from __future__ import annotations

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
    test_rows: list[list[float]]
    test_prices_usd: Array
    known: npt.NDArray[np.bool_]


class PriceFolds:
    """Scores parameters fold by fold, with inputs made once. The headline's test period is in none of them.

    Args:
        games: The rows that the splits number.
        origins: Rolling origins, oldest first; the last, the headline, is left out.
        start: The parameters that those that are searched replace.

    Raises:
        TasadorError: There is no earlier origin.
    """

    def __init__(self, games: Sequence[Game], origins: Sequence[Split], start: Parameters) -> None:
        if len(origins) < 2:
            raise TasadorError(
                "too few games to search parameters",
                got="no half-year before the newest period with enough games",
                expected="at least 1,000 games before one and 100 in it",
                do="Leave --tune out, or train on a larger catalogue.",
            )
        self.start = start
        self._folds = [_fold(games, origin, start) for origin in origins[:-1]]

    def __len__(self) -> int:
        return len(self._folds)

    def __call__(self, parameters: dict[str, Any], number: int) -> float:
        """Fit with some parameters and measure the RMSLE on fold `number`."""
        fold, chosen = self._folds[number], replace(self.start.price, **parameters)
        logs = np.zeros(len(fold.known))
        for known, hidden in ((True, []), (False, fold.hidden)):
            held = np.flatnonzero(fold.known == known)
            if len(held):
                fitted = boosting.fit(fold.inputs, fold.prices_usd, chosen, hidden=hidden)
                blend = Blend([Booster(one) for one in fitted.boosters], fitted.weights)
                logs[held] = blend.predict([fold.test_rows[at] for at in held])
        return float(np.sqrt(np.mean((np.log1p(np.exp(logs)) - np.log1p(fold.test_prices_usd)) ** 2)))


def _fold(games: Sequence[Game], origin: Split, start: Parameters) -> _Fold:
    train, test = ([games[at] for at in part if games[at].price_usd] for part in (origin.train, origin.test))
    inputs, history = Inputs.fit(train, start.variant), History.of(train)
    return _Fold(
        inputs=input_matrix(train, inputs, look_ups(train, history, start)),
        prices_usd=np.array([game.price_usd for game in train], dtype=np.float64),
        hidden=[at for at, shown in enumerate(inputs.blind) if not shown],
        test_rows=[inputs.row(game, history) for game in test],
        test_prices_usd=np.array([game.price_usd for game in test], dtype=np.float64),
        known=np.array([knows_developer(game, history) for game in test], dtype=np.bool_),
    )
