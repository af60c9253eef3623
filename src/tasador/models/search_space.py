"""What a search for parameters may try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import optuna

__all__ = ["SPACE", "Range"]


@dataclass(frozen=True, slots=True)
class Range:
    """Values that a parameter may take, both ends included.

    Attributes:
        low: The least.
        high: The most.
        log: Tried evenly by ratio instead of difference.
        whole: Whole numbers only.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def suggest(self, trial: optuna.Trial, name: str) -> float:
        """Ask for a value."""
        if self.whole:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(name, self.low, self.high, log=self.log)


#: What to search for a booster of the price, by LightGBM's names of its parameters.
SPACE: Final[Mapping[str, Range]] = {
    "learning_rate": Range(0.02, 0.2, log=True),
    "num_iterations": Range(100, 900, log=True, whole=True),
    "num_leaves": Range(15, 127, log=True, whole=True),
    "min_data_in_leaf": Range(5, 80, log=True, whole=True),
    "feature_fraction": Range(0.1, 1.0),
    "bagging_fraction": Range(0.5, 1.0),
    "lambda_l2": Range(0.001, 30.0, log=True),
}
