"""What people open: the front page, the interactive docs, and the reports of the workspace."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tasador.storage.workspace import Workspace
from tasador.web.answers import Answers
from tasador.web.problems import Problem

__all__ = ["create_router"]


def create_router(answers: Answers, workspace: Workspace) -> APIRouter:
    """Make the pages' routes."""
    router = APIRouter(include_in_schema=False)
    templates = Environment(loader=PackageLoader("tasador.web"), autoescape=True, undefined=StrictUndefined)
    front = templates.get_template("front.html").render(answers=answers)
    docs = templates.get_template("docs.html").render()
    reports = {
        "profile": workspace.profiles / answers.snapshot / "profile.html",
        "quality": workspace.snapshots / answers.snapshot / "quality.html",
    }

    @router.get("/")
    async def show_front() -> Response:
        return HTMLResponse(front)

    @router.get("/docs")
    async def show_docs() -> Response:
        return HTMLResponse(docs)

    @router.get("/profile")
    async def show_profile() -> Response:
        return _report(reports["profile"], "tasador profile")

    @router.get("/quality")
    async def show_quality() -> Response:
        return _report(reports["quality"], "tasador ingest SOURCE")

    return router


def _report(path: Path, command: str) -> Response:
    if not path.is_file():
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "no-such-report",
            "No such report",
            f"The server's workspace has no such report. `{command}` writes it.",
        )
    return FileResponse(path, media_type="text/html")
