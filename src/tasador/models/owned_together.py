"""How alike games are by who owns them: what similar games may be joined with, where such a table is to be had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tasador.similar.making import Owned

__all__ = ["owned_together", "shares"]

#: Of people who own both there must be so many: fewer are chance, and could be recognised.
LEAST_OWNERS: Final = 3

#: Owners that every pair is thought to have beside its own, of whom none owns both: few owners prove little.
_DOUBT: Final = 10.0

#: Of each game so many are kept.
_KEPT: Final = 50


def owned_together(libraries: Sequence[Sequence[int]]) -> Owned:
    """Compare games by who owns them.

    Args:
        libraries: The app ids that each person owns, each once.

    Returns:
        For each app id those owned with it, and how alike they are, 0 to 1.
    """
    app_ids = sorted({app_id for library in libraries for app_id in library})
    if not app_ids:
        return {}
    places = {app_id: place for place, app_id in enumerate(app_ids)}
    ends = np.cumsum([0, *map(len, libraries)])
    owned = np.array([places[app_id] for library in libraries for app_id in library], dtype=np.int64)
    people = sparse.csr_array((np.ones(len(owned)), owned, ends), shape=(len(libraries), len(app_ids)))
    found = shares(people)
    return {
        app_ids[row]: {
            app_ids[other]: float(share)
            for other, share in zip(
                found.indices[found.indptr[row] : found.indptr[row + 1]].tolist(),
                found.data[found.indptr[row] : found.indptr[row + 1]].tolist(),
                strict=True,
            )
        }
        for row in range(len(app_ids))
        if found.indptr[row] < found.indptr[row + 1]
    }


def shares(people: sparse.csr_array) -> sparse.csr_array:
    """Compare what people own, shape (n_people, n_games), 0 or 1; who owns much counts less.

    The cosine of the games' owners, of whom one with n games weighs 1 / ln(2 + n), shrunk where there are few.

    Returns:
        Shape (n_games, n_games): the most alike of each game.
    """
    n_owned = np.asarray(people.sum(axis=1)).ravel()
    weighed = sparse.diags_array(1 / np.sqrt(np.log(2 + n_owned))) @ people
    # NOTE: both have numbers in the same places, in the same order.
    together, both = ((matrix.T @ matrix).tocsr() for matrix in (weighed, people))
    together.sort_indices()
    both.sort_indices()
    all_rows = np.repeat(np.arange(together.shape[0]), np.diff(together.indptr))
    enough = (all_rows != together.indices) & (both.data >= LEAST_OWNERS)
    rows, others = all_rows[enough], together.indices[enough]
    of_game = together.diagonal()
    alike = together.data[enough] / (np.sqrt(of_game[rows] * of_game[others]) + _DOUBT)
    kept = _most_alike(rows, others, alike)
    return sparse.csr_array((alike[kept], (rows[kept], others[kept])), shape=together.shape)


def _most_alike(
    rows: npt.NDArray[np.int64], others: npt.NDArray[np.int64], alike: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Choose the most alike of each row."""
    order = np.lexsort((others, -alike, rows))
    begins = np.searchsorted(rows[order], rows[order])
    chosen: npt.NDArray[np.int64] = order[np.arange(len(order)) - begins < _KEPT]
    return chosen
