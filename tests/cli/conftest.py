"""The command as people call it, as a process, and in this one: the libraries behind it take seconds to import."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tasador.cli import main
from tasador.features.inputs import Variant
from tasador.models.parameters import Parameters
from tests.models.light import LIGHT

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


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tasador:
    """Run the command in this process and give back what it printed."""
    # NOTE: the command configures logging, which belongs to the test run here.
    monkeypatch.setattr("tasador.cli.app.configure_logging", lambda *_: None)

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = ["tasador", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        code = stop.value.code
        return subprocess.CompletedProcess(command, code if isinstance(code, int) else 0, *capsys.readouterr())

    return call


@pytest.fixture
def lightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands train with parameters that take a moment: they have no options for them."""

    def light(variant: Variant = "launch") -> Parameters:
        return dataclasses.replace(LIGHT, variant=variant)

    for module in ("tasador.models.parameters", "tasador.workflows.train"):
        monkeypatch.setattr(f"{module}.Parameters", light)
