"""Predictions on held-out rows, for tests of the tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from tasador.models.families import families
from tasador.models.splits import Split

LEVELS = {50: 0.6745, 80: 1.2816, 90: 1.6449, 95: 1.96}


def predictions(games: pl.DataFrame, splits: Sequence[Split], *, spread: float = 0.5) -> pl.DataFrame:
    """Predict with an error of a known spread on the logarithm, and intervals that are right about it."""
    rng = np.random.default_rng(7)
    games = games.with_columns(family=pl.Series(families(games)))
    frames = []
    for split in splits:
        rows = games[split.test]
        prices = rows["price_usd"].to_numpy()
        predicted = prices * np.exp(rng.normal(0, spread, len(prices)))
        withheld = rng.random(len(prices))
        ends = {
            f"{end}_{level}": predicted * np.exp(sign * z * spread)
            for level, z in LEVELS.items()
            for end, sign in (("lower", -1), ("upper", 1))
        }
        frames.append(
            rows.select("app_id", "kind", "release_date", "release_year", "price_usd", "family").with_columns(
                split=pl.lit(split.name),
                developer_known=pl.Series(rng.random(len(prices)) < 0.5),
                near_twin=pl.Series(split.near_twin),
                predicted_usd=pl.Series(predicted),
                **{name: pl.Series(values) for name, values in ends.items()},
                suggested_usd=pl.Series(np.where(rng.random(len(prices)) < 0.3, prices, 0.49)),
                p_suggested=pl.lit(0.3),
                abstained=pl.Series(withheld < 0.3),
                too_wide=pl.Series(withheld < 0.2),
                without_app_id=pl.Series(predicted * 1.1),
                **{f"without_app_id_{name}": pl.Series(values * 1.1) for name, values in ends.items()},
                constant_median=pl.lit(float(games["price_usd"].median())),  # type: ignore[arg-type]
                bagging=pl.Series(prices * np.exp(rng.normal(0, 2 * spread, len(prices)))),
            )
        )
    return pl.concat(frames)
