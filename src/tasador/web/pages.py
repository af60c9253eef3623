"""What people open: the front page, the interactive docs, and the reports of the workspace."""

from __future__ import annotations

import hashlib
from functools import lru_cache
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


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> tuple[str, dict[str, str]]:
    """Read a report; which of its scripts and styles may run takes a look through the whole of it."""
    markup = path.read_text(encoding="utf-8")
    return markup, _headers(markup)


def _page(markup: str) -> Response:
    return HTMLResponse(markup, headers=_headers(markup))


def _headers(markup: str) -> dict[str, str]:
    etag = hashlib.blake2b(markup.encode(), digest_size=12).hexdigest()
    return {**{name.decode(): value.decode() for name, value in page_headers(markup)}, "etag": f'"{etag}"'}


def _report(path: Path, command: str) -> Response:
    try:
        markup, headers = _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "no-such-report",
            "No such report",
            f"The server's workspace has no such report. `{command}` writes it.",
        ) from error
    return HTMLResponse(markup, headers=headers)
