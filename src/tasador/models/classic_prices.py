"""What the classic price route answers: mean prediction and error by genre and early access."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tasador.features.classic import genre_labels

__all__ = ["GroupPrice", "price_table"]


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """Mean prediction and error for the paid entries of one genre that are, or are not, early access.

    Attributes:
        genre: Lower-case label.
        early_access: The flag.
        n_catalogue: Rows of the catalogue in the group.
        mean_predicted_usd: Mean prediction over those rows.
        n_held_out: Those of them in the newest period, which the fit that is measured did not see.
        rmse_usd: Root mean squared error over them; None where there are none.
    """

    genre: str
    early_access: bool
    n_catalogue: int
    mean_predicted_usd: float
    n_held_out: int
    rmse_usd: float | None


def price_table(games: pl.DataFrame, predicted_usd: list[float], held_out: pl.DataFrame) -> tuple[GroupPrice, ...]:
    """Predict and measure by genre and early access; groups without a row are left out.

    Args:
        games: The rows of `tasador.models.population.training_rows`.
        predicted_usd: The model's estimate of each.
        held_out: `app_id`, `price_usd` and `predicted_usd` of those that a fit before them was measured on.
    """
    errors = held_out.select("app_id", squared=(pl.col("predicted_usd") - pl.col("price_usd")) ** 2)
    table = games.select(
        "app_id",
        "early_access",
        genre=pl.col("genres").list.eval(pl.element().str.to_lowercase()).list.unique(),
        predicted=pl.Series(predicted_usd, dtype=pl.Float64),
    ).join(errors, on="app_id", how="left", maintain_order="left")
    groups = (
        table.explode("genre", empty_as_null=False, keep_nulls=False)
        .group_by("genre", "early_access")
        .agg(n=pl.len(), mean=pl.col("predicted").mean(), held=pl.col("squared").count(), mse=pl.col("squared").mean())
    )
    found = {(row[0], row[1]): row[2:] for row in groups.iter_rows()}
    return tuple(
        GroupPrice(genre, flag, n, mean, held, None if mse is None else float(np.sqrt(mse)))
        for genre in genre_labels(games)
        for flag in (False, True)
        for n, mean, held, mse in [found.get((genre, flag), (0, 0.0, 0, None))]
        if n
    )
