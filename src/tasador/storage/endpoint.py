"""Somebody's endpoint over HTTP: asked slowly, never more often than was allowed, and never elsewhere."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from tasador.errors import SourceError
from tasador.storage.address import shown

__all__ = ["Endpoint", "Response", "check_url"]

#: What is read of a response at most.
_BODY_BYTES: Final = 1 << 20
_BLOCK_BYTES: Final = 1 << 16

#: Requests in a row without a response, after which the endpoint counts as gone.
_GIVE_UP: Final = 5
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Response:
    """What came.

    Attributes:
        status: None where no response came.
        body: Its first megabyte.
        failure: Why no response came.
    """

    status: int | None
    body: bytes = b""
    failure: str = ""


class Endpoint:
    """An endpoint that is sent requests.

    Args:
        most_requests: How many requests may be sent.
        delay_seconds: The least time from one request to the next.
        timeout_seconds: How long a response may take as a whole.
    """

    def __init__(self, *, most_requests: int, delay_seconds: float, timeout_seconds: float) -> None:
        self._most = most_requests
        self._delay = delay_seconds
        self._timeout = timeout_seconds
        self._sent = 0
        self._answered = False
        self._failed = 0
        self._last: float | None = None
        self._opener = _opener()

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        """Send a request. Redirects are not followed: they would lead to other servers than the one that was named.

        Raises:
            SourceError: The address is not http(s), nothing ever answers there, it stopped answering, it asks for
                fewer requests, or no more may be sent.
        """
        check_url(url)
        if self._sent >= self._most:
            raise SourceError("no more requests may be sent", where=shown(url), got=self._sent, expected=self._most)
        if self._last is not None:
            time.sleep(max(0.0, self._last + self._delay - time.monotonic()))
        self._sent += 1
        self._last = time.monotonic()
        request = urllib.request.Request(url, data=body, method=method)  # noqa: S310  (http(s) only, checked above)
        for name, value in {"User-Agent": "tasador", **(headers or {})}.items():
            request.add_header(name, value)
        response = self._exchange(request)
        self._note(url, response)
        return response

    def _exchange(self, request: urllib.request.Request) -> Response:
        ends = time.monotonic() + self._timeout
        try:
            with self._opener.open(request, timeout=self._timeout) as came:
                return Response(came.status, self._read(came, ends))
        except urllib.error.HTTPError as error:
            with error:
                try:
                    body = self._read(error, ends)
                except (OSError, http.client.HTTPException):
                    body = b""
                return Response(error.code, body, error.headers.get("Retry-After", ""))
        except TimeoutError:
            return Response(None, failure=f"no response within {self._timeout:g} seconds")
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                return Response(None, failure=f"no response within {self._timeout:g} seconds")
            return Response(None, failure=str(reason) or type(reason).__name__)

    def _read(self, response: http.client.HTTPResponse | urllib.error.HTTPError, ends: float) -> bytes:
        """Read no more than is needed, and no longer than the response may take."""
        body = b""
        while len(body) < _BODY_BYTES and (block := response.read1(_BLOCK_BYTES)):
            body += block
            if time.monotonic() > ends:
                raise TimeoutError
        return body[:_BODY_BYTES]

    def _note(self, url: str, response: Response) -> None:
        """Stop where going on would be of no use, or a burden."""
        if response.status is not None:
            self._answered, self._failed = True, 0
        else:
            self._failed += 1
        if not self._answered or self._failed >= _GIVE_UP:
            what = "nothing answers there" if not self._answered else "it stopped answering"
            do = "Check the address and the connection; the server's log may say why."
            raise SourceError(what, where=shown(url), got=response.failure, expected="a response over HTTP", do=do)
        if response.status in _BUSY:
            wait = f" It asks to wait {response.failure} seconds." if response.failure.isdecimal() else ""
            raise SourceError(
                "the server asks for fewer requests",
                where=shown(url),
                got=f"status {response.status} after {self._sent} requests",
                expected="an answer",
                do=f"Wait, then allow more time between requests: --delay SECONDS.{wait}",
            )


def check_url(url: str) -> None:
    """See that an address can be asked.

    Raises:
        SourceError: It is not http(s), or has no host.
    """
    parts = urllib.parse.urlsplit(url)
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        raise SourceError(
            "this is no web address",
            where=shown(url),
            expected="http://… or https://…",
            do="Name the endpoint's server as a browser would.",
        )


def _opener() -> urllib.request.OpenerDirector:
    """Make an opener for http(s) alone that follows no redirect."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener
