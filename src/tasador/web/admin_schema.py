"""What operators send and are answered, for OpenAPI."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from tasador.web.model_examples import VERSION
from tasador.web.problem_schema import problem

__all__ = [
    "HELD",
    "NO_PREDECESSOR",
    "REFUSED",
    "UNKNOWN",
    "UNREADABLE",
    "Answering",
    "Promoted",
    "Wanted",
]

_VERSION: Final = VERSION["version"]
_BEFORE: Final = "launch-31c98f0a52d4"
_PLACE: Final = "/v1/admin/"


class Wanted(BaseModel):
    """The version that shall answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": _VERSION}]})

    version: str = Field(
        min_length=1, max_length=200, description="Its name, the beginning of it, or `challenger`.", examples=[_VERSION]
    )
    again: bool = Field(default=False, description="Ask the gate also if the version was rolled back.")


class Answering(BaseModel):
    """Which version answers now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"model_version": _VERSION, "previous": _BEFORE}]})

    model_version: str = Field(description="The version that answers from now on, as `Tasador-Model` says too.")
    previous: str = Field(description="The one that answered before; the same where nothing changed.")


class Promoted(Answering):
    """Which version answers now, and why."""

    checks: list[dict[str, Any]] = Field(description="The gate's checks, all of which passed.")


REFUSED: Final = problem(
    HTTPStatus.CONFLICT,
    "champion-refused",
    "Champion refused",
    f"The champion cannot be loaded: the file was altered. {_BEFORE} answers.",
    f"{_PLACE}reload",
    model_version=_BEFORE,
    refused=_VERSION,
)
NO_PREDECESSOR: Final = problem(
    HTTPStatus.CONFLICT,
    "no-predecessor",
    "No predecessor",
    "There was no champion before this one.",
    f"{_PLACE}rollback",
)
HELD: Final = problem(
    HTTPStatus.CONFLICT,
    "held",
    "Held",
    f"The gate holds this version: beats_constant_median_out_of_time. {_BEFORE} answers on.",
    f"{_PLACE}promote",
    checks=[{"name": "beats_constant_median_out_of_time", "passed": False, "says": "a tie", "expected": "less"}],
)
UNKNOWN: Final = problem(
    HTTPStatus.NOT_FOUND,
    "unknown-version",
    "Unknown version",
    "There is no one version that is called so or begins so: 'launch-7'.",
    f"{_PLACE}promote",
    versions=[_BEFORE, _VERSION],
)

#: What is told of a body that is not read.
UNREADABLE: Final = (
    problem(
        HTTPStatus.BAD_REQUEST,
        "invalid-json",
        "Invalid JSON",
        "The body is no JSON: Expecting value at line 1, column 1.",
        f"{_PLACE}promote",
    ),
    problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "Unsupported media type",
        "The body is of no named type. Send JSON, with the header Content-Type: application/json.",
        f"{_PLACE}promote",
    ),
    problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-request",
        "Invalid request",
        "1 of the request's values is not as it must be: `errors` says what is wrong, and what to do.",
        f"{_PLACE}promote",
        errors=[
            {"pointer": "/version", "detail": "It is missing.", "got": {}, "expected": "a value", "do": "Give it."},
        ],
        n_errors=1,
    ),
)
