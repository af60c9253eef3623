"""What a model must beat: the constant, and the median of the genre."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["constant_mean", "constant_median", "genre_median"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]


def constant_mean(prices_usd: Array, n_test: int) -> Array:
    """Predict the mean training price, the constant with the least squared error."""
    return np.full(n_test, prices_usd.mean())


def constant_median(prices_usd: Array, n_test: int) -> Array:
    """Predict the median training price, the constant with the least absolute error."""
    return np.full(n_test, np.median(prices_usd))


def genre_median(train_genres: Matrix, prices_usd: Array, test_genres: Matrix) -> Array:
    """Predict the mean of the median training prices of a game's genres.

    Args:
        train_genres: Shape (n_train, n_genres), 0 or 1.
        prices_usd: Shape (n_train,).
        test_genres: Shape (n_test, n_genres), 0 or 1.

    Returns:
        Shape (n_test,). A game without a genre that training knows gets the median of all.
    """
    overall = np.median(prices_usd)
    has_rows = train_genres.sum(axis=0) > 0
    medians = np.array(
        [
            np.median(prices_usd[train_genres[:, column] == 1]) if has_rows[column] else overall
            for column in range(train_genres.shape[1])
        ]
    )
    known = test_genres * has_rows
    counts = known.sum(axis=1)
    sums = known @ medians
    return np.where(counts > 0, sums / np.maximum(counts, 1), overall)
