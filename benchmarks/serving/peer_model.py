"""The champion's boosters as other servers load them, with the lightgbm package; needs nothing of Tasador."""

from __future__ import annotations

import json
from pathlib import Path

import lightgbm
import numpy as np
import numpy.typing as npt

__all__ = ["PeerModel"]


class PeerModel:
    """Predicts what the champion's boosters say of rows.

    Args:
        directory: Holds the boosters.

    Attributes:
        names: Of the inputs, in the order of a row.
    """

    def __init__(self, directory: Path) -> None:
        model = json.loads((directory / "model.json").read_text())
        self.names: list[str] = model["names"]
        self._weights: list[float] = model["weights"]
        self._price = [self._booster(directory / f"price.{at}.txt") for at in range(len(self._weights))]
        self._ladder, self._free = (self._booster(directory / name) for name in ("ladder.txt", "free.txt"))

    def predict(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Give for each row the price, the likeliest price point and the log odds of being free."""
        logs = sum(
            weight * self._raw(booster, rows) for booster, weight in zip(self._price, self._weights, strict=True)
        )
        points = self._raw(self._ladder, rows).argmax(axis=1)
        return np.column_stack([np.exp(logs), points, self._raw(self._free, rows)])

    @staticmethod
    def _booster(path: Path) -> lightgbm.Booster:
        return lightgbm.Booster(model_file=str(path))

    @staticmethod
    def _raw(booster: lightgbm.Booster, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(booster.predict(rows, raw_score=True, num_threads=1))
