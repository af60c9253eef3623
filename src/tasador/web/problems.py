"""Errors as RFC 9457 problem details, in one shape everywhere."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from tasador.web.language import is_spanish
from tasador.web.wrong_values import listed, told

__all__ = ["MEDIA_TYPE", "Problem", "install", "invalid", "phrase", "words"]

MEDIA_TYPE: Final = "application/problem+json"

#: What each status is called; Python's own names differ from one version to the next.
_PHRASES: Final = {
    HTTPStatus.NOT_FOUND: "Not Found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method Not Allowed",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}

#: What is told of an address that there is not, of another method than one answers, and of a failure; in Spanish too.
_NOWHERE: Final = "There is nothing at this address. /docs lists the routes."
_NOWHERE_ES: Final = "No hay nada en esta dirección. /docs enumera las rutas."
_FAILED: Final = (
    "The server failed on this request. It was logged; try again, and tell whoever runs the server if it persists."
)
_FAILED_ES: Final = (
    "El servidor falló con esta petición. Quedó registrado; inténtelo de nuevo, y si persiste, avise a quien lo "
    "administra."
)

logger = logging.getLogger(__name__)


class Problem(Exception):  # noqa: N818  (the name of the standard)
    """An answer that is no success.

    Args:
        status: The HTTP status.
        kind: The last part of the problem's type, such as `unknown-year`.
        title: What kind of problem it is, in the language of the route.
        detail: What is wrong with this request and what to do.
        extensions: Further members, such as the valid values.
    """

    def __init__(self, status: HTTPStatus, kind: str, title: str, detail: str, **extensions: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.extensions = extensions


def install(app: FastAPI) -> None:
    """Answer every error of an application with problem details."""
    app.exception_handler(Problem)(_answer_problem)
    app.exception_handler(HTTPException)(_answer_http)
    app.exception_handler(RequestValidationError)(_answer_invalid)
    app.exception_handler(Exception)(_answer_failure)


def invalid(errors: Sequence[dict[str, Any]], n_errors: int | None = None) -> Problem:
    """Make the problem of a request whose values are not as they must be.

    Args:
        errors: What is wrong, as `tasador.web.wrong_values` tells it.
        n_errors: How many there are, where these are the first of them.
    """
    n = len(errors) if n_errors is None else n_errors
    are = "is not as it" if n == 1 else "are not as they"
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        "Invalid request",
        f"{n} of the request's values {are} must be: `errors` says what is wrong, and what to do.",
        **listed(errors, n),
    )


def _answer_problem(request: Request, error: Problem) -> Response:
    return _response(request, error.status, error.kind, error.title, error.detail, extensions=error.extensions)


def _answer_http(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    title, detail = words(status, request.scope["path"], request.method)
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_answered(request))
    return _response(request, status, _kind(status), title, detail or str(error.detail), headers=headers)


def _answered(request: Request) -> list[str]:
    """List the methods of all routes of an address: the first of them says its own only."""
    routes: list[BaseRoute] = request.app.router.routes
    fitting = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in fitting for method in getattr(route, "methods", None) or ()})


def _answer_invalid(request: Request, error: RequestValidationError) -> Response:
    return _answer_problem(request, invalid(told(error.errors())))


def _answer_failure(request: Request, error: Exception) -> Response:
    logger.error("request_failed method=%s path=%s", request.method, request.url.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _response(request, status, _kind(status), *words(status, request.scope["path"], request.method))


def words(status: HTTPStatus, path: str, method: str) -> tuple[str, str]:
    """Give the title and the detail of what no route says itself, in the language of the address.

    Args:
        status: Of the answer; the detail of another than 404, 405 and 500 is empty.
        path: What was asked for.
        method: How it was asked for.
    """
    spanish = is_spanish(path)
    match status:
        case HTTPStatus.NOT_FOUND:
            return ("No encontrado", _NOWHERE_ES) if spanish else (phrase(status), _NOWHERE)
        case HTTPStatus.METHOD_NOT_ALLOWED:
            if spanish:
                return "Método no permitido", f"Esta dirección no responde a {method}; `Allow` dice a qué responde."
            return phrase(status), f"This address does not answer {method}; `Allow` says what it answers."
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return ("Error interno", _FAILED_ES) if spanish else ("Internal error", _FAILED)
    return phrase(status), ""


def phrase(status: HTTPStatus) -> str:
    """Give what a status is called."""
    return _PHRASES.get(status, status.phrase)


def _kind(status: HTTPStatus) -> str:
    return "internal-error" if status == HTTPStatus.INTERNAL_SERVER_ERROR else phrase(status).lower().replace(" ", "-")


def _response(
    request: Request,
    status: HTTPStatus,
    kind: str,
    title: str,
    detail: str,
    *,
    extensions: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = {
        "type": f"urn:tasador:problem:{kind}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "instance": quote(request.scope["path"]),
        **(extensions or {}),
    }
    content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
    return Response(content, status, headers, MEDIA_TYPE)
