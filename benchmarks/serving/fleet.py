"""The servers of this environment that are measured, and how each is started."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks.measure import TASADOR
from benchmarks.serving.servers import ROOT, Server

__all__ = ["BARE", "COURSE", "COURSE_READ", "OURS", "READ", "YEAR", "Fleet"]

YEAR = 2016

#: Names in tables.
BARE, OURS, COURSE = "bare ASGI", "Tasador", "course project"

#: The same question, as Tasador and the course project are asked it.
READ = f"/genero/{quote('año')}/{YEAR}"
COURSE_READ = f"/genero/{quote('año/{año}')}?{quote('Año')}={YEAR}"


@dataclass(frozen=True, slots=True)
class Fleet:
    """Makes servers; none is started here.

    Attributes:
        place: A scratch directory, which holds the boosters.
        workspace: Its champion is served.
        course: The course project's clean table; None where its server is left out.
    """

    place: Path
    workspace: Path
    course: Path | None

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
        return [Server(COURSE, command, COURSE_READ, variables={"PYTHONPATH": str(ROOT)})]

    def _bare(self, what: str, path: Path) -> Server:
        command = [sys.executable, "-m", "benchmarks.serving.bare", what, str(path), "{port}"]
        return Server(BARE, command, "/", variables={"PYTHONPATH": str(ROOT)})
