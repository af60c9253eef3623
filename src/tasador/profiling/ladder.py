"""The price ladder: stores ask few distinct prices, and most end in .99."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.profiling.figures import share

__all__ = ["describe_ladder"]

#: Price points listed, the most frequent first.
TOP_POINTS: Final = 20


def describe_ladder(games: pl.DataFrame) -> dict[str, Any]:
    """Describe the price points that paid rows stand on.

    Args:
        games: One row an app id, with its `price` in one currency.

    Returns:
        `n` paid rows, `distinct` prices in whole hundredths, shares of paid rows (null when there is none) that end in
        .99 and that stand on the ten most frequent points, `points_for_90` (the fewest points that hold 90% of
        the rows), the `points` and the `endings` in hundredths, most frequent first.
    """
    cents = games.filter(pl.col("price") > 0).select((pl.col("price") * 100).round().cast(pl.Int64).alias("cents"))
    rows = len(cents)
    points = (
        cents.group_by("cents")
        .len("n")
        .sort(["n", "cents"], descending=[True, False])
        .with_columns(share=pl.col("n") / rows, held=pl.col("n").cum_sum() / rows)
    )
    endings = (
        cents.group_by(ending=pl.col("cents") % 100)
        .len("n")
        .sort(["n", "ending"], descending=[True, False])
        .with_columns(share=pl.col("n") / rows)
    )
    return {
        "n": rows,
        "distinct": len(points),
        "share_ending_99": share(int((cents["cents"] % 100 == 99).sum()), rows),
        "share_top_ten": share(int(points["n"].head(10).sum()), rows),
        "points_for_90": int((points["held"] < 0.9).sum()) + 1 if rows else 0,
        "points_held_once": int((points["n"] == 1).sum()),
        "points": points.head(TOP_POINTS).select(price=pl.col("cents") / 100, n="n", share="share").to_dicts(),
        "endings": endings.head(6).to_dicts(),
    }
