"""A BentoML service with the champion's boosters; runs where bentoml, lightgbm and numpy are installed.

    bentoml serve benchmarks.serving.bento_peer:Champion --port PORT

The variable `BOOSTERS` names the directory of the boosters.
"""

from __future__ import annotations

import os
from pathlib import Path

import bentoml  # type: ignore[import-not-found]  # not installed here
import numpy as np

from benchmarks.serving.peer_model import PeerModel


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Champion:
    """The boosters as BentoML calls them."""

    def __init__(self) -> None:
        self._model = PeerModel(Path(os.environ["BOOSTERS"]))

    @bentoml.api  # type: ignore[untyped-decorator]
    def predict(self, rows: list[list[float | None]]) -> list[list[float]]:
        """Predict for rows."""
        found: list[list[float]] = self._model.predict(np.array(rows, dtype=np.float64)).tolist()
        return found
