"""Tasador appraises PC games: a raw catalogue to a clean table, market statistics, prices, and a service.

Importing it does nothing and loads no heavy library; what it exports is loaded on first use::

    from tasador import Workspace, load, run

    ran = run(Workspace(Path("tasador-workspace")), "games.json.gz")
    appraisal = load("tasador-workspace").appraise(name="A Game", genres=["Indie"])
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tasador.errors import BundleError, SourceError, TasadorError, UnknownValueError, WorkspaceError
    from tasador.storage.workspace import Workspace
    from tasador.workflows.appraise import load
    from tasador.workflows.run import run

__all__ = [
    "BundleError",
    "SourceError",
    "TasadorError",
    "UnknownValueError",
    "Workspace",
    "WorkspaceError",
    "load",
    "run",
]


_HOMES = {
    "Workspace": "tasador.storage.workspace",
    "load": "tasador.workflows.appraise",
    "run": "tasador.workflows.run",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'tasador' has no attribute {name!r}")
    home = _HOMES.get(name, "tasador.errors")
    return getattr(importlib.import_module(home), name)
