"""Synthetic games in any number, one after the other, all of one kind, which is then as large as the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.measure import sample
from tasador.features.game import Game, from_row
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest

__all__ = ["games", "make"]

#: Records that are needed for one game, some of which have no date or no name.
_RECORDS = 1.1

#: Rows that are turned into games together.
_BLOCK = 4_096


def make(n: int, place: Path) -> Path:
    """Make a snapshot of at least so many games, and give the folder of its table."""
    workspace = Workspace(place / "workspace")
    snapshot = ingest(workspace, [str(sample(place, int(n * _RECORDS)))]).snapshot
    return workspace.snapshots / snapshot / "games.parquet"


def games(table: Path, n: int, *, skipped: int = 0) -> Iterator[Game]:
    """Give so many of the entries of a table, each as a game.

    Args:
        skipped: Leave out so many before.
    """
    left = n
    for part in sorted(table.glob("*.parquet")):
        for block in pl.read_parquet(part).with_columns(kind=pl.lit("game")).iter_slices(_BLOCK):
            kept = block.slice(skipped, left) if skipped < block.height else block.clear()
            skipped = max(skipped - block.height, 0)
            yield from map(from_row, kept.iter_rows(named=True))
            left -= kept.height
            if not left:
                return
    raise ValueError(f"the table has {n - left:,} games, and not {n:,}")
