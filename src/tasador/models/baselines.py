"""What a model must beat: the constant, medians of genres and of comparables, the Bagging, the linear twin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

from tasador.appraisal.comparables import COUNT
from tasador.features import classic
from tasador.features.title import words
from tasador.models import bagging, hedonic
from tasador.models.bagging import BaggingParameters

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

    Alike by the cosine of tf-idf weights of genres, specs and the words of the name, which are known at launch;
    weights are learnt from the training rows of the kind.

    Args:
        train: Rows with prices.
        test: Rows to appraise.
        k: How many comparables; all of the kind where there are fewer.

    Returns:
        Shape (n_test,). A kind that training does not know gets the median price of all.
    """
    predicted = np.full(test.height, float(np.median(train["price_usd"])))
    train_terms, test_terms = _terms(train), _terms(test)
    train_kinds, test_kinds = train["kind"].cast(pl.String).to_numpy(), test["kind"].cast(pl.String).to_numpy()
    for kind in np.unique(test_kinds):
        known, asked = np.flatnonzero(train_kinds == kind), np.flatnonzero(test_kinds == kind)
        if not len(known):
            continue
        weights = TfidfVectorizer(analyzer=list, dtype=np.float32)
        alike = NearestNeighbors(n_neighbors=min(k, len(known)), metric="cosine", algorithm="brute")
        alike.fit(weights.fit_transform([train_terms[row] for row in known]))
        nearest = alike.kneighbors(weights.transform([test_terms[row] for row in asked]), return_distance=False)
        predicted[asked] = np.median(train["price_usd"].to_numpy()[known][nearest], axis=1)
    return predicted


def _terms(games: pl.DataFrame) -> list[list[str]]:
    return [
        # NOTE: a mark before each, as Action is a genre and a word; an entry without any still needs a term.
        [
            "entry",
            *(f"genre {label}" for label in genres or ()),
            *(f"spec {label}" for label in specs or ()),
            *words(name),
        ]
        for genres, specs, name in games.select("genres", "specs", "name").iter_rows()
    ]
