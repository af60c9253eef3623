"""Saves the champion's boosters as MLflow models; runs where mlflow, lightgbm and pandas are installed.

    python -m benchmarks.serving.mlflow_peer DIRECTORY PLAIN SIGNED

The second has a signature, to which MLflow holds what it is sent. `mlflow models serve` serves either.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.pyfunc import save_model
from mlflow.pyfunc.model import PythonModel
from mlflow.types import ColSpec, Schema, TensorSpec

from benchmarks.serving.peer_model import PeerModel


class Champion(PythonModel):
    """The boosters as MLflow calls them."""

    def load_context(self, context: Any) -> None:
        """Load them."""
        self._model = PeerModel(Path(context.artifacts["model"]))

    def predict(self, context: Any, model_input: Any, params: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Predict for a frame of inputs."""
        return pd.DataFrame(self._model.predict(model_input.to_numpy(dtype=np.float64)))


def main() -> None:
    """Save both."""
    directory, plain, signed = sys.argv[1:]
    # NOTE: optional, or an input that is unknown would be refused.
    columns: list[ColSpec | TensorSpec] = [
        ColSpec("double", name, required=False) for name in PeerModel(Path(directory)).names
    ]
    for place, signature in ((plain, None), (signed, ModelSignature(Schema(columns)))):
        save_model(
            place, python_model=Champion(), artifacts={"model": directory}, signature=signature, pip_requirements=[]
        )


if __name__ == "__main__":
    main()
