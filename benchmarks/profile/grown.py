"""A snapshot repeated, each copy with app ids, names and makers of its own."""

from __future__ import annotations

import polars as pl

from tasador.storage import snapshots
from tasador.storage.workspace import Workspace

__all__ = ["grow"]

_SHIFT = 3_000_000
_OWN = ("name", "developer", "publisher")


def grow(source: Workspace, target: Workspace, times: int) -> int:
    """Publish the current snapshot of one workspace `times` over as that of another; give its rows."""
    snapshot = source.current().snapshot or ""
    games = snapshots.load_games(source, snapshot)
    aside = snapshots.load_set_aside(source, snapshot).clear()
    with snapshots.draft(target) as draft:
        for number in range(times):
            ids = (pl.col("app_id", "game_no", "record_no") + number * _SHIFT).cast(pl.UInt32)
            draft.add(games.with_columns(ids, *(pl.col(name) + f" #{number}" for name in _OWN)), aside)
        snapshot, _ = draft.finish({})
        draft.publish({}, {"sources": [], "made_by": {}, "accounting": {"games": times * len(games)}})
    target.change_current(snapshot=snapshot)
    return times * len(games)
