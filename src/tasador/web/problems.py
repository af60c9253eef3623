"""Errors as RFC 9457 problem details, in one shape everywhere."""

from __future__ import annotations

import difflib
import json
import logging
import math
import unicodedata
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

__all__ = ["Problem", "describe", "install", "listed", "shown"]

MEDIA_TYPE = "application/problem+json"

#: What each status is called; Python's own names differ from one version to the next.
_PHRASES: Final = {
    HTTPStatus.NOT_FOUND: "Not Found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method Not Allowed",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}

#: An example of each problem for the description of the API: the last part of its type, and what it says.
_EXAMPLES: Final = {
    HTTPStatus.BAD_REQUEST: ("invalid-json", "The body is no JSON: Expecting value at line 1, column 1."),
    HTTPStatus.UNAUTHORIZED: ("no-key", "This address needs a key. Send one as `Authorization: Bearer KEY`."),
    HTTPStatus.FORBIDDEN: ("admin-key-needed", "This address needs a key whose scope is admin."),
    HTTPStatus.NOT_FOUND: ("not-found", "There is nothing at this address. /docs lists the routes."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method-not-allowed", "This address does not answer POST."),
    HTTPStatus.REQUEST_TIMEOUT: ("body-too-slow", "The request's body did not come within 10 seconds."),
    HTTPStatus.CONFLICT: ("held", "The gate holds this version: beats_constant_median_out_of_time."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body-too-large", "A request's body may have 1048576 bytes."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "unsupported-media-type",
        "The body is of no named type. Send JSON, with the header Content-Type: application/json.",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("invalid-request", "1 of the request's values is not as it must be."),
    HTTPStatus.TOO_MANY_REQUESTS: ("too-many-requests", "Try again after the seconds that Retry-After says."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal-error", "The server failed on this request. It was logged."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("too-busy", "Try again in a second."),
}

#: Of what is wrong with a request so many are told, and of each value and name so much.
_MOST_ERRORS: Final = 20
_MOST_SHOWN: Final = 200

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
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_failure)


def describe(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer, for OpenAPI."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "format": "uri-reference"},
        },
    }
    return {
        int(status): {
            "description": _PHRASES.get(status, status.phrase),
            "content": {MEDIA_TYPE: {"schema": schema, "example": _example(status)}},
        }
        for status in statuses
    }


def _example(status: HTTPStatus) -> dict[str, Any]:
    title = _PHRASES.get(status, status.phrase)
    return {
        "type": f"urn:tasador:problem:{_EXAMPLES[status][0]}",
        "title": title,
        "status": int(status),
        "detail": _EXAMPLES[status][1],
        "instance": "/v1/games",
    }


def _answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  (registered for this type only)
    return _response(request, error.status, error.kind, error.title, error.detail, extensions=error.extensions)


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    status = HTTPStatus(error.status_code)
    details = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address. /docs lists the routes.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"This address does not answer {request.method}.",
    }
    detail = details.get(status, str(error.detail))
    title = _PHRASES.get(status, status.phrase)
    kind = title.lower().replace(" ", "-")
    return _response(request, status, kind, title, detail, headers=dict(error.headers or {}))


def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [
        {
            "parameter": ".".join(str(part) for part in item["loc"])[:_MOST_SHOWN],
            "detail": item["msg"],
            "got": shown(item.get("input")),
        }
        for item in error.errors()
    ]
    return _response(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        "Invalid request",
        f"{len(errors)} of the request's values {'is not as it' if len(errors) == 1 else 'are not as they'} must be.",
        extensions=listed(errors),
    )


def _answer_failure(request: Request, error: Exception) -> Response:
    logger.error("request_failed method=%s path=%s", request.method, request.url.path, exc_info=error)
    return _response(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "Internal error",
        "The server failed on this request. It was logged; try again, and tell whoever runs the server if it persists.",
    )


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


def listed(errors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Tell what is wrong with a request, but not without end: the first, and how many there are."""
    return {"errors": errors[:_MOST_ERRORS], "n_errors": len(errors)}


def shown(value: object) -> object:
    """Repeat a value that was sent, but not without end, and as JSON can hold it."""
    # NOTE: JSON has no number that is none, nor an endless one, but Python's reader makes one of 1e999.
    is_plain = isinstance(value, (int, str)) or value is None or (isinstance(value, float) and math.isfinite(value))
    told = value if is_plain else str(value)
    return told[:_MOST_SHOWN] if isinstance(told, str) else told


def nearest(value: str, known: Sequence[str]) -> list[str]:
    """Find the known values most like a wrong one."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", value.lower()) if not unicodedata.combining(letter)
    )
    return difflib.get_close_matches(plain, known, n=3, cutoff=0.5)
