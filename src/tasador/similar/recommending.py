"""What somebody may like who owns some games: the entries most like all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tasador.features.game import Game
from tasador.similar import choosing
from tasador.similar.asked import Asked
from tasador.similar.entries import Entries
from tasador.similar.index import Query
from tasador.similar.joining import blend

__all__ = ["Liked", "recommend"]

#: Of the games owned so many are named that speak most for an entry.
_NAMED: Final = 3

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Liked:
    """An entry that somebody may like.

    Attributes:
        app_id: Its number in the store.
        similarity: How alike it is to the games owned, 0 to 1: by what describes them and by who owns them, each on
            average, joined as those of two entries are.
        because: App ids of those that it is most like.
    """

    app_id: int
    similarity: float
    because: tuple[int, ...]


def recommend(kinds: Mapping[str, Entries], owned: Mapping[int, Game], asked: Asked) -> list[Liked]:
    """Find the entries of a kind that are most like all that somebody owns, the most alike first.

    Args:
        kinds: The entries by kind.
        owned: The games owned, by app id; they are not among those found, nor are the same under other app ids.
        asked: Which may be found; its kind must be given.
    """
    entries = kinds.get(asked.kind or "")
    if entries is None:
        return []
    queries, rows = _queries(kinds, entries, owned)
    n = max(len(queries), 1)
    described = entries.index.sums(entries.index.profile(list(queries.values()))) / n
    owned_with = np.zeros(len(described))
    for row in rows.values():
        others, shares = entries.owned_with(row)
        owned_with[others] += shares / n
    similarities = blend(described, owned_with)
    may_be = choosing.allowed(entries, asked, owned.values())
    keys = entries.arrays["keys"]
    may_be &= ~np.isin(keys, keys[list(rows.values())])
    candidates = np.flatnonzero(may_be)
    pool = asked.limit * (choosing.POOL if asked.diverse else 1)
    found, ranks = entries.index.best(candidates, similarities[candidates], pool)
    if asked.diverse:
        # NOTE: similarities are small where many games are owned; the best is to count as wholly alike.
        found, _ = choosing.varied(entries.index, found, ranks / max(float(ranks.max(initial=0.0)), 1e-9), asked.limit)
    because = _because(entries, found, queries, rows)
    app_ids = entries.arrays["app_ids"]
    return [
        Liked(int(app_ids[row]), float(similarities[row]), named)
        for row, named in zip(found.tolist(), because, strict=True)
    ]


def _queries(
    kinds: Mapping[str, Entries], entries: Entries, owned: Mapping[int, Game]
) -> tuple[dict[int, Query], dict[int, int]]:
    """Weigh the games owned as entries of the kind; give also the rows of those that are of the kind."""
    queries: dict[int, Query] = {}
    rows: dict[int, int] = {}
    for app_id, game in owned.items():
        own = kinds.get(game.kind)
        row = None if own is None else own.row(app_id)
        if own is None or row is None:
            queries[app_id] = entries.index.weigh(game, with_tags=True)
        elif own is entries:
            queries[app_id], rows[app_id] = entries.index.entry(row), row
        else:
            queries[app_id] = entries.index.foreign(own.index, row)
    return queries, rows


def _because(
    entries: Entries, found: Rows, queries: Mapping[int, Query], rows: Mapping[int, int]
) -> list[tuple[int, ...]]:
    """Name the games owned that speak most for each of some entries."""
    speaking = np.zeros((len(queries), len(found)))
    places = np.full(entries.index.n_entries, -1)
    places[found] = np.arange(len(found))
    for at, (app_id, query) in enumerate(queries.items()):
        speaking[at] = entries.index.similarities(query, found)
        if app_id in rows:
            others, shares = entries.owned_with(rows[app_id])
            shown = places[others] >= 0
            both = places[others[shown]]
            speaking[at, both] = blend(speaking[at, both], shares[shown].astype(np.float64))
    app_ids = list(queries)
    order = np.argsort(-speaking, axis=0, kind="stable")[:_NAMED]
    return [
        tuple(app_ids[at] for at in order[:, column].tolist() if speaking[at, column] > 0)
        for column in range(len(found))
    ]
