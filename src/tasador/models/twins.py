"""Near twins: entries alike in all that a model can see but day and price, such as the songs of a songs game."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.features.title import series, studios

__all__ = ["near_twins"]


def near_twins(games: pl.DataFrame, train: npt.NDArray[np.int64], test: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Find the test rows that have a near twin among the training rows.

    Near twins are of the same developer, kind and series, and have the same genres and specs. An entry without a
    developer has none, as series alone are too often words like another's.

    Args:
        games: At least `name`, `developer`, `kind`, `genres` and `specs`.
        train: Numbers of the training rows.
        test: Numbers of the test rows.

    Returns:
        Shape (n_test,).
    """
    key = games.select(
        "kind",
        developer=pl.col("developer").map_elements(
            lambda name: "|".join(sorted(studios(name))), return_dtype=pl.String
        ),
        series=pl.col("name").map_elements(series, return_dtype=pl.String),
        genres=_set_of("genres"),
        specs=_set_of("specs"),
    )
    twins = key[test].with_row_index("row").filter(pl.col("developer") != "")
    straddling = twins.join(key[train].unique(), on=key.columns, how="semi", nulls_equal=True)
    found = np.zeros(len(test), dtype=np.bool_)
    found[straddling["row"].to_numpy()] = True
    return found


def _set_of(labels: str) -> pl.Expr:
    return pl.col(labels).list.unique().list.sort().list.join("|")
