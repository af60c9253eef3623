"""What differs between games and the content that is sold for them."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.contrast import compared, contrast

__all__ = ["describe_games_and_dlc"]

#: The label that makes an entry a DLC: it would say of all others how they differ from themselves.
_NAMING: Final = "Downloadable Content"


def describe_games_and_dlc(games: pl.DataFrame) -> dict[str, Any] | None:
    """Contrast the rows of kind game (first) with those of kind dlc (second); None where one of them has none.

    Args:
        games: One row an app id, with its `price` in one currency.
    """
    specs = pl.col("specs").list.eval(pl.element().filter(pl.element() != _NAMING))
    groups = [games.filter(pl.col("kind").cast(pl.String) == kind).with_columns(specs) for kind in ("game", "dlc")]
    if any(group.is_empty() for group in groups):
        return None
    return contrast(*(compared(group).drop("kind") for group in groups))
