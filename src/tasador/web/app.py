"""The application: made from a workspace by a function, never at import."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from tasador import provenance
from tasador.storage.workspace import Workspace
from tasador.web import answers, classic, operations, pages, problems

__all__ = ["create_app"]


def create_app(workspace: Workspace) -> FastAPI:
    """Make the application that answers for the workspace's champion.

    Raises:
        WorkspaceError: There is no champion, or its bundle is damaged.
    """
    found = answers.load(workspace)
    app = FastAPI(
        title="Tasador",
        summary="Market statistics and prices of PC games.",
        version=provenance.version(),
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.include_router(classic.create_router(found))
    app.include_router(operations.create_router(found))
    app.include_router(pages.create_router(found, workspace))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app
