"""What a model must beat: the constant, medians of genres and of comparables, the Bagging, the linear twin."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.appraisal.comparables import COUNT, nearest_rows
from tasador.features import classic
from tasador.features.game import from_row
from tasador.models import bagging, hedonic
from tasador.models.bagging import BaggingParameters
from tasador.similar import making

__all__ = ["comparables", "constant_median", "genre_median", "predict_all"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]


def predict_all(train: pl.DataFrame, test: pl.DataFrame) -> dict[str, Array]:
    """Predict with each of them: an array of shape (n_test,) by name.

    Args:
        train: Paid rows.
        test: Rows to appraise.
    """
    prices = train["price_usd"].to_numpy()
    labels = classic.genre_labels(pl.concat([train, test]))
    inputs = [classic.build(part, labels).to_numpy() for part in (train, test)]
    n_genres = len(labels)
    return {
        "constant_median": constant_median(prices, test.height),
        "genre_median": genre_median(inputs[0][:, -n_genres:], prices, inputs[1][:, -n_genres:]),
        f"comparables_{COUNT}": comparables(train, test),
        "bagging": np.asarray(bagging.fit(BaggingParameters(), inputs[0], prices).predict(inputs[1])),
        "hedonic": hedonic.predict(hedonic.fit(train).hedonic, test),
    }


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


def comparables(train: pl.DataFrame, test: pl.DataFrame, k: int = COUNT) -> Array:
    """Predict the median price of the training entries of the same kind that a launch page makes look most alike.

    They are found as an appraisal's comparables are: see `tasador.appraisal.comparables`.

    Args:
        train: Rows with prices.
        test: Rows to appraise.
        k: How many comparables; as many as have anything in common with a row where there are fewer.

    Returns:
        Shape (n_test,). A row that has nothing in common with any gets the median price of all.
    """
    known = making.entries(map(from_row, train.iter_rows(named=True)), [0.0] * train.height, {})
    predicted = np.full(test.height, float(np.median(train["price_usd"])))
    for at, game in enumerate(map(from_row, test.iter_rows(named=True))):
        entries = known.get(game.kind)
        rows = [] if entries is None else nearest_rows(entries, game, date.max, k)
        if entries is not None and rows:
            predicted[at] = np.median(entries.arrays["prices_usd"][rows])
    return predicted
