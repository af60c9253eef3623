"""What people open: the front page, the interactive docs, and the reports of the workspace."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tasador.storage.workspace import Workspace
from tasador.web.answers import Served
from tasador.web.problems import Problem
from tasador.web.security import page_headers

__all__ = ["create_router"]


def create_router(workspace: Workspace) -> APIRouter:
    """Make the pages' routes."""
    router = APIRouter(include_in_schema=False)
    templates = Environment(loader=PackageLoader("tasador.web"), autoescape=True, undefined=StrictUndefined)
    front = templates.get_template("front.html")
    docs = templates.get_template("docs.html").render()

    @router.get("/")
    async def show_front(served: Served) -> Response:
        return _page(front.render(answers=served))

    @router.get("/docs")
    async def show_docs() -> Response:
        return _page(docs)

    @router.get("/profile")
    def show_profile(served: Served) -> Response:
        return _report(workspace.profiles / served.snapshot / "profile.html", "tasador profile")

    @router.get("/quality")
    def show_quality(served: Served) -> Response:
        return _report(workspace.snapshots / served.snapshot / "quality.html", "tasador ingest SOURCE")

    return router


def _page(markup: str) -> Response:
    etag = hashlib.blake2b(markup.encode(), digest_size=12).hexdigest()
    headers = {name.decode(): value.decode() for name, value in page_headers(markup)}
    return HTMLResponse(markup, headers={**headers, "etag": f'"{etag}"', "cache-control": "no-cache"})


def _report(path: Path, command: str) -> Response:
    try:
        return _page(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "no-such-report",
            "No such report",
            f"The server's workspace has no such report. `{command}` writes it.",
        ) from error
