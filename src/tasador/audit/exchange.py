"""Requests made from a template, and answers read by it."""

from __future__ import annotations

import fnmatch
import json
import math
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasador.audit.answer import Answer
from tasador.audit.template import PLACEHOLDER, TemplateModel

__all__ = ["Request", "read_answer", "render"]

_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_EXCERPT: Final = 120
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Request:
    """A request over HTTP.

    Attributes:
        method: GET or POST.
        url: The whole address.
        headers: By name.
        body: What is sent; None for nothing.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


def render(template: TemplateModel, url: str, inputs: Mapping[str, Any]) -> Request:
    """Make the request for a row."""
    path = PLACEHOLDER.sub(lambda name: urllib.parse.quote(_text(inputs[name[1]]), safe=""), template.path)
    query = urllib.parse.urlencode({key: _filled(text, inputs) for key, text in template.query.items()})
    whole = (url.rstrip("/") + "/" + path.lstrip("/") if path else url) + (f"?{query}" if query else "")
    whole = urllib.parse.quote(whole, safe="%/:?=&#[]@!$'()*+,;~")
    headers = {"Accept": "application/json", **template.headers}
    if template.body is None:
        return Request(template.method, whole, headers, None)
    body = json.dumps(_built(template.body, inputs), default=str).encode()
    return Request(template.method, whole, {"Content-Type": "application/json", **headers}, body)


def read_answer(template: TemplateModel, status: int | None, body: bytes, failure: str = "") -> Answer:
    """Read the price, and the claims that come with it.

    Args:
        template: Says where they stand.
        status: Of the response; None where none came.
        body: Of the response.
        failure: Why none came.
    """
    if status is None:
        return Answer(None, "failed", failure)
    text = body.decode("utf-8", errors="replace")
    excerpt = " ".join(text.split())[:_EXCERPT]
    if not 200 <= status < 300:
        return Answer(None, "failed" if status >= 500 else "refused", f"status {status}: {excerpt}")
    try:
        document = json.loads(text)
    except ValueError:
        document = text
    found = _at(document, template.answer.price)
    if found is _ABSENT or isinstance(found, dict | list):
        what = "nothing" if found is _ABSENT else "no single value"
        return Answer(None, "absent", f"status {status} and {what} at {template.answer.price or 'the top'}: {excerpt}")
    if found is None:
        return Answer(None, "null", f"status {status} and null: {excerpt}")
    price = _number(found, template.answer.number)
    if price is None:
        return Answer(None, "not_a_number", f"status {status} and {str(found)[:_EXCERPT]!r}")
    pattern, pointers = template.answer.number, template.answer.claims
    claims = {metric: _number(_at(document, pointer), pattern) for metric, pointer in pointers.items()}
    return Answer(price, claims={metric: value for metric, value in claims.items() if value is not None})


def _built(value: Any, inputs: Mapping[str, Any]) -> Any:
    """Put values into a body; a placeholder that is the whole text gives its value as it is."""
    if isinstance(value, str):
        alone = PLACEHOLDER.fullmatch(value)
        return inputs[alone[1]] if alone else _filled(value, inputs)
    if isinstance(value, dict):
        return {key: _built(item, inputs) for key, item in value.items()}
    if isinstance(value, list):
        return [_built(item, inputs) for item in value]
    return value


def _filled(text: str, inputs: Mapping[str, Any]) -> str:
    return PLACEHOLDER.sub(lambda name: _text(inputs[name[1]]), text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_text, value)) if isinstance(value, (list, tuple)) else str(value)


def _at(document: Any, pointer: str) -> Any:
    """Follow a JSON pointer; `*` in a step stands for any part of a key, and the first key that fits is taken."""
    value = document
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if value is None:
            return None
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key, _ABSENT) if "*" not in key else _matching(value, key)
        else:
            return _ABSENT
    return value


def _matching(value: dict[str, Any], pattern: str) -> Any:
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    return next((item for key, item in value.items() if fnmatch.fnmatchcase(key, literal)), _ABSENT)


def _number(value: Any, pattern: str | None) -> float | None:
    """Read a number, or the one in a text; None where there is none that is finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str):
        found = re.search(pattern, value) if pattern is not None else _NUMBER.search(value)
        if found is None:
            return None
        value = found[1] if found.re.groups else found[0]
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
