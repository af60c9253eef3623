"""Pages of other origins that may ask from a browser: those that were named, and what they are told.

A browser asks beforehand what such a page may do (a preflight), and looks in each answer whether the page may read it.
The first is answered within the front, so that it has an id and is counted as other requests are; the second is said
outside of it, of every answer.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from tasador.web.denial import Denial
from tasador.web.doors import is_preflight
from tasador.web.reply import headers_of

__all__ = ["Cors", "Preflights", "origins_of"]

_METHODS: Final = b"GET, HEAD, POST"
_REMEMBERED_SECONDS: Final = b"600"

_NOT_ALLOWED: Final = Denial(
    HTTPStatus.FORBIDDEN,
    "origin-not-allowed",
    "Origin not allowed",
    "Pages of this origin may not ask from a browser. TASADOR_CORS_ORIGINS names the origins that may.",
    (b"vary", b"Origin"),
    spanish=(
        "Origen no permitido",
        "Las páginas de este origen no pueden preguntar desde un navegador. TASADOR_CORS_ORIGINS dice cuáles pueden.",
    ),
)


def origins_of(told: str) -> frozenset[str]:
    """Read the origins that are named, separated by commas."""
    return frozenset(origin.strip() for origin in told.split(","))


class Preflights:
    """Answers preflights, and asks the application for the rest.

    Args:
        app: Answers what is no preflight.
        origins: Those whose pages may ask.
    """

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = headers_of(scope) if scope["type"] == "http" else {}
        if not asked or not is_preflight(scope["method"], asked):
            await self._app(scope, receive, send)
        elif asked[b"origin"].decode("latin-1") not in self._origins:
            await _NOT_ALLOWED.send(scope, send)
        else:
            headers = [
                (b"access-control-allow-methods", _METHODS),
                (b"access-control-allow-headers", asked.get(b"access-control-request-headers", b"*")),
                (b"access-control-max-age", _REMEMBERED_SECONDS),
                (b"vary", b"Access-Control-Request-Headers"),
            ]
            await send({"type": "http.response.start", "status": HTTPStatus.NO_CONTENT, "headers": headers})
            await send({"type": "http.response.body", "body": b""})


class Cors(CORSMiddleware):
    """Says of every answer which origins may read it; preflights are answered within."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        super().__init__(app, allow_origins=origins, expose_headers=["*"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            await self.simple_response(scope, receive, send, Headers(scope=scope))
        else:
            await self.app(scope, receive, send)
