"""What every request passes first: it is given an id and one model version to be answered from.

What is known beforehand is answered here, from bytes; for the rest the application is asked, and its answers get what
all have in common: ETag and 304, HEAD and OPTIONS, compression, the names of model and snapshot.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import count
from time import perf_counter
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.web.answers import Answers
from tasador.web.doors import Doors
from tasador.web.reply import (
    LEAST_COMPRESSED,
    Headers,
    Reply,
    Table,
    accepts_gzip,
    compressed,
    etag_of,
    is_known,
)
from tasador.web.serving import Serving

__all__ = ["Front", "Observe"]

#: Told of each answer: its scope, status and seconds.
Observe: TypeAlias = Callable[[Scope, int, float], None]

Asked: TypeAlias = Mapping[bytes, bytes]

#: Ids that a client may give a request.
_REQUEST_ID: Final = re.compile(rb"[\w.:/+=-]{1,128}", re.ASCII)

#: Reads that never say the same twice.
_MOMENTARY: Final = frozenset({"/livez", "/readyz", "/metrics"})

_READS: Final = frozenset({"GET", "HEAD"})
_COMPRESSED: Final = (b"application/json", b"application/problem+json", b"text/", b"image/svg")


class Front:
    """The outermost application.

    Args:
        app: Asked for what is not known beforehand.
        serving: Says which model version answers now.
        files: What is known beforehand whichever version answers.
        doors: Say who is let in.
        headers: What every answer carries.
        observe: Told of each answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        serving: Serving,
        *,
        files: Table,
        doors: Doors,
        headers: Headers,
        observe: Observe,
    ) -> None:
        self._app = app
        self._serving = serving
        self._files = files
        self._doors = doors
        self._headers = headers
        self._observe = observe
        self._process = secrets.token_hex(6).encode()
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        served = self._serving.now
        state = scope.setdefault("state", {})
        asked = dict(scope["headers"])
        common = [*self._headers, *served.headers, (b"x-request-id", self._request_id(state, asked))]
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            beforehand = self._known(scope, asked, served)
            if beforehand is not None:
                status, headers, body = beforehand
                await send({"type": "http.response.start", "status": status, "headers": headers + common})
                await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
            else:
                state["served"] = served
                answer = _Answer(scope, asked, common, served, send)
                try:
                    await answer.from_(self._app, receive)
                finally:
                    status = answer.status
        finally:
            self._observe(scope, status, perf_counter() - started)

    def _known(self, scope: Scope, asked: Asked, served: Answers) -> tuple[int, Headers, bytes] | None:
        """Give what is known beforehand: that the request is not let in, or what it asks for."""
        denial = self._doors.refuse(scope, asked)
        if denial is not None:
            status, headers, body = denial.told(scope["path"])
            return status, [*headers, (b"cache-control", b"no-store")], body
        if scope["method"] not in _READS:
            return None
        question = (scope["path"], scope["query_string"])
        reply = served.table.get(question) or self._files.get(question)
        return None if reply is None else _told(reply, asked)

    def _request_id(self, state: dict[str, object], asked: Asked) -> bytes:
        given = asked.get(b"x-request-id")
        if given is None or not _REQUEST_ID.fullmatch(given):
            given = b"%s-%x" % (self._process, next(self._numbers))
        state["request_id"] = given.decode()
        return given


def _told(reply: Reply, asked: Asked) -> tuple[int, Headers, bytes]:
    if b"if-none-match" in asked and is_known(reply.etag, asked[b"if-none-match"]):
        return HTTPStatus.NOT_MODIFIED, reply.unchanged, b""
    headers, body = reply.packed if accepts_gzip(asked.get(b"accept-encoding", b"")) else reply.plain
    return HTTPStatus.OK, headers, body


class _Answer:
    """An answer of the application, on its way out."""

    def __init__(self, scope: Scope, asked: Asked, common: Headers, served: Answers, send: Send) -> None:
        self.status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        self._scope = scope
        self._asked = asked
        self._common = common
        self._served = served
        self._send = send
        self._start: Message | None = None

    async def from_(self, app: ASGIApp, receive: Receive) -> None:
        """Ask the application, and send what it says."""
        scope = {**self._scope, "method": "GET"} if self._scope["method"] == "HEAD" else self._scope
        await app(scope, receive, self._pass)

    async def _pass(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._start is not None:
            start, self._start = self._start, None
            body = await self._begin(start, body, whole=not more)
        if self._scope["method"] == "HEAD":
            body = b""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _begin(self, start: Message, body: bytes, *, whole: bool) -> bytes:
        """Send status and headers, and give back the body as it goes out."""
        self.status = start["status"]
        headers = dict(start["headers"])
        if b"allow" in headers:
            headers[b"allow"] = _allowed(headers[b"allow"])
            if self._scope["method"] == "OPTIONS":
                self.status, headers, body = HTTPStatus.NO_CONTENT, {b"allow": headers[b"allow"]}, b""
        if self.status >= HTTPStatus.BAD_REQUEST or self._scope["path"] in _MOMENTARY:
            headers[b"cache-control"] = b"no-store"
        elif self.status == HTTPStatus.OK and self._scope["method"] in _READS and whole:
            body = self._same_for_the_same(headers, body)
        if whole and self._packs(headers, body):
            body = compressed(body)
            headers |= {b"content-encoding": b"gzip", b"content-length": b"%d" % len(body)}
            headers[b"vary"] = headers[b"vary"] + b", Accept-Encoding" if b"vary" in headers else b"Accept-Encoding"
            if b"etag" in headers:
                headers[b"etag"] = headers[b"etag"][:-1] + b'-gzip"'
        # NOTE: what the application says of itself counts, such as a page's own policy.
        common = [(name, value) for name, value in self._common if name not in headers]
        await self._send({"type": "http.response.start", "status": self.status, "headers": [*headers.items(), *common]})
        return body

    def _same_for_the_same(self, headers: dict[bytes, bytes], body: bytes) -> bytes:
        """Tag a read by what it was made of, and leave out the body for who has it."""
        path, query = self._scope["path"], self._scope["query_string"]
        # NOTE: the media type, since the model card comes as JSON or as text, as the client accepts it.
        question = query + b"\n" + headers.get(b"content-type", b"")
        etag = headers.get(b"etag", b"").strip(b'"').decode() or etag_of(self._served.made_of, path, question)
        headers |= {b"etag": b'"%s"' % etag.encode(), b"cache-control": b"no-cache"}
        if not is_known(etag, self._asked.get(b"if-none-match", b"")):
            return body
        self.status = HTTPStatus.NOT_MODIFIED
        headers.pop(b"content-length", None)
        headers.pop(b"content-type", None)
        return b""

    def _packs(self, headers: Mapping[bytes, bytes], body: bytes) -> bool:
        return (
            len(body) >= LEAST_COMPRESSED
            and b"content-encoding" not in headers
            and headers.get(b"content-type", b"").startswith(_COMPRESSED)
            and accepts_gzip(self._asked.get(b"accept-encoding", b""))
        )


def _allowed(methods: bytes) -> bytes:
    """Add what is answered beside the methods of a route."""
    found = {*methods.decode().split(", "), "OPTIONS"}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found)).encode()
