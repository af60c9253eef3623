"""Runs of the whole path in processes of their own, which are killed: at a moment, or at a publication."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
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


def begun(workspace: Workspace, source: Path, *, killed: Path | None = None) -> BaseProcess:
    """Begin a run.

    Args:
        killed: Lists publications, one a line; the run kills itself before the first one that is not there, and adds
            it. Whatever is written appears in its place by being renamed. None kills nothing.
    """
    process = _SERVER.Process(target=_run, args=(workspace.root, str(source), killed))
    process.start()
    return process


def _run(root: Path, source: str, killed: Path | None) -> None:
    if killed is not None:
        known = set(killed.read_text().splitlines()) if killed.exists() else set()
        times: Counter[str] = Counter()

        def watched(rename: Callable[..., Any]) -> Callable[..., Any]:
            def renaming(source: Path, target: Path) -> None:
                # NOTE: its content tells one change of what is current from another: the step before may be skipped.
                what = Path(source).read_text() if target.name == "current.json" else ""
                times[target.name] += not what
                publication = " ".join([target.name, *(what.split() or [str(times[target.name])])])
                if publication not in known:
                    with killed.open("a") as file:
                        file.write(f"{publication}\n")
                    os.kill(os.getpid(), signal.SIGKILL)
                rename(source, target)

            return renaming

        os.rename, os.replace = watched(os.rename), watched(os.replace)
    run(Workspace(root), source, parameters=LIGHT)
