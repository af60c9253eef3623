"""The command as people call it: as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Tasador = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def tasador() -> Tasador:
    """Run the command and give back what it printed."""
    command = Path(sys.executable).parent / "tasador"

    def call(
        *arguments: object, env: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "COLUMNS": "100", **(env or {})},
            cwd=cwd,
            timeout=120,
        )

    return call
