"""MLflow's scoring server with the champion's boosters; runs where mlflow, lightgbm and pandas are installed.

    python -m benchmarks.serving.mlflow_peer DIRECTORY PORT [--signature]

As `mlflow models serve` has it: the model is saved, and its application answers on one uvicorn worker.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import uvicorn
from mlflow.models import ModelSignature
from mlflow.pyfunc import save_model, scoring_server
from mlflow.pyfunc.model import PythonModel
from mlflow.types import ColSpec, Schema

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
    """Save and serve."""
    directory, port, *options = sys.argv[1:]
    signature = None
    if options == ["--signature"]:
        # NOTE: optional, or an input that is unknown would be refused.
        signature = ModelSignature(
            Schema([ColSpec("double", name, required=False) for name in PeerModel(Path(directory)).names])
        )
    with tempfile.TemporaryDirectory() as place:
        saved = f"{place}/model"
        save_model(
            saved, python_model=Champion(), artifacts={"model": directory}, signature=signature, pip_requirements=[]
        )
        os.environ[scoring_server._SERVER_MODEL_PATH] = saved  # noqa: SLF001  (as its own command does)
        uvicorn.run("mlflow.pyfunc.scoring_server.app:app", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
