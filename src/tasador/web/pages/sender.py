"""Who sends a request: a reader, or a browser that another site or a guess of its own made send it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import Request

from tasador.web.problems import Problem

__all__ = ["check_own", "is_meant"]


def check_own(request: Request) -> None:
    """Refuse what a page of another site sends.

    NOTE: browsers send forms anywhere without asking. They say from where: over HTTPS and to this machine by
    `Sec-Fetch-Site`, else by `Origin`. Programs say neither.

    Raises:
        Problem: Another site sent it.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site in {"same-origin", "none"} or (site is None and origin is None):
        return
    if site is None and origin is not None and urlsplit(origin).netloc == request.headers.get("host"):
        return
    raise Problem(
        HTTPStatus.FORBIDDEN, "another-site", "Another site", "A page of another site sent this. Send it from here."
    )


def is_meant(request: Request) -> bool:
    """Say whether somebody asks: no answer to HEAD, to a guess of the browser's or to another site's page counts."""
    headers = request.headers
    return not (
        request.scope["state"].get("is_head", False)
        or "prefetch" in headers.get("sec-purpose", headers.get("purpose", ""))
        or headers.get("sec-fetch-site") == "cross-site"
    )
