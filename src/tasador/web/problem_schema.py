"""What OpenAPI says of problems: their shape, and an example of each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from tasador.web.problems import MEDIA_TYPE

__all__ = ["COMPONENTS", "described", "problem"]

_ERROR: Final = {
    "type": "object",
    "description": "What is wrong with one value, and what to do.",
    "required": ["detail", "got", "expected", "do"],
    "properties": {
        "pointer": {"type": "string", "format": "json-pointer", "description": "Where in the body (RFC 6901)."},
        "parameter": {"type": "string", "description": "Or which parameter."},
        "in": {"enum": ["path", "query"], "description": "Where the parameter stands."},
        "detail": {"type": "string"},
        "got": {"description": "What came, cut where it is long."},
        "expected": {"type": "string"},
        "do": {"type": "string"},
        "suggestions": {"type": "array", "items": {"type": "string"}},
    },
}

_PROBLEM: Final = {
    "type": "object",
    "description": "An error (RFC 9457). A kind of problem may have further members, such as the valid values.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Which kind; it does not change."},
        "title": {"type": "string", "description": "The kind in words."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong with this request, and what to do."},
        "instance": {"type": "string", "format": "uri-reference", "description": "What was asked for."},
        "parameter": {"type": "string", "description": "The parameter that is wrong, where it is one."},
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/ProblemError"},
            "description": "All that is wrong, the first 20 of it, where it can be several things.",
        },
        "n_errors": {"type": "integer", "description": "How many there are."},
    },
}

#: The schemas that problems refer to.
COMPONENTS: Final = {"Problem": _PROBLEM, "ProblemError": _ERROR}


def problem(status: HTTPStatus, kind: str, title: str, detail: str, instance: str, **extensions: Any) -> dict[str, Any]:
    """Make a problem as it could be answered.

    Args:
        status: The HTTP status.
        kind: The last part of its type.
        title: The kind in words.
        detail: What is wrong, and what to do.
        instance: What was asked for.
        extensions: Further members.
    """
    head = {"type": f"urn:tasador:problem:{kind}", "title": title, "status": int(status), "detail": detail}
    return {**head, "instance": quote(instance), **extensions}


def described(*examples: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route answers, each by an example."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        one["status"]: {
            "description": one["title"],
            "content": {MEDIA_TYPE: {"schema": schema, "example": one}},
        }
        for one in examples
    }
