"""A problem that is known beforehand: told without asking the application, so that refusing costs next to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import copy
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import quote

from starlette.types import Scope, Send

from tasador.web.language import is_spanish
from tasador.web.reply import Headers

__all__ = ["CLOSE", "TOO_BUSY", "Denial", "Rejected"]

#: Told why a request was turned away, for the metrics.
Rejected: TypeAlias = Callable[[str], None]

#: Ends the connection after the answer.
CLOSE: Final = (b"connection", b"close")


class Denial:
    """An answer to a request that is not let in, in the shape that all problems have.

    Args:
        status: The HTTP status.
        kind: The last part of the problem's type.
        title: What kind of problem it is.
        detail: What to do.
        headers: What the answer carries beside its type and length.
        spanish: Title and detail for who asked an address that speaks Spanish; None where none is answered so.
    """

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        title: str,
        detail: str,
        *headers: tuple[bytes, bytes],
        spanish: tuple[str, str] | None = None,
    ) -> None:
        self.status = status
        self._begins = _beginning(status, kind, title, detail)
        self._begins_spanish = self._begins if spanish is None else _beginning(status, kind, *spanish)
        self._headers = [(b"content-type", b"application/problem+json"), *headers]

    def told(self, path: str) -> tuple[int, Headers, bytes]:
        """Give status, headers and body of the answer to who asked for a path."""
        begins = self._begins_spanish if is_spanish(path) else self._begins
        body = begins + json.dumps(quote(path)).encode() + b"}"
        return int(self.status), [*self._headers, (b"content-length", str(len(body)).encode())], body

    def with_headers(self, *headers: tuple[bytes, bytes]) -> Denial:
        """Make the same answer with more headers."""
        found = copy(self)
        found._headers = [*self._headers, *headers]  # noqa: SLF001  (its own kind)
        return found

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer a request."""
        status, headers, body = self.told(scope["path"])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _beginning(status: HTTPStatus, kind: str, title: str, detail: str) -> bytes:
    body = {"type": f"urn:tasador:problem:{kind}", "title": title, "status": int(status), "detail": detail}
    return json.dumps(body, ensure_ascii=False).encode()[:-1] + b', "instance": '


TOO_BUSY: Final = Denial(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "too-busy",
    "Too busy",
    "The server has as much to do, or to read, as it can do in time. Try again in a second.",
    (b"retry-after", b"1"),
)
