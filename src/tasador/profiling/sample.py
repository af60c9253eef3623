"""A sample of a table that is too large to be profiled whole: some developers, with all their entries.

Whole developers, so that what is counted in a developer's entries (twins, series, how much of the price the developer
explains) is counted in full.
"""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["MOST_ROWS", "is_sampled", "sampled_share"]

#: A table of more rows is sampled down to about so many.
MOST_ROWS: Final = 200_000

_PARTS: Final = 1_000_000


def sampled_share(n: int) -> float | None:
    """Say what share of the developers of a table of n rows is taken; None when all are."""
    return MOST_ROWS / n if n > MOST_ROWS else None


def is_sampled(taken: float) -> pl.Expr:
    """Whether a row is in the sample: by chance, the same each time, and for all entries of a developer alike.

    An entry without a developer stands for itself. Chance is a hash of the name, which changes with Polars' version.
    """
    maker = pl.coalesce("developer", pl.format("app {}", "app_id"))
    return maker.hash(seed=1) % _PARTS < round(taken * _PARTS)
