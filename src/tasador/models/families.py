"""Families of entries: those that are linked, from hand to hand, by studios they share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tasador.features.title import studios

__all__ = ["families"]


def families(games: pl.DataFrame, columns: Sequence[str] = ("developer",)) -> npt.NDArray[np.int64]:
    """Number the families of rows that are linked over the studios named in some columns.

    Studios that made a game together belong together, as do those that share a partner. A row without a name is a
    family of its own.

    Args:
        games: With the columns.
        columns: `developer`, `publisher` or both; a studio counts as the same in both.

    Returns:
        Shape (n_games,), a number below the number of families for each row.
    """
    named = (pl.col(column).fill_null("").map_elements(studios, return_dtype=pl.List(pl.String)) for column in columns)
    names = (
        games.select(name=pl.concat_list(named))
        .with_row_index("row")
        .explode("name", empty_as_null=True)
        .drop_nulls("name")
    )
    numbers = names["name"].rank("dense").cast(pl.Int64).to_numpy() - 1
    # A graph of rows and names: rows that are linked over names are one family.
    nodes = games.height + (int(numbers.max()) + 1 if len(numbers) else 0)
    links = coo_array((np.ones(len(numbers)), (names["row"].to_numpy(), games.height + numbers)), shape=(nodes, nodes))
    _, found = connected_components(links, directed=False)
    return np.asarray(found[: games.height], dtype=np.int64)
