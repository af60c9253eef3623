"""How alike games are by who owns them: what similar games may be joined with, where such a table is to be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tasador.similar.making import Owned

__all__ = ["DOUBT", "KEPT", "MOST_OWNED", "owned_together", "shares"]

#: Who owns more is a collector, and says nothing of what is alike; and takes time that grows with its square.
MOST_OWNED: Final = 2_000

#: Of people who own both there must be so many: fewer are chance, and could be recognised.
LEAST_OWNERS: Final = 3

#: Owners that every pair is thought to have beside its own, of whom none owns both: few owners prove little.
DOUBT: Final = 100.0

#: Of each game so many are kept.
KEPT: Final = 50

#: Games that are compared with all others together: so many rows are in memory at once.
_BLOCK: Final = 128

Block = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]


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


def shares(people: sparse.csr_array, *, doubt: float = DOUBT, kept: int = KEPT) -> sparse.csr_array:
    """Compare what people own, shape (n_people, n_games), 0 or 1; who owns much counts less.

    The cosine of the games' owners, of whom one with n games weighs 1 / ln(2 + n), shrunk where there are few.

    Args:
        people: Who owns what.
        doubt: Owners that every pair is thought to have beside its own.
        kept: Of each game so many are kept.

    Returns:
        Shape (n_games, n_games): the most alike of each game.
    """
    rows, others, alike = (np.concatenate(parts) for parts in zip(*_blocks(people, doubt, kept), strict=True))
    n_games = people.shape[1]
    return sparse.csr_array((alike, (rows, others)), shape=(n_games, n_games))


def _blocks(people: sparse.csr_array, doubt: float, kept: int) -> Iterator[Block]:
    """Compare some games at a time with all: rows, the most alike of each, and how alike."""
    counts = 1 / np.log(2 + np.asarray(people.sum(axis=1)).ravel())
    weighed = (sparse.diags_array(counts) @ people).tocsr()
    of_game = np.asarray(weighed.sum(axis=0)).ravel()
    owners = people.T.tocsr()
    for start in range(0, people.shape[1], _BLOCK):
        block = owners[start : start + _BLOCK]
        # NOTE: both have numbers in the same places, in the same order.
        together, both = (block @ weighed).tocsr(), (block @ people).tocsr()
        together.sort_indices()
        both.sort_indices()
        rows = np.repeat(np.arange(start, start + block.shape[0]), np.diff(together.indptr))
        enough = (rows != together.indices) & (both.data >= LEAST_OWNERS)
        rows, others = rows[enough], together.indices[enough].astype(np.int64)
        alike = together.data[enough] / (np.sqrt(of_game[rows] * of_game[others]) + doubt)
        order = np.lexsort((others, -alike, rows))
        first = np.searchsorted(rows[order], rows[order])
        best = order[np.arange(len(order)) - first < kept]
        yield rows[best], others[best], alike[best]
