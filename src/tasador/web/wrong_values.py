"""What is wrong with the values of a request, in plain words: one error a value, each with what to do."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tasador.appraisal.fields import shown
from tasador.appraisal.vocabulary import nearest

__all__ = ["MOST_ERRORS", "in_body", "listed", "of_parameter", "told"]

#: Of what is wrong with a request so many are told, and of each value and name so much.
MOST_ERRORS: Final = 20
_MOST_SHOWN: Final = 200

#: What is wrong and what was expected, by the type that pydantic gives an error; bounds are filled in.
_WORDS: Final = {
    "missing": ("It is missing.", "a value"),
    "extra_forbidden": ("There is no such field.", "the fields that /docs shows"),
    "string_type": ("It is not a text.", "a text"),
    "string_too_short": ("The text is too short.", "a text that has {min_length} or more characters"),
    "string_too_long": ("The text is too long.", "a text of at most {max_length} characters"),
    "too_long": ("There are too many of them.", "at most {max_length} of them"),
    "literal_error": ("There is no such value.", "one of {expected}"),
    "greater_than_equal": ("The number is too small.", "{ge} or more"),
    "less_than_equal": ("The number is too large.", "{le} or less"),
    "too_short": ("The list is too short.", "at least {min_length}"),
    "list_type": ("It is not a list.", "a list"),
    "bool_type": ("It is neither true nor false.", "true or false"),
    **dict.fromkeys(("model_attributes_type", "model_type"), ("It is not an object.", "a JSON object")),
    **dict.fromkeys(
        ("int_parsing", "int_from_float", "int_parsing_size", "int_type"),
        ("It is not a whole number.", "a whole number"),
    ),
}

#: What to do about it, where there is something better than to mend it.
_DO: Final = {
    "missing": "Give it.",
    "extra_forbidden": "Leave it out.",
    "string_too_long": "Shorten it.",
    "too_long": "Leave some of them out.",
}

#: A union tells what is wrong with each of its parts; a value cannot be sent as null, so nobody meant that part.
_NO_PART: Final = "none_required"

_QUOTED: Final = re.compile("'([^']*)'")


def told(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Tell what FastAPI found to be wrong.

    Args:
        found: Errors as pydantic gives them.
    """
    return [_told(error) for error in found if error["type"] != _NO_PART]


def of_parameter(parameter: str, detail: str, got: object, expected: str, do: str, **more: Any) -> dict[str, Any]:
    """Tell what is wrong with a parameter of the query."""
    return {
        "parameter": parameter[:_MOST_SHOWN],
        "in": "query",
        "detail": detail,
        "got": _shown(got),
        "expected": expected,
        "do": do,
        **more,
    }


def in_body(member: str, detail: str, got: object, expected: str, do: str, **more: Any) -> dict[str, Any]:
    """Tell what is wrong with a member of the body."""
    return {"pointer": f"/{member}", "detail": detail, "got": _shown(got), "expected": expected, "do": do, **more}


def listed(errors: Sequence[dict[str, Any]], n_errors: int | None = None) -> dict[str, Any]:
    """List what is wrong with a request, but not without end: the first, and how many there are."""
    return {"errors": errors[:MOST_ERRORS], "n_errors": len(errors) if n_errors is None else n_errors}


def _told(error: Mapping[str, Any]) -> dict[str, Any]:
    place, *path = error["loc"]
    kind, given = error["type"], error.get("ctx", {})
    # NOTE: an error of our own brings its words; what has none yet is told in pydantic's.
    detail, expected = _WORDS.get(kind, (error["msg"], given.get("expected", "a value that /docs allows")))
    limits = {**given, "expected": ", ".join(_QUOTED.findall(str(given.get("expected", ""))))}
    return {
        **_place(place, path),
        "detail": detail,
        "got": _shown(error.get("input")),
        "expected": expected.format(**limits) if kind in _WORDS else expected,
        "do": _what_to_do(kind, place, error, limits["expected"]),
    }


def _place(place: str, path: Sequence[object]) -> dict[str, str]:
    """Say where: a part of the body by its JSON pointer (RFC 6901), a parameter by its name."""
    if place == "body":
        steps = (str(step)[:_MOST_SHOWN].replace("~", "~0").replace("/", "~1") for step in path)
        return {"pointer": "".join(f"/{step}" for step in steps)}
    return {"parameter": str(path[0])[:_MOST_SHOWN], "in": place}


def _what_to_do(kind: str, place: str, error: Mapping[str, Any], known: str) -> str:
    if kind == "literal_error" and (close := nearest(str(error["input"])[:_MOST_SHOWN], known.split(", "))):
        return f"Did you mean {close[0]}?"
    if "do" in (own := error.get("ctx", {})):
        return str(own["do"])
    if kind in _DO:
        return _DO[kind]
    return {"path": "Mend the address.", "query": "Mend it, or leave it out."}.get(place, "Mend it.")


def _shown(value: object) -> object:
    # NOTE: JSON has no number that is none, nor an endless one, but Python's reader makes one of 1e999.
    is_plain = isinstance(value, (int, str)) or value is None or (isinstance(value, float) and math.isfinite(value))
    if is_plain:
        return value[:_MOST_SHOWN] if isinstance(value, str) else value
    try:
        return shown(value)
    except RecursionError:
        return "lists in lists"
