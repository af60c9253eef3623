"""The course project's model: a Bagging of regression trees on year, early access and genres. A baseline now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import BaggingRegressor
from sklearn.tree import DecisionTreeRegressor

__all__ = ["BaggingParameters", "fit"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BaggingParameters:
    """Parameters of the fit; the defaults are those that the course project's search found.

    Attributes:
        n_estimators: Number of trees.
        max_depth: Depth of a tree at most.
        max_samples: Share of the rows drawn for a tree, with replacement.
        max_features: Share of the columns drawn for a tree, without replacement.
        seed: Of every draw.
    """

    n_estimators: int = 50
    max_depth: int = 15
    max_samples: float = 0.9
    max_features: float = 0.7
    seed: int = 42


def fit(parameters: BaggingParameters, inputs: Matrix, prices_usd: Array) -> BaggingRegressor:
    """Fit the model.

    Args:
        inputs: Shape (n_games, n_features), no nulls.
        prices_usd: Shape (n_games,).
    """
    model = BaggingRegressor(
        estimator=DecisionTreeRegressor(max_depth=parameters.max_depth),
        n_estimators=parameters.n_estimators,
        max_samples=parameters.max_samples,
        max_features=parameters.max_features,
        random_state=parameters.seed,
    )
    return model.fit(inputs, prices_usd)
