"""Windows of rows to compare."""

from __future__ import annotations

import numpy as np
import polars as pl

from tasador.monitoring import observed
from tasador.monitoring.drift import FAMILY

#: What the launch variant reads.
FIELDS = frozenset({"name", "kind", "genres", "specs", "developer", "publisher", "early_access"})


def entries(games: pl.DataFrame) -> pl.DataFrame:
    """Take what is watched of catalogue entries."""
    return observed.entries(games, FIELDS)


def halves(rows: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part rows at random."""
    order = np.random.default_rng(seed).permutation(rows.height)
    middle = rows.height // 2
    return rows[np.sort(order[middle:])], rows[np.sort(order[:middle])]


def labelled(labels: list[list[str] | None], families: list[int] | None = None) -> pl.DataFrame:
    """Make rows with labels alone, each a family of its own where nothing else is said."""
    return pl.DataFrame({"genres": labels, FAMILY: families or list(range(len(labels)))})
