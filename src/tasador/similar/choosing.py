"""Which entries may be found, and which of the found are shown where they are to differ among themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from tasador.features.game import Game
from tasador.similar.asked import Asked
from tasador.similar.entries import Entries
from tasador.similar.index import Index
from tasador.similar.terms import DEVELOPER, SERIES, terms

__all__ = ["POOL", "allowed", "varied"]

#: Of so many times as many as are asked for those that differ are chosen.
POOL: Final = 5

#: How much of a choice goes by how alike an entry is; the rest goes by how unlike those chosen before it.
_ALIKE: Final = 0.7

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def allowed(entries: Entries, asked: Asked, games: Iterable[Game]) -> npt.NDArray[np.bool_]:
    """Say which entries of a kind may be found; shape (n_entries,).

    Args:
        games: Those in question.
    """
    found = np.ones(entries.index.n_entries, dtype=np.bool_)
    years, prices = entries.arrays["years"], entries.arrays["prices_usd"]
    for values, least, most in (
        (years, asked.year_min, asked.year_max),
        (prices, asked.price_min, asked.price_max),
    ):
        # NOTE: a price that is not known is neither above nor below anything.
        if least is not None:
            found &= values >= least
        if most is not None:
            found &= values <= most
    families = {SERIES} if asked.other_series else set()
    families |= {DEVELOPER} if asked.other_developer else set()
    if families:
        for term in {term for game in games for term in terms(game) if term.family in families}:
            found[entries.index.holders(term)] = False
    return found


def varied(index: Index, rows: Rows, similarities: Floats, k: int) -> tuple[Rows, Floats]:
    """Choose entries one after the other: each is alike, and unlike those chosen before.

    That is the maximal marginal relevance of Carbonell and Goldstein (SIGIR 1998).

    Args:
        rows: Entries, the most alike first.
        similarities: How alike each is.
        k: At most so many.
    """
    chosen: list[int] = []
    nearest = np.zeros(len(rows))
    left = np.ones(len(rows), dtype=np.bool_)
    for _ in range(min(k, len(rows))):
        gains = np.where(left, _ALIKE * similarities - (1 - _ALIKE) * nearest, -np.inf)
        best = int(np.argmax(gains))
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, index.similarities(index.entry(int(rows[best])), rows))
    return rows[chosen], similarities[chosen]
