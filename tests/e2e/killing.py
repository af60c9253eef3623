"""Runs of the whole path in processes of their own, which are killed: at a moment, or at a publication."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tasador.storage.workspace import Workspace
from tasador.workflows.run import run
from tests.models.light import LIGHT

__all__ = ["begun"]

#: NOTE: the server has the libraries imported, and has not used them, so that what it forks may.
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.e2e.killing", "lightgbm", "sklearn.ensemble"])


def begun(workspace: Workspace, source: Path, *, kill_at: int = 0) -> BaseProcess:
    """Begin a run.

    Args:
        kill_at: The publication, counted from 1, before which it kills itself; 0 is none. Whatever is written appears
            in its place by being renamed.
    """
    process = _SERVER.Process(target=_run, args=(str(workspace.root), str(source), kill_at))
    process.start()
    return process


def _run(workspace: str, source: str, kill_at: int) -> None:
    published = 0

    def counted(rename: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **named: Any) -> Any:
            nonlocal published
            published += 1
            if published == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(*arguments, **named)

        return counting

    os.rename, os.replace = counted(os.rename), counted(os.replace)
    run(Workspace(Path(workspace)), source, parameters=LIGHT)
