"""The classifier of price points: which of them there are, its fit, and how its scores become probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from tasador.appraisal.price_points import PricePoints
from tasador.errors import TasadorError
from tasador.models.reproducible import reproducible

__all__ = ["LadderParameters", "calibrate", "fit", "price_points"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32] | npt.NDArray[np.float64]

#: A price is a price point when so many training rows have it: on the real catalogue 28 prices, which 98.7 % have.
LEAST_ROWS: Final = 20

#: Fewer than two price points are no ladder.
_LEAST_POINTS: Final = 2


@dataclass(frozen=True, slots=True)
class LadderParameters:
    """Parameters of the fit.

    Small trees with a strong penalty: on two half-years before the test period as good as 34 rounds of trees of 31
    leaves (log loss 2.242 and 2.252 a game, 0.006 the standard error of the difference) in a third of the time, which
    is what most of an appraisal takes.

    Attributes:
        num_iterations: Rounds of boosting, one tree a price point in each.
        learning_rate: Share of each tree that counts.
        num_leaves: Leaves of a tree at most.
        max_depth: Splits from its root to a leaf at most.
        min_data_in_leaf: Games in a leaf at least.
        feature_fraction: Share of the inputs drawn for a tree.
        lambda_l2: Penalty on the leaves' squares.
        max_bin: Values that an input is cut into at most.
        seed: Of every draw.
    """

    num_iterations: int = 20
    learning_rate: float = 0.25
    num_leaves: int = 12
    max_depth: int = 5
    min_data_in_leaf: int = 10
    feature_fraction: float = 0.45
    lambda_l2: float = 8.0
    max_bin: int = 63
    seed: int = 42

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def price_points(prices_usd: Array, *, least: int = LEAST_ROWS) -> tuple[float, ...]:
    """List the prices that at least `least` games have, ascending.

    Args:
        prices_usd: Shape (n_games,), training rows only, all above 0.

    Raises:
        TasadorError: There are fewer than two.
    """
    prices, counts = np.unique(np.round(prices_usd, 2), return_counts=True)
    found = tuple(prices[counts >= least].tolist())
    if len(found) < _LEAST_POINTS:
        raise TasadorError(
            "too few games have the same price",
            got=f"{len(found)} prices that at least {least} games have",
            expected=f"at least {_LEAST_POINTS}",
            do="Train on a larger catalogue.",
        )
    return found


def fit(
    inputs: Matrix,
    prices_usd: Array,
    points_usd: Sequence[float],
    parameters: LadderParameters,
    *,
    num_threads: int = 1,
    n_parts: int = 1,
) -> bytes:
    """Fit the classifier: trees with random thresholds, which measured better than searched ones, and faster.

    Args:
        inputs: Shape (n_games, n_features); NaN is unknown.
        prices_usd: Shape (n_games,). One that is no price point counts as the nearest in ratio.
        points_usd: The price points, ascending.
        parameters: Of the fit.
        num_threads: Cores to use; the model is the same for any number.
        n_parts: Into how many parts the rows are put, of which these are one: see `tasador.models.learning.boosters`.

    Returns:
        The model in LightGBM's text format: one output a price point.
    """
    settings = {
        **reproducible(n_parts=n_parts, num_threads=num_threads),
        "objective": "multiclass",
        "num_class": len(points_usd),
        "learning_rate": parameters.learning_rate,
        "num_leaves": parameters.num_leaves,
        "max_depth": parameters.max_depth,
        "min_data_in_leaf": parameters.min_data_in_leaf,
        "feature_fraction": parameters.feature_fraction,
        "lambda_l2": parameters.lambda_l2,
        "max_bin": parameters.max_bin,
        "extra_trees": True,
        "seed": parameters.seed,
    }
    data = lgb.Dataset(inputs, label=_nearest(points_usd, prices_usd), params=settings)
    return bytes(lgb.train(settings, data, parameters.num_iterations).model_to_string(), "utf-8")


def calibrate(points_usd: Sequence[float], scores: Array, estimates_usd: Array, prices_usd: Array) -> PricePoints:
    """Find the sharpness and the pull under which the prices that came were most probable.

    Args:
        points_usd: The price points, ascending.
        scores: Shape (n_games, n_points), the classifier's raw scores, of games that it did not learn from: newer ones.
        estimates_usd: Shape (n_games,), continuous estimates for them, by a model that did not learn from them.
        prices_usd: Shape (n_games,), their prices.
    """
    rungs = _nearest(points_usd, prices_usd)
    rows = np.arange(len(rungs))
    distances = np.abs(np.log(np.asarray(points_usd))[None, :] - np.log(estimates_usd)[:, None])

    def loss(weights: Array) -> tuple[float, Array]:
        # NOTE: a convex function: the log likelihood of a logistic model with two inputs.
        logits = weights[0] * scores - weights[1] * distances
        log_shares = logits - logsumexp(logits, axis=1, keepdims=True)
        shares = np.exp(log_shares)
        slopes = np.array(
            [
                np.mean(np.sum(shares * scores, axis=1) - scores[rows, rungs]),
                np.mean(distances[rows, rungs] - np.sum(shares * distances, axis=1)),
            ]
        )
        return -float(np.mean(log_shares[rows, rungs])), slopes

    found = minimize(loss, np.array([1.0, 0.1]), jac=True, method="L-BFGS-B", bounds=[(0.0, None), (0.0, None)])
    return PricePoints(tuple(float(point) for point in points_usd), float(found.x[0]), float(found.x[1]))


def _nearest(points_usd: Sequence[float], prices_usd: Array) -> npt.NDArray[np.int64]:
    points = PricePoints(tuple(points_usd))
    return np.array([points.nearest(price) for price in prices_usd.tolist()], dtype=np.int64)
