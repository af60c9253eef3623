"""One address asked until it answers, or until it is clear that it does not.

One request at a time: at the store's rate there is nothing to run at once, and plain code stops at once on Ctrl+C and
runs in a notebook, where an event loop is running already. So the standard library's client does.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import logging
import random
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar

from tasador import provenance
from tasador.storage.store_api.clock import Clock
from tasador.storage.store_api.pace import Pace

__all__ = ["Client", "NoAnswerError"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500
_MAX_BODY_BYTES: Final = 64 << 20
_BLOCK_BYTES: Final = 1 << 16

#: The first wait after a failure; each further one is twice as long.
_FIRST_WAIT_SECONDS: Final = 2.0
#: The same after "too many requests": the waits of all tries outlast the five minutes over which the store counts.
_FIRST_WAIT_TOO_MANY_SECONDS: Final = 60.0
_LONGEST_WAIT_SECONDS: Final = 300.0
#: A store that asks for a longer wait is left alone.
_LONGEST_RETRY_AFTER_SECONDS: Final = 900.0

#: What breaks a connection, or a body on its way.
_BROKEN: Final = (OSError, http.client.HTTPException, EOFError, zlib.error)


class NoAnswerError(Exception):
    """An address does not answer. Never leaves the package: its callers say it in their own terms.

    Args:
        why: `refused`: asking again is no use. `throttled`: asking again is no use for a good while. `failed`: all
            tries failed, each perhaps for another reason.
        reason: What came, and after how many tries.
    """

    def __init__(self, why: Literal["refused", "throttled", "failed"], reason: str) -> None:
        self.why = why
        self.reason = reason
        super().__init__(reason)


class _PassingError(Exception):
    """A failure that may pass."""

    def __init__(self, reason: str, *, too_many: bool = False, retry_after_seconds: float | None = None) -> None:
        self.reason = reason
        self.too_many = too_many
        self.retry_after_seconds = retry_after_seconds
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Client:
    """Asks addresses, at a pace.

    Attributes:
        pace: How fast.
        clock: Tells the time and waits.
        tries: How often an address is asked before it is given up.
        silence_seconds: How long connecting, or the next part of an answer, may take.
        answer_seconds: How long a whole answer may take.
        jitter: A random share of 0 to 1, so that clients that failed together do not come back together.
    """

    pace: Pace
    clock: Clock
    tries: int = 6
    silence_seconds: float = 30.0
    answer_seconds: float = 120.0
    jitter: Callable[[], float] = random.random

    def get(self, url: str, read: Callable[[bytes], T], *, key: str | None = None) -> T:
        """Ask until there is an answer.

        Failures that may pass are waited for, twice as long each time, at least as long as the server asks for: "too
        many requests", its own errors, time-outs, broken connections, and answers that `read` refuses.

        Args:
            url: The address.
            read: Makes something of the body; raises ValueError, with what came, where that is no answer.
            key: A secret for the server. It goes into a header, so that no address, error or log shows it.

        Raises:
            NoAnswerError: There is none to be had.
        """
        attempt = 1
        while True:
            try:
                return self._try(url, read, key)
            except _PassingError as failure:
                if attempt == self.tries:
                    why: Literal["throttled", "failed"] = "throttled" if failure.too_many else "failed"
                    raise NoAnswerError(why, f"{failure.reason}, the last of {self.tries} tries") from failure
                seconds = self._wait_seconds(failure, attempt)
                logger.warning(
                    "store_request_failed url=%s reason=%r try=%d of=%d wait_seconds=%.0f",
                    url, failure.reason, attempt, self.tries, seconds,
                )  # fmt: skip
            self.clock.sleep(seconds)
            attempt += 1

    def _try(self, url: str, read: Callable[[bytes], T], key: str | None) -> T:
        self.pace.wait()
        try:
            return read(self._body(url, key))
        except urllib.error.HTTPError as error:
            with error:
                raise self._told(error) from error
        except _BROKEN as error:
            raise _PassingError(str(getattr(error, "reason", "")) or str(error) or type(error).__name__) from error
        except ValueError as error:
            raise _PassingError(str(error)) from error

    def _body(self, url: str, key: str | None) -> bytes:
        headers = {"User-Agent": f"tasador/{provenance.version()}", "Accept-Encoding": "gzip"}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  (the address is the caller's, not data)
        if key is not None:
            request.add_unredirected_header("x-webapi-key", key)
        until = self.clock.monotonic() + self.answer_seconds
        with urllib.request.urlopen(request, timeout=self.silence_seconds) as answer:  # noqa: S310
            body = bytearray()
            while block := answer.read1(_BLOCK_BYTES):
                body += block
                if self.clock.monotonic() > until:
                    raise TimeoutError(f"no whole answer in {self.answer_seconds:g} seconds")
                if len(body) > _MAX_BODY_BYTES:
                    raise ValueError(f"more than {_MAX_BODY_BYTES:,} bytes")
            packed = answer.headers.get("Content-Encoding") == "gzip"
        return _unpack(body) if packed else bytes(body)

    def _told(self, error: urllib.error.HTTPError) -> Exception:
        """Say what a status means."""
        reason = f"HTTP {error.code} {error.reason}"
        if error.code != _TOO_MANY and error.code < _SERVER_ERROR:
            return NoAnswerError("refused", reason)
        seconds = _retry_after_seconds(error.headers.get("Retry-After"), self.clock.now())
        if seconds is not None and seconds > _LONGEST_RETRY_AFTER_SECONDS:
            return NoAnswerError("throttled", f"{reason}, with a wait of {seconds:,.0f} seconds")
        return _PassingError(reason, too_many=error.code == _TOO_MANY, retry_after_seconds=seconds)

    def _wait_seconds(self, failure: _PassingError, attempt: int) -> float:
        if failure.retry_after_seconds is not None:
            return failure.retry_after_seconds + self.jitter()
        first = _FIRST_WAIT_TOO_MANY_SECONDS if failure.too_many else _FIRST_WAIT_SECONDS
        longest = min(first * 2.0 ** (attempt - 1), _LONGEST_WAIT_SECONDS)
        return longest * (1 + self.jitter()) / 2


def _unpack(body: bytearray) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    data = unpacker.decompress(body, _MAX_BODY_BYTES)
    if not unpacker.eof:
        raise EOFError(f"a gzip body that ends in the middle, or unpacks to more than {_MAX_BODY_BYTES:,} bytes")
    return data


def _retry_after_seconds(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds or a date; None where it says neither."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    with contextlib.suppress(ValueError):
        at = email.utils.parsedate_to_datetime(text)
        return max((at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds(), 0.0)
    return None
