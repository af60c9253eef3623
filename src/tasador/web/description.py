"""The description of the API: what the routes say of themselves, and what is the same for all or for many of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI

from tasador.web import doors
from tasador.web.bounds import too_large, too_slow
from tasador.web.denial import TOO_BUSY, Denial
from tasador.web.doors import OPEN, OPERATORS
from tasador.web.gate import is_work
from tasador.web.problem_schema import COMPONENTS, described, problem
from tasador.web.problems import words
from tasador.web.wrong_values import of_parameter

__all__ = ["DESCRIPTION", "DescribedApi"]

DESCRIPTION: Final = """\
Market statistics and prices of PC games, from a catalogue and a model that learned from it.

**Every answer** names the model version and the snapshot that it was made from (`Tasador-Model`, `Tasador-Snapshot`) \
and has an id (`X-Request-Id`; a client may send its own).

**Reads** are answered to GET and to HEAD, which says the same without a body. They carry an `ETag`: who sends it back \
as `If-None-Match` is answered 304 until model, snapshot or code change. OPTIONS says in `Allow` what an address \
answers; any other method of HTTP is 405, and \
what is none 400.

**Errors** are problems (RFC 9457). `errors` lists all that is wrong with a request, each with what came, what was \
expected, and what to do; a part of a body is named by its JSON pointer (RFC 6901), a parameter by its name. Under \
`/v1` a parameter that an address does not know is an error. The classic routes answer in Spanish and ignore it.

**Keys.** A server may be set to answer only who sends a key (scope read), as `Authorization: Bearer KEY` or \
`X-API-Key: KEY`; a browser that asks for a name and a password takes any name, and the key as the password. What \
operators do needs a key of scope admin always.

Examples show the form and no more: they are shortened, leave out fields that are null, and are not of any one \
catalogue. No figure in them says how good a model is, `/v1/model/accuracy` does.
"""

_BEARER, _HEADER, _BASIC = "Bearer", "X-API-Key", "Basic"

#: How a key is sent.
_SCHEMES: Final[dict[str, dict[str, str]]] = {
    _BEARER: {"type": "http", "scheme": "bearer", "description": "A key that `tasador keys create` made."},
    _HEADER: {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key in a header."},
    _BASIC: {"type": "http", "scheme": "basic", "description": "For browsers: any name, and the key as the password."},
}

#: What answers carry that a client acts upon.
_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "ETag": {"description": "What tells this answer from others.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that are answered.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How a key is sent.", "schema": {"type": "string"}},
}

#: The headers of a status, whichever route answers it.
_OF_STATUS: Final = {
    HTTPStatus.NOT_MODIFIED: "ETag",
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.FORBIDDEN: "WWW-Authenticate",
    HTTPStatus.METHOD_NOT_ALLOWED: "Allow",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}


#: The tag of reads that never say the same twice.
_MOMENTARY: Final = "Operations"


class DescribedApi(FastAPI):
    """Routes, and their whole description."""

    def openapi(self) -> dict[str, Any]:
        """Give the OpenAPI document; it is made when it is first asked for."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document["components"]
    components["schemas"] |= COMPONENTS
    components["securitySchemes"] = _SCHEMES
    components["headers"] = _HEADERS
    # NOTE: the empty one, since a server without `TASADOR_REQUIRE_KEY` asks for none.
    document["security"] = [{}, {_BEARER: []}, {_HEADER: []}, {_BASIC: []}]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path, method.upper())
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    return document


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    """Say what of an operation its route does not: answers that are given before it is asked, and who may ask."""
    if path in OPEN:
        operation["security"] = []
    elif path.startswith(OPERATORS):
        operation["security"] = [{_BEARER: ["admin"]}, {_HEADER: ["admin"]}]
    told = operation["responses"]
    known = {
        status: one for status, one in told.items() if "HTTPValidationError" not in json.dumps(one.get("content", {}))
    }
    found = {str(status): one for status, one in described(*_problems(path, method, _asked(operation, path))).items()}
    if method == "GET" and _MOMENTARY not in operation["tags"]:
        found["304"] = {"description": "The client has this answer already, as its If-None-Match says."}
        known["200"].setdefault("headers", {})["ETag"] = {"$ref": "#/components/headers/ETag"}
    operation["responses"] = dict(sorted((found | known).items()))
    for status, name in _OF_STATUS.items():
        if (response := operation["responses"].get(str(int(status)))) is not None:
            response.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}


def _asked(operation: dict[str, Any], path: str) -> str:
    """Give an address that the path stands for."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["schema"]["examples"][0]))
    return path


def _problems(path: str, method: str, asked: str) -> Iterator[dict[str, Any]]:
    """Give examples of the problems that a request may be answered before or while its route is asked."""
    yield _said(HTTPStatus.METHOD_NOT_ALLOWED, asked, "DELETE")
    if path in OPEN:
        return
    yield _said(HTTPStatus.INTERNAL_SERVER_ERROR, asked, method)
    yield from (_denied(denial, asked) for denial in _denials(path, method))
    if path.startswith("/v1/"):
        error = of_parameter("knd", "There is no such parameter.", "dlc", "one of kind, paid", "Did you mean kind?")
        detail = "1 of the request's values is not as it must be: `errors` says what is wrong, and what to do."
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        yield problem(status, "invalid-request", "Invalid request", detail, asked, errors=[error], n_errors=1)


def _denials(path: str, method: str) -> Iterator[Denial]:
    yield doors.NO_ADMIN_KEY if path.startswith(OPERATORS) else doors.NO_KEY
    yield doors.TOO_OFTEN
    if path.startswith(OPERATORS):
        yield doors.NOT_ENOUGH
    if method == "POST":
        yield too_slow(10)
        yield too_large(2**20)
    if method == "POST" or is_work(path):
        yield TOO_BUSY


def _denied(denial: Denial, asked: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(denial.told(asked)[2])
    return found


def _said(status: HTTPStatus, asked: str, method: str) -> dict[str, Any]:
    title, detail = words(status, asked, method)
    kind = "internal-error" if status == HTTPStatus.INTERNAL_SERVER_ERROR else "method-not-allowed"
    return problem(status, kind, title, detail, asked)
