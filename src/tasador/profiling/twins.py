"""Near twins: entries that differ in little but their name, such as the songs of a songs game."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.currency import Currency
from tasador.profiling.figures import share

__all__ = ["describe_twins"]

#: What near twins have in common.
_KEY: Final = ("developer", "price", "genres", "release_date")

#: Groups listed, the largest first.
TOP_GROUPS: Final = 10


def describe_twins(games: pl.DataFrame, currency: Currency) -> dict[str, Any]:
    """Find the entries that share developer, price, genres and release date with another one.

    Args:
        games: One row an app id, with its `price` in the currency. Rows without a developer or a price are not
            compared.

    Returns:
        `key`, what twins have in common; `n` rows compared, `n_rows` that have a twin and their `share`, `n_groups`,
        and the largest `groups` with up to three names each, in the table's order.
    """
    compared = games.drop_nulls(["developer", "price"]).with_columns(
        pl.col("genres").list.unique().list.sort().list.join("|")
    )
    groups = (
        compared.group_by(_KEY, maintain_order=True)
        .agg(n=pl.len(), names=pl.col("name").head(3))
        .filter(pl.col("n") > 1)
        .sort(["n", "developer", "price", "release_date", "genres"], descending=[True, *(False for _ in _KEY)])
    )
    n_rows = int(groups["n"].sum())
    return {
        "key": [currency.price_name if name == "price" else name for name in _KEY],
        "n": len(compared),
        "n_rows": n_rows,
        "share": share(n_rows, len(compared)),
        "n_groups": len(groups),
        "largest": groups["n"].max(),
        "groups": groups.head(TOP_GROUPS).with_columns(pl.col("genres").str.split("|")).to_dicts(),
    }
