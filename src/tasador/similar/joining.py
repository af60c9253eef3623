"""How alike two entries are by what describes them and, where that is known, by who owns both."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from tasador.similar.entries import Entries
from tasador.similar.index import DIGITS

__all__ = ["OWNED_COUNTS", "blend", "joined"]

#: What people own counts so many times what describes an entry: see the evaluation in docs/similar.md.
OWNED_COUNTS: Final = 16

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def blend(described: Floats, owned: Floats) -> Floats:
    """Join two similarities, each 0 to 1: two entries are unlike only as far as both say so."""
    return np.round(1 - (1 - described) * (1 - owned) ** OWNED_COUNTS, DIGITS)


def joined(entries: Entries, row: int, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> tuple[Rows, Floats]:
    """Find the entries of a kind that are most like one of them, itself left out.

    Returns:
        Their rows, the most alike first, and their similarities.
    """
    index, query = entries.index, entries.index.entry(row)
    # NOTE: one more, as the entry itself comes first, or among its twins.
    rows, similarities = index.nearest(query, k + 1, allowed)
    others, shares = entries.owned_with(row)
    if len(others):
        wanted = others if allowed is None else others[allowed[others]]
        rows = np.union1d(rows, wanted)
        owned = np.zeros(index.n_entries)
        owned[others] = shares
        similarities = blend(index.similarities(query, rows), owned[rows])
    is_other = rows != row
    return index.best(rows[is_other], similarities[is_other], k)
