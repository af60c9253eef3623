"""The collaborative models of the package implicit: a ceiling for what knows games by their description."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks.similar.figures import Score
from benchmarks.similar.purchases import HeldOut

__all__ = ["Factors", "als", "bm25", "by_factors", "by_neighbours", "is_installed"]

_ITERATIONS = 15

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Factors:
    """Parameters of alternating least squares (Hu, Koren and Volinsky, ICDM 2008)."""

    factors: int = 64
    alpha: float = 10.0
    regularization: float = 0.05


def is_installed() -> bool:
    """Say whether they can be measured."""
    return importlib.util.find_spec("implicit") is not None


def als(task: HeldOut, factors: Factors) -> Any:
    """Fit the factorisation."""
    # NOTE: it warns of BLAS's threads otherwise.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors.factors,
        alpha=factors.alpha,
        regularization=factors.regularization,
        iterations=_ITERATIONS,
        random_state=0,
        num_threads=1,
    )
    model.fit(sparse.csr_matrix(task.people), show_progress=False)
    return model


def bm25(task: HeldOut) -> Any:
    """Fit the neighbours."""
    from implicit.nearest_neighbours import BM25Recommender

    model = BM25Recommender(K=100, num_threads=1)
    model.fit(sparse.csr_matrix(task.people), show_progress=False)
    return model


def by_factors(model: Any, *, single: bool) -> Score:
    """Score games by the factorisation."""

    def score(task: HeldOut, people: Rows) -> Floats:
        # NOTE: factors of what is known to be owned, which is less than all where a game's studio is taken away.
        users = model.recalculate_user(people, sparse.csr_matrix(task.known(people, single=single)))
        return np.asarray(users @ model.item_factors.T, dtype=np.float64)

    return score


def by_neighbours(model: Any, *, single: bool) -> Score:
    """Score games by the neighbours."""
    return lambda task, people: (task.known(people, single=single) @ model.similarity).toarray()
