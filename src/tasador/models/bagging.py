"""The course project's model: a Bagging of regression trees on year, early access and genres."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import skops.io
from sklearn.ensemble import BaggingRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeRegressor

from tasador.errors import BundleError

__all__ = ["GRID", "BaggingParameters", "dump", "fit", "load", "tune"]

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

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


#: The course project's search: 81 combinations.
GRID: Final[Mapping[str, Sequence[float]]] = {
    "n_estimators": (50, 100, 200),
    "estimator__max_depth": (5, 10, 15),
    "max_samples": (0.7, 0.8, 0.9),
    "max_features": (0.7, 0.8, 0.9),
}

#: The one type of such a model that skops does not trust by itself: the arrays of a tree.
_TRUSTED: Final = frozenset({"sklearn.tree._tree.Tree"})

#: Folds of the course project's search.
FOLDS: Final = 5


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


def tune(
    inputs: Matrix,
    prices_usd: Array,
    *,
    seed: int = 42,
    grid: Mapping[str, Sequence[float]] = GRID,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[BaggingParameters, list[dict[str, Any]]]:
    """Search the grid by cross-validated squared error, as the course project did.

    Args:
        inputs: Shape (n_games, n_features), training rows only.
        prices_usd: Shape (n_games,).
        grid: Values to try for each parameter.
        progress: Called with combinations done and combinations in all.

    Returns:
        The best parameters, and for each combination its parameters and cross-validated RMSE in USD.
    """
    tried: list[dict[str, Any]] = []
    sizes = tuple(grid["n_estimators"])
    total = int(np.prod([len(values) for values in grid.values()]))
    # NOTE: one search for each ensemble size, so that progress can be told; the combinations are the same.
    for size in sizes:
        search = GridSearchCV(
            BaggingRegressor(estimator=DecisionTreeRegressor(random_state=seed), random_state=seed),
            {**{name: list(values) for name, values in grid.items()}, "n_estimators": [size]},
            cv=FOLDS,
            scoring="neg_mean_squared_error",
            refit=False,
            n_jobs=-1,
        ).fit(inputs, prices_usd)
        for found, score in zip(search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True):
            parameters = BaggingParameters(
                n_estimators=found["n_estimators"],
                max_depth=found["estimator__max_depth"],
                max_samples=found["max_samples"],
                max_features=found["max_features"],
                seed=seed,
            )
            tried.append({"parameters": parameters, "cv_rmse_usd": float(np.sqrt(-score))})
        if progress is not None:
            progress(len(tried), total)
    best = min(tried, key=lambda row: row["cv_rmse_usd"])
    return best["parameters"], [{**row["parameters"].to_dict(), "cv_rmse_usd": row["cv_rmse_usd"]} for row in tried]


def dump(model: BaggingRegressor, check: Matrix) -> bytes:
    """Write a model in a format that runs no code when it is read, and make sure that it reads back.

    Args:
        check: Shape (n, n_features). The model that is read back must predict the same for these rows.

    Raises:
        BundleError: It does not.
    """
    data = bytes(skops.io.dumps(model))
    if not np.array_equal(load(data).predict(check), model.predict(check)):
        raise BundleError("the model does not read back as it was written", do="Report this as a bug.")
    return data


def load(data: bytes) -> BaggingRegressor:
    """Read a model that `dump` wrote.

    Raises:
        BundleError: The data names a type that such a model has not.
    """
    unknown = sorted(set(skops.io.get_untrusted_types(data=data)) - _TRUSTED)
    if unknown:
        raise BundleError(
            "the model holds types that are not trusted",
            got=", ".join(unknown),
            expected="a Bagging of decision trees",
            do="Train again; do not use this bundle.",
        )
    model = skops.io.loads(data, trusted=sorted(_TRUSTED))
    if not isinstance(model, BaggingRegressor):
        raise BundleError("not the model it should be", got=type(model).__name__, expected="BaggingRegressor")
    return model
