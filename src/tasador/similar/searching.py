"""Finds the entries most like a game where the table does not say: filtered, varied, of another kind, or unseen."""

from __future__ import annotations

from collections.abc import Mapping

from tasador.features.game import Game
from tasador.similar import choosing
from tasador.similar.asked import Asked
from tasador.similar.entries import Entries
from tasador.similar.joining import joined
from tasador.similar.table import shown

__all__ = ["search"]


def search(kinds: Mapping[str, Entries], game: Game, asked: Asked) -> list[tuple[int, float]]:
    """Find the app ids of entries most like a game, which may be none of them, and how alike they are.

    Args:
        kinds: The entries by kind.
        game: The one in question.
        asked: Which may be found.
    """
    entries = kinds.get(asked.kind or game.kind)
    if entries is None:
        return []
    index = entries.index
    may_be = choosing.allowed(entries, asked, [game]) if asked.chooses else None
    k = asked.limit * (choosing.POOL if asked.diverse else 1)
    row = entries.row(game.app_id) if game.kind == (asked.kind or game.kind) and game.app_id is not None else None
    if row is None:
        rows, similarities = index.nearest(index.weigh(game, with_tags=bool(game.tags)), k, may_be)
    else:
        rows, similarities = joined(entries, row, k, may_be)
    if asked.diverse:
        rows, similarities = choosing.varied(index, rows, similarities, asked.limit)
    app_ids = entries.arrays["app_ids"][rows].tolist()
    return [(app_id, shown(similarity)) for app_id, similarity in zip(app_ids, similarities.tolist(), strict=True)]
