"""The servers that are measured, and how each is started."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks.measure import TASADOR
from benchmarks.serving.servers import Server

__all__ = ["BARE", "BENTO", "COURSE", "COURSE_READ", "MLFLOW", "OURS", "READ", "SIGNED", "YEAR", "Fleet", "installed"]

YEAR = 2016

#: Names in tables.
BARE, OURS, COURSE, MLFLOW, SIGNED, BENTO = (
    "bare ASGI",
    "Tasador",
    "course project",
    "MLflow",
    "MLflow, with signature",
    "BentoML",
)

#: What other servers are of.
LIBRARIES = ("mlflow", "bentoml")

#: The same question, as Tasador and the course project are asked it.
READ = f"/genero/{quote('año')}/{YEAR}"
COURSE_READ = f"/genero/{quote('año/{año}')}?{quote('Año')}={YEAR}"

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Fleet:
    """Makes servers; none is started here.

    Attributes:
        place: A scratch directory, which holds the boosters for other servers.
        workspace: Its champion is served.
        course: The course project's clean table; None where its server is left out.
        peers: An interpreter with other libraries; None where their servers are left out.
        libraries: Those that it has.
    """

    place: Path
    workspace: Path
    course: Path | None
    peers: str | None
    libraries: frozenset[str]

    def ours(self) -> Server:
        """Make the server that is measured."""
        return Server(OURS, [TASADOR, "serve", "--port", "{port}", "--workspace", str(self.workspace)], READ)

    def bare_bytes(self, body: bytes) -> Server:
        """Make one that answers with the same bytes, whatever it is asked."""
        path = self.place / f"{len(body)}.body"
        path.write_bytes(body)
        return self._bare("bytes", path)

    def bare_model(self) -> Server:
        """Make one that calls the champion's boosters, and nothing else."""
        return self._bare("model", self.place)

    def course_project(self) -> list[Server]:
        """Make the course project's, if it can be."""
        if self.course is None:
            return []
        command = [sys.executable, "-m", "benchmarks.course_project", "serve", str(self.course), "{port}"]
        return [Server(COURSE, command, COURSE_READ, variables={"PYTHONPATH": str(_ROOT)})]

    def other_servers(self) -> list[Server]:
        """Make those of other libraries with the champion's boosters, as far as they are installed."""
        if self.peers is None:
            return []
        variables = {
            "PYTHONPATH": str(_ROOT),
            "MODEL": str(self.place),
            "MLFLOW_TRACKING_URI": str(self.place / "mlruns"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "BENTOML_HOME": str(self.place / "bentoml"),
            "BENTOML_DO_NOT_TRACK": "true",
        }
        scoring = [self.peers, "-m", "benchmarks.serving.mlflow_peer", str(self.place), "{port}"]
        service = [self.peers, "-m", "bentoml", "serve", "benchmarks.serving.bento_peer:Champion", "--port", "{port}"]
        known = {
            "mlflow": [
                Server(MLFLOW, scoring, "/ping", variables=variables),
                Server(SIGNED, [*scoring, "--signature"], "/ping", variables=variables),
            ],
            "bentoml": [Server(BENTO, service, "/readyz", variables=variables)],
        }
        return [server for library, servers in known.items() if library in self.libraries for server in servers]

    def missing(self) -> list[str]:
        """Say what is left out, and why."""
        found = []
        if self.course is None:
            found.append("The course project's server is left out: it needs SOURCE, pandas and scikit-learn.")
        if self.peers is None:
            found.append("MLflow and BentoML are left out: `--peers` names an interpreter that has them.")
        else:
            found += [f"{name} is left out: {self.peers} lacks it." for name in LIBRARIES if name not in self.libraries]
        return found

    def _bare(self, what: str, path: Path) -> Server:
        command = [sys.executable, "-m", "benchmarks.serving.bare", what, str(path), "{port}"]
        return Server(BARE, command, "/", variables={"PYTHONPATH": str(_ROOT)})


def installed(peers: str | None) -> frozenset[str]:
    """Say which of the other libraries an environment has."""
    if peers is None:
        return frozenset()
    code = f"from importlib.util import find_spec; print(*filter(find_spec, {LIBRARIES!r}))"
    done = subprocess.run([peers, "-c", code], check=True, capture_output=True, text=True)
    return frozenset(done.stdout.split())
