"""The interactive docs, and the reports of the workspace: pages that stand in no frame."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import Request, Response

from tasador.web.problems import Problem
from tasador.web.reply import Reply, respond
from tasador.web.security import page_headers

__all__ = ["docs", "report"]

_DOCS: Final = Path(__file__).parents[1] / "templates" / "docs.html"


def docs(request: Request) -> Response:
    """Give the interactive description of the API."""
    return _page(request, _DOCS)


def report(request: Request, path: Path, command: str) -> Response:
    """Give a report of the workspace.

    Args:
        command: What writes it.

    Raises:
        Problem: It was not written yet.
    """
    try:
        return _page(request, path)
    except FileNotFoundError as error:
        raise Problem(HTTPStatus.NOT_FOUND, "no-such-report", "No such report", f"`{command}` writes it.") from error


def _page(request: Request, path: Path) -> Response:
    return respond(_read(path, path.stat().st_mtime_ns), request)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> Reply:
    """Read a page; which of its scripts and styles may run takes a look through the whole of it."""
    body = path.read_bytes()
    etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    return Reply(body, etag, "text/html; charset=utf-8", page_headers(body.decode()))
