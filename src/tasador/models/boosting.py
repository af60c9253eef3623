"""The price boosters: gradient-boosted trees of log prices, fitted on the squared and on the absolute error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from tasador.models.reproducible import reproducible

__all__ = ["BoostingParameters", "PriceBoosters", "fit"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]


#: Values of an input that are told apart, at most: more make nothing better, and the fit slower.
_MAX_BIN: Final = 63


@dataclass(frozen=True, slots=True)
class BoostingParameters:
    """Parameters of the fit, by LightGBM's names where it has them.

    The thresholds of splits are drawn at random (`extra_trees`, Geurts et al. 2006): on periods and developers that
    were held out the error is 1 to 3 % smaller than with the best thresholds.

    Attributes:
        num_iterations: Trees of each booster.
        learning_rate: What of a tree's leaf is added.
        num_leaves: Leaves of a tree at most.
        max_depth: Splits from its root to a leaf at most: what taking an estimate apart costs grows with its square.
        min_data_in_leaf: Rows of a leaf at least.
        feature_fraction: Share of the inputs drawn for a tree.
        bagging_fraction: Share of the rows drawn for a tree.
        lambda_l2: Penalty on the leaves.
        absolute_share: Weight of the boosters of the absolute error in the blend; 0 fits none.
        n_seeds: Boosters of each error, alike but for the seed.
        seed: Of every draw.
    """

    num_iterations: int = 260
    learning_rate: float = 0.1
    num_leaves: int = 31
    max_depth: int = 10
    min_data_in_leaf: int = 10
    feature_fraction: float = 0.3
    bagging_fraction: float = 0.8
    lambda_l2: float = 0.0
    absolute_share: float = 0.4
    n_seeds: int = 1
    seed: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PriceBoosters:
    """Boosters whose weighted sum is the log price: its exponential is in the middle of the prices.

    Attributes:
        boosters: Each in LightGBM's text format.
        weights: Of each; they add up to 1.
    """

    boosters: tuple[bytes, ...]
    weights: tuple[float, ...]


def fit(
    inputs: Matrix,
    prices_usd: Array,
    parameters: BoostingParameters,
    *,
    hidden: Sequence[int] = (),
    num_threads: int = 1,
    n_parts: int = 1,
) -> PriceBoosters:
    """Fit the boosters.

    Args:
        inputs: Shape (n_games, n_features); NaN is unknown.
        prices_usd: Shape (n_games,), above 0.
        parameters: Of the fit.
        hidden: Numbers of the columns that nothing is learnt from. The boosters take them all the same, so that one
            row does for every booster.
        num_threads: Cores to use; the boosters are the same for any number.
        n_parts: Into how many parts the rows are put, of which these are one: see `tasador.models.learning.boosters`.
    """
    shown = inputs.copy()
    shown[:, list(hidden)] = 0
    logs = np.log(prices_usd)
    shares = {"l2": 1 - parameters.absolute_share, "l1": parameters.absolute_share}
    common = {**reproducible(n_parts=n_parts, num_threads=num_threads), "max_bin": _MAX_BIN}
    data = lgb.Dataset(shown, label=logs, params=common)
    boosters: list[bytes] = []
    weights: list[float] = []
    for objective, share in shares.items():
        for number in range(parameters.n_seeds if share > 0 else 0):
            settings = {
                **common,
                "objective": objective,
                "extra_trees": True,
                "learning_rate": parameters.learning_rate,
                "num_leaves": parameters.num_leaves,
                "max_depth": parameters.max_depth,
                "min_data_in_leaf": parameters.min_data_in_leaf,
                "feature_fraction": parameters.feature_fraction,
                "bagging_fraction": parameters.bagging_fraction,
                "bagging_freq": 1,
                "lambda_l2": parameters.lambda_l2,
                "seed": parameters.seed + number,
            }
            booster = lgb.train(settings, data, parameters.num_iterations)
            boosters.append(booster.model_to_string().encode())
            weights.append(share / parameters.n_seeds)
    return PriceBoosters(tuple(boosters), tuple(weights))
