"""Boosters for tests, learned from made-up rows."""

from __future__ import annotations

from typing import Any, Final

import lightgbm
import numpy as np
import numpy.typing as npt

from tasador.appraisal.booster import Booster
from tasador.features.definition import Feature

#: Two inputs a group; the target goes by the groups "kind" and "title", the latter less, and not by "date".
GROUPS: Final = ("kind", "kind", "title", "title", "date", "date")

FEATURES: Final = tuple(
    Feature(f"input_{number}", "float32", "1", ("name",), "launch", group) for number, group in enumerate(GROUPS)
)


def rows_and_prices(n: int, seed: int = 1) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Made-up entries, a tenth of the values unknown, and what they cost."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(n, len(GROUPS)))
    log_price = 2 + 0.8 * rows[:, 0] + 0.3 * rows[:, 2] + draw.normal(0, 0.1, n)
    rows[draw.random(rows.shape) < 0.1] = np.nan
    return rows, np.exp(log_price)


def learned(objective: str, seed: int = 1, **parameters: Any) -> Booster:
    """A booster of logarithms of prices."""
    rows, prices = rows_and_prices(800, seed)
    target = np.log(prices) if objective.startswith("regression") else prices
    settings = {"objective": objective, "num_leaves": 8, "verbose": -1, "num_threads": 1, **parameters}
    names = [feature.name for feature in FEATURES]
    fitted = lightgbm.train(settings, lightgbm.Dataset(rows, target, feature_name=names), 30)
    text: str = fitted.model_to_string()
    return Booster(text.encode())
