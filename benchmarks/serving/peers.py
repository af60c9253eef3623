"""Servers of other libraries with the champion's boosters, in an environment of their own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ENVIRONMENT
from benchmarks.serving.servers import ROOT, Server

__all__ = ["BENTO", "MLFLOW", "SIGNED", "Peers"]

#: Names in tables.
MLFLOW, SIGNED, BENTO = "MLflow", "MLflow, with signature", "BentoML"

_LIBRARIES = ("mlflow", "bentoml")


@dataclass(frozen=True, slots=True)
class Peers:
    """What an environment has.

    Attributes:
        python: Its interpreter; None where there is no such environment.
        place: A scratch directory, which holds the boosters.
        libraries: Those of interest that are installed.
    """

    python: str | None
    place: Path
    libraries: frozenset[str]

    @classmethod
    def of(cls, python: str | None, place: Path) -> Peers:
        """Look what an environment has, and make ready what its servers load."""
        if python is None:
            return cls(None, place, frozenset())
        code = f"from importlib.util import find_spec; print(*filter(find_spec, {_LIBRARIES!r}))"
        done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
        found = cls(python, place, frozenset(done.stdout.split()))
        if "mlflow" in found.libraries:
            paths = [str(path) for path in (place, place / MLFLOW, place / SIGNED)]
            saves = [str(python), "-m", "benchmarks.serving.mlflow_peer", *paths]
            # NOTE: MLflow packs files of a project where it runs.
            environment = {**ENVIRONMENT, **found._variables()}
            subprocess.run(saves, check=True, capture_output=True, cwd=place, env=environment)
        return found

    def servers(self) -> list[Server]:
        """Make those that can be."""
        if self.python is None:
            return []
        # NOTE: what `mlflow models serve` runs.
        scoring = "mlflow.pyfunc.scoring_server.app:app"
        uvicorn = [self.python, "-m", "uvicorn", scoring, "--port", "{port}", "--log-level=warning", "--no-access-log"]
        service = [self.python, "-m", "bentoml", "serve", "benchmarks.serving.bento_peer:Champion", "--port", "{port}"]
        found = []
        if "mlflow" in self.libraries:
            for name in (MLFLOW, SIGNED):
                variables = {**self._variables(), "__pyfunc_model_path__": str(self.place / name)}
                found.append(Server(name, uvicorn, "/ping", variables=variables))
        if "bentoml" in self.libraries:
            found.append(Server(BENTO, service, "/readyz", variables=self._variables()))
        return found

    def missing(self) -> list[str]:
        """Say what is left out, and why."""
        if self.python is None:
            return ["MLflow and BentoML are left out: `--peers` names an interpreter that has them."]
        return [f"{name} is left out: {self.python} lacks it." for name in _LIBRARIES if name not in self.libraries]

    def _variables(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "BOOSTERS": str(self.place),
            "MLFLOW_TRACKING_URI": str(self.place / "mlruns"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "BENTOML_HOME": str(self.place / "bentoml"),
            "BENTOML_DO_NOT_TRACK": "true",
        }
