"""Free or paid: the fit of the booster, and of the curve that makes its scores probabilities."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from tasador.appraisal.free import FreeCalibration
from tasador.errors import TasadorError
from tasador.models.reproducible import reproducible

__all__ = ["FreeParameters", "calibrate", "fit"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32] | npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Penalty on the squared distance of the curve from slope 1 and intercept 0. Half-years differ by more than chance:
#: without it the curve of one made the probabilities of the next worse.
_CAUTION: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class FreeParameters:
    """Parameters of the fit.

    On two half-years before the test period as good as 300 trees of 31 leaves at a third of the learning rate (log loss
    0.1575 and 0.1588, 0.002 the standard error of the difference) in less than half the time.

    Attributes:
        num_iterations: Number of trees.
        learning_rate: Share of each tree that counts.
        num_leaves: Leaves of a tree at most.
        min_data_in_leaf: Games in a leaf at least.
        feature_fraction: Share of the inputs drawn for a tree.
        bagging_fraction: Share of the games drawn for a tree.
        lambda_l2: Penalty on the leaves' squares.
        seed: Of every draw.
    """

    num_iterations: int = 80
    learning_rate: float = 0.15
    num_leaves: int = 12
    min_data_in_leaf: int = 10
    feature_fraction: float = 0.3
    bagging_fraction: float = 0.8
    lambda_l2: float = 5.0
    seed: int = 42

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def fit(
    inputs: Matrix,
    is_free: Flags,
    parameters: FreeParameters,
    *,
    num_threads: int = 1,
    n_parts: int = 1,
) -> bytes:
    """Fit the booster: trees with random thresholds.

    Args:
        inputs: Shape (n_games, n_features); NaN is unknown.
        is_free: Shape (n_games,).
        parameters: Of the fit.
        num_threads: Cores to use; the model is the same for any number.
        n_parts: Into how many parts the rows are put, of which these are one: see `tasador.models.learning.boosters`.

    Returns:
        The model in LightGBM's text format: its raw score is the log odds of being free.

    Raises:
        TasadorError: All games are free, or none is.
    """
    _check_both(is_free)
    settings = {
        **reproducible(n_parts=n_parts, num_threads=num_threads),
        "objective": "binary",
        "learning_rate": parameters.learning_rate,
        "num_leaves": parameters.num_leaves,
        "min_data_in_leaf": parameters.min_data_in_leaf,
        "feature_fraction": parameters.feature_fraction,
        "bagging_fraction": parameters.bagging_fraction,
        "bagging_freq": 1,
        "lambda_l2": parameters.lambda_l2,
        "extra_trees": True,
        "seed": parameters.seed,
    }
    data = lgb.Dataset(inputs, label=is_free.astype(np.float32), params=settings)
    return bytes(lgb.train(settings, data, parameters.num_iterations).model_to_string(), "utf-8")


def calibrate(scores: Array, is_free: Flags) -> FreeCalibration:
    """Fit the curve from scores to probabilities, drawn towards leaving the booster's log odds as they are.

    Two numbers suffice: a step function of a few hundred free games measured worse.

    Args:
        scores: Shape (n_games,), the booster's raw scores, of games that it did not learn from: newer ones.
        is_free: Shape (n_games,).

    Raises:
        TasadorError: All games are free, or none is.
    """
    _check_both(is_free)

    def loss(curve: Array) -> tuple[float, Array]:
        log_odds = curve[0] * scores + curve[1]
        from_identity = curve - np.array([1.0, 0.0])
        wrong = expit(log_odds) - is_free
        likelihood = float(np.sum(np.logaddexp(0.0, log_odds) - is_free * log_odds))
        slopes = np.array([np.sum(wrong * scores), np.sum(wrong)]) + _CAUTION * from_identity
        return likelihood + _CAUTION / 2 * float(from_identity @ from_identity), slopes

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS")
    return FreeCalibration(float(found.x[0]), float(found.x[1]))


def _check_both(is_free: Flags) -> None:
    if is_free.all() or not is_free.any():
        raise TasadorError(
            "free and paid games cannot be told apart",
            got=f"{int(is_free.sum())} free among {len(is_free)} games",
            expected="some of each",
            do="Train on a larger catalogue.",
        )
