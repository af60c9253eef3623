"""A remote file as its server gives it: from some byte on, with what tells this version of it from others."""

from __future__ import annotations

import base64
import contextlib
import functools
import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from tasador.errors import SourceError
from tasador.storage.address import shown, without_secrets

__all__ = ["Answer", "ask"]

#: How much is held at a time, and asked for at a time where a driver reads a file in parts.
_BLOCK_BYTES: Final = 1 << 20
_PART_BYTES: Final = 8 << 20

#: What fails on the way over HTTP. Drivers raise errors of their own libraries, of no common kind.
_HTTP_FAILURES: Final = (OSError, http.client.HTTPException, ValueError)
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_CHECK: Final = "Check the address and the connection, or download the file yourself and give its path."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gives.

    Attributes:
        url: Whose answer it is.
        offset: The byte of the file that the answer starts with: the one asked for, or 0.
        size_bytes: Of the whole file; None where the server does not say.
        version: What tells this version of the file from others; None where nothing does.
        read: Gives the next bytes; none at the end.
        failing: Wraps calls of `read`: turns what the way to the server raises into an error that names the address.
    """

    url: str
    offset: int
    size_bytes: int | None
    version: str | None
    read: Callable[[], bytes]
    failing: Callable[..., AbstractContextManager[None]]

    def blocks(self) -> Iterator[bytes]:
        """Read to the end of the file.

        Raises:
            SourceError: The connection fails, falls silent, or ends before the file does.
        """
        do = None if self.version is None else "What came is kept: run it again to go on from there."
        done = self.offset
        while self.size_bytes is None or done < self.size_bytes:
            with self.failing(do=do):
                block = self.read()
            if not block:
                break
            done += len(block)
            yield block
        if self.size_bytes is not None and done != self.size_bytes:
            raise _failed(self.url, f"{done:,} of {self.size_bytes:,} bytes", do=do)


@contextlib.contextmanager
def ask(url: str, *, offset: int, version: str | None, silence_seconds: float) -> Iterator[Answer]:
    """Ask a server for a file.

    Args:
        url: http(s) or any other address that fsspec has a driver for.
        offset: The byte to start from; the answer starts from 0 all the same where the server cannot or has another
            version of the file.
        version: The version that the bytes before `offset` are of.
        silence_seconds: How long a server may send nothing; drivers other than HTTP have limits of their own.

    Raises:
        SourceError: The address does not answer, has no file, or there is no driver for it.
    """
    answering = (
        _over_http(url, offset, version, silence_seconds)
        if urllib.parse.urlsplit(url).scheme.lower() in {"http", "https"}
        else _by_driver(url, offset, version)
    )
    with answering as answer:
        yield answer


@contextlib.contextmanager
def _over_http(url: str, offset: int, version: str | None, silence_seconds: float) -> Iterator[Answer]:
    # NOTE: not fsspec's HTTP file system, which cannot go on with a download, hides the server's status behind
    # FileNotFoundError, and gives up on any file after five minutes.
    with _failing(url, _HTTP_FAILURES, silence_seconds=silence_seconds):
        response, start = (
            _rest(url, offset, version, silence_seconds)
            if offset and version is not None
            else (_get(url, {}, silence_seconds), 0)
        )
    with response:
        total = response.headers.get("Content-Range", "").rpartition("/")[2] if start else ""
        size = int(total) if total.isdecimal() else None if response.length is None else start + response.length
        failing = functools.partial(_failing, url, _HTTP_FAILURES, silence_seconds=silence_seconds)
        yield Answer(url, start, size, _version(response), lambda: response.read1(_BLOCK_BYTES), failing)


def _rest(url: str, offset: int, version: str, silence_seconds: float) -> tuple[http.client.HTTPResponse, int]:
    """Ask for the rest of a file, and take the whole where the server cannot or has another version."""
    try:
        response = _get(url, {"Range": f"bytes={offset}-", "If-Range": version}, silence_seconds)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
        return _get(url, {}, silence_seconds), 0
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        return response, 0
    # NOTE: some servers answer with a range whatever `If-Range` says.
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
    if begins and _version(response) in {version, None}:
        return response, offset
    response.close()
    return _get(url, {}, silence_seconds), 0


def _get(url: str, headers: dict[str, str], silence_seconds: float) -> http.client.HTTPResponse:
    parts = urllib.parse.urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    asked = urllib.parse.urlunsplit(parts._replace(netloc=host))
    request = urllib.request.Request(asked, headers={"User-Agent": "tasador", **headers})  # noqa: S310  (http(s) only)
    if user:
        basic = base64.b64encode(urllib.parse.unquote_to_bytes(user)).decode()
        # NOTE: a server that is led on to is not told.
        request.add_unredirected_header("Authorization", f"Basic {basic}")
    response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=silence_seconds)  # noqa: S310
    return response


def _version(response: http.client.HTTPResponse) -> str | None:
    """Tell the version by the header that `If-Range` takes: a strong ETag, or else the date."""
    tag: str | None = response.headers.get("ETag")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified")


@contextlib.contextmanager
def _by_driver(url: str, offset: int, version: str | None) -> Iterator[Answer]:
    failing = functools.partial(_failing, url, (Exception,))
    with failing():
        filesystem, path = _driver(url)
        found = filesystem.info(path)
        if found["type"] != "file":
            raise SourceError(
                "this is a folder", where=shown(url), expected="a catalogue file", do="Name the file in it."
            )
        key = str(filesystem.ukey(path))
        start = offset if key == version else 0
        file = filesystem.open(path, "rb", block_size=_PART_BYTES)
        file.seek(start)
    with file:
        yield Answer(url, start, found.get("size"), key, lambda: bytes(file.read(_BLOCK_BYTES)), failing)


def _driver(url: str) -> tuple[Any, str]:
    """Find the driver for an address, and what the driver calls the file."""
    # NOTE: here, since local files and web addresses are read without it.
    import fsspec.core  # type: ignore[import-untyped]

    try:
        driver, path = fsspec.core.url_to_fs(url, skip_instance_cache=True, use_listings_cache=False)
    except ImportError as error:
        extra = url.startswith("s3")
        raise SourceError(
            "the driver for this kind of address is not installed",
            where=shown(url),
            got=error,
            do="Install the extra 's3': in a checkout, pip install '.[s3]'" if extra else "Install that package.",
        ) from error
    return driver, path


@contextlib.contextmanager
def _failing(
    url: str,
    failures: tuple[type[Exception], ...],
    *,
    silence_seconds: float | None = None,
    do: str | None = None,
) -> Iterator[None]:
    """Turn what fails on the way into an error that names the address."""
    try:
        yield
    except SourceError:
        raise
    except failures as error:
        # NOTE: what the library wraps around the system's own words says nothing to people.
        reason = getattr(error, "reason", error) if isinstance(error, urllib.error.URLError) else error
        got: object = (reason.strerror if isinstance(reason, OSError) else None) or str(error) or type(error).__name__
        if isinstance(error, urllib.error.HTTPError):
            error.close()
            if error.code in _BUSY:
                wait = error.headers.get("Retry-After", "")
                do = f"The server is busy: wait {f'{wait} seconds' if wait.isdecimal() else 'a while'}, then try again."
        elif isinstance(error, FileNotFoundError):
            got = f"no such file: {error}"
        elif silence_seconds is not None and isinstance(getattr(error, "reason", error), TimeoutError):
            got = f"nothing for {silence_seconds:g} seconds"
        raise _failed(url, got, do=do) from error


def _failed(url: str, got: object, *, do: str | None) -> SourceError:
    said = without_secrets(str(got), url)
    return SourceError("the download failed", where=shown(url), got=said, expected="a catalogue file", do=do or _CHECK)
