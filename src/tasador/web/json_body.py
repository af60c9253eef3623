"""A JSON body, read strictly: what two readers could understand in two ways is refused, and told plainly."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers

from tasador.web.problems import Problem

__all__ = ["check_type", "parse"]

_SHOWN: Final = 60


class _RefusedError(ValueError):
    """Something that Python's reader takes and JSON has not."""


def check_type(headers: Headers) -> None:
    """Refuse a body that does not say that it is JSON.

    NOTE: without one too: a page of another site could have sent it without asking whether it may.

    Raises:
        Problem: It says something else, or nothing, or that it is compressed.
    """
    given = headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "Unsupported media type",
            f"The body is {repr(given[:_SHOWN]) if given else 'of no named type'}. "
            "Send JSON, with the header Content-Type: application/json.",
        )
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-content-encoding",
            "Unsupported content encoding",
            "The body is compressed. Send it as it is.",
        )


def parse(raw: bytes) -> Any:
    """Parse JSON as RFC 8259 has it, in UTF-8.

    Raises:
        Problem: It is no JSON, has NaN or a key twice, or is nested too deep.
    """
    if not raw.strip():
        raise _problem("The body is empty.")
    try:
        return _DECODER.decode(raw.removeprefix(b"\xef\xbb\xbf").decode())
    except UnicodeDecodeError as error:
        raise _problem(f"The body is not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}.") from error
    except json.JSONDecodeError as error:
        raise _problem(f"The body is no JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except _RefusedError as error:
        raise _problem(f"The body is no JSON that has one meaning: {error}.") from error
    except ValueError as error:
        # NOTE: Python refuses to read whole numbers of thousands of digits.
        raise _problem("The body has a number with too many digits.") from error
    except RecursionError as error:
        raise _problem("The body is nested too deep.") from error


def _problem(detail: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "invalid-json", "Invalid JSON", detail)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _RefusedError(f"an object has the key {twice[:_SHOWN]!r} twice")
    return found


def _no_constant(name: str) -> Any:
    raise _RefusedError(f"{name} is no number of JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
