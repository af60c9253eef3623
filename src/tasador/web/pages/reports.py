"""The interactive docs, and the reports of the workspace: pages that stand in no frame."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import Response
from fastapi.responses import HTMLResponse

from tasador.web.pages.frame import bare
from tasador.web.problems import Problem

__all__ = ["docs", "report"]

_DOCS: Final = Path(__file__).parents[1] / "templates" / "docs.html"


def docs() -> Response:
    """Give the interactive description of the API."""
    return _page(_DOCS)


def report(path: Path, command: str) -> Response:
    """Give a report of the workspace.

    Args:
        command: What writes it.

    Raises:
        Problem: It was not written yet.
    """
    try:
        return _page(path)
    except FileNotFoundError as error:
        raise Problem(HTTPStatus.NOT_FOUND, "no-such-report", "No such report", f"`{command}` writes it.") from error


def _page(path: Path) -> Response:
    markup, headers = _read(path, path.stat().st_mtime_ns)
    return HTMLResponse(markup, headers=headers)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> tuple[str, dict[str, str]]:
    """Read a page; which of its scripts and styles may run takes a look through the whole of it."""
    markup = path.read_text(encoding="utf-8")
    etag = hashlib.blake2b(markup.encode(), digest_size=12).hexdigest()
    return markup, {**bare(markup), "etag": f'"{etag}"'}
