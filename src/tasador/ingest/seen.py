"""Ids that came before, over the blocks of a catalogue."""

from __future__ import annotations

import polars as pl

__all__ = ["Seen"]


class Seen:
    """A set of ids that takes four bytes each, asked and filled a block at a time.

    Attributes:
        ids: The ids, UInt32, in the order in which they came.
    """

    def __init__(self) -> None:
        self.ids = pl.Series(dtype=pl.UInt32)

    def contains(self, ids: pl.Series) -> pl.Series:
        """Say of each id whether it is there; null is not."""
        # NOTE: the block's ids become the hash table and the many are looked up in it: nothing is built of them.
        found = self.ids.filter(self.ids.is_in(ids.implode()))
        return ids.is_in(found.implode()).fill_null(value=False)

    def add(self, ids: pl.Series) -> None:
        """Put ids in."""
        self.ids.append(ids.drop_nulls())
