"""Genres that travel together: pairs that entries have more, or less, often than their frequencies would give."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import polars as pl

from tasador.profiling.figures import ratio, share

__all__ = ["DEFINITIONS", "describe_companions"]

#: What the measures are, for the reader of the profile.
DEFINITIONS: Final = {
    "jaccard": "Jaccard index, 0 to 1: entries with both genres, of those with either.",
    "lift": "Lift: entries with both genres, divided by the number that there would be if one said nothing of the "
    "other; above 1 they seek each other, below 1 they avoid each other.",
}

#: Genres compared, the most frequent.
TOP_GENRES: Final = 16


def describe_companions(games: pl.DataFrame) -> dict[str, Any]:
    """Count the pairs of genres.

    Args:
        games: One row an app id.

    Returns:
        `definitions`; `n` rows whose genres are given; `genres` compared, most frequent first; and `pairs` of them with
        `n_x`, `n_y`, `n_both`, `expected` (if one said nothing of the other), `lift` and `jaccard`, the largest Jaccard
        index first.
    """
    given = games["genres"].drop_nulls().list.unique()
    labels = given.explode(empty_as_null=False).rename("genre").to_frame()
    sizes = labels.group_by("genre").len("n").sort(["n", "genre"], descending=[True, False]).head(TOP_GENRES)
    counts = dict(sizes.iter_rows())
    has = pl.DataFrame({genre: given.list.contains(genre) for genre in counts})
    pairs = [_pair(x, y, counts, int((has[x] & has[y]).sum()), len(given)) for x, y in combinations(counts, 2)]
    return {
        "definitions": DEFINITIONS,
        "n": len(given),
        "genres": sizes.to_dicts(),
        "pairs": sorted(pairs, key=lambda pair: (-(pair["jaccard"] or 0), pair["x"], pair["y"])),
    }


def _pair(x: str, y: str, counts: dict[str, int], n_both: int, n: int) -> dict[str, Any]:
    expected = counts[x] * counts[y] / n
    return {
        "x": x,
        "y": y,
        "n_x": counts[x],
        "n_y": counts[y],
        "n_both": n_both,
        "expected": expected,
        "lift": ratio(n_both, expected),
        "jaccard": share(n_both, counts[x] + counts[y] - n_both),
    }
