"""What every request passes first: it is given an id and one model version to be answered from.

What is known beforehand is answered here, from bytes; for the rest the application is asked, and its answers get what
all have in common: ETag and 304, HEAD and OPTIONS, compression, the names of model and snapshot.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import Final, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.web.answers import Answers
from tasador.web.doors import Doors
from tasador.web.reply import LEAST_COMPRESSED, Headers, compressed, etag_of
from tasador.web.serving import Serving

__all__ = ["Front", "Observe"]

#: Told of each answer: its scope, status and seconds.
Observe: TypeAlias = Callable[[Scope, int, float], None]

#: Ids that a client may give a request.
_REQUEST_ID: Final = re.compile(rb"[\w.:/+=-]{1,128}", re.ASCII)

#: Reads under these say the same as long as model and snapshot are the same.
_VERSIONED: Final = "/v1/"

_COMPRESSED: Final = (b"application/json", b"application/problem+json", b"text/", b"image/svg")

Asked: TypeAlias = dict[bytes, bytes]


class Front:
    """The outermost application.

    Args:
        app: Asked for what is not known beforehand.
        serving: Says which model version answers now.
        doors: Say who is let in.
        headers: What every answer carries.
        observe: Told of each answer.
    """

    def __init__(self, app: ASGIApp, serving: Serving, *, doors: Doors, headers: Headers, observe: Observe) -> None:
        self._app = app
        self._serving = serving
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
        asked: Asked = dict(scope["headers"])
        common = [*self._headers, *served.headers, (b"x-request-id", self._request_id(scope, asked))]
        method, query = scope["method"], scope["query_string"]
        denial = self._doors.refuse(scope, asked)
        if denial is not None:
            status, headers, body = denial.told(scope["path"])
            await send({"type": "http.response.start", "status": status, "headers": headers + common})
            await send({"type": "http.response.body", "body": body})
            self._observe(scope, status, perf_counter() - started)
            return
        reply = served.table.get(f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"])
        if reply is not None and method in {"GET", "HEAD"}:
            status = 200
            if b"if-none-match" in asked and _has(asked[b"if-none-match"], reply.etag):
                status, headers, body = 304, reply.unchanged, b""
            else:
                headers, body = reply.packed if b"gzip" in asked.get(b"accept-encoding", b"") else reply.plain
            await send({"type": "http.response.start", "status": status, "headers": headers + common})
            await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
        else:
            scope.setdefault("state", {})["served"] = served
            answer = _Answer(scope, asked, common, send, served)
            try:
                await answer.from_(self._app, receive)
            finally:
                self._observe(scope, answer.status, perf_counter() - started)
            return
        self._observe(scope, status, perf_counter() - started)

    def _request_id(self, scope: Scope, asked: Asked) -> bytes:
        given = asked.get(b"x-request-id")
        if given is None or not _REQUEST_ID.fullmatch(given):
            given = b"%s-%x" % (self._process, next(self._numbers))
        scope.setdefault("state", {})["request_id"] = given.decode()
        return given


class _Answer:
    """An answer of the application, on its way out."""

    def __init__(self, scope: Scope, asked: Asked, common: Headers, send: Send, served: Answers) -> None:
        self.status = 500
        self._scope = scope
        self._asked = asked
        self._common = common
        self._send = send
        self._start: Message | None = None
        method, path = scope["method"], scope["path"]
        reads = method in {"GET", "HEAD"}
        # NOTE: what a client accepts is part of the question: the model card comes as JSON or as text.
        question = scope["query_string"] + b"\n" + asked.get(b"accept", b"")
        self._etag = etag_of(served.made_of, path, question) if reads and path.startswith(_VERSIONED) else None

    async def from_(self, app: ASGIApp, receive: Receive) -> None:
        """Ask the application, and send what it says."""
        if self._etag is not None and _has(self._asked.get(b"if-none-match", b""), self._etag):
            self.status = 304
            headers = [(b"etag", f'"{self._etag}"'.encode()), (b"cache-control", b"no-cache"), *self._common]
            await self._send({"type": "http.response.start", "status": 304, "headers": headers})
            await self._send({"type": "http.response.body", "body": b""})
            return
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
            methods = sorted({*headers[b"allow"].decode().split(", "), "OPTIONS"} | _head(headers[b"allow"]))
            headers[b"allow"] = ", ".join(methods).encode()
            if self._scope["method"] == "OPTIONS":
                self.status, body = 204, b""
                headers = {b"allow": headers[b"allow"]}
        etag = self._etag if self.status == 200 else None
        if etag is not None:
            headers |= {b"etag": f'"{etag}"'.encode(), b"cache-control": b"no-cache"}
        elif self.status == 200 and b"etag" in headers and whole and _same(self._asked, headers[b"etag"]):
            self.status, body = 304, b""
            headers.pop(b"content-length", None)
        if whole and self._packs(headers, body):
            body = compressed(body)
            headers |= {b"content-encoding": b"gzip", b"content-length": str(len(body)).encode()}
            if etag is not None:
                headers[b"etag"] = f'"{etag}-gzip"'.encode()
            headers[b"vary"] = headers[b"vary"] + b", Accept-Encoding" if b"vary" in headers else b"Accept-Encoding"
        # NOTE: what the application says of itself counts, such as a page's own policy.
        common = [(name, value) for name, value in self._common if name not in headers]
        await self._send({"type": "http.response.start", "status": self.status, "headers": [*headers.items(), *common]})
        return body

    def _packs(self, headers: dict[bytes, bytes], body: bytes) -> bool:
        return (
            len(body) >= LEAST_COMPRESSED
            and b"content-encoding" not in headers
            and b"gzip" in self._asked.get(b"accept-encoding", b"")
            and headers.get(b"content-type", b"").startswith(_COMPRESSED)
        )


def _has(if_none_match: bytes, etag: str) -> bool:
    """Say whether a client has an answer, compressed or not."""
    return etag.encode() in if_none_match


def _same(asked: Asked, etag: bytes) -> bool:
    return etag in asked.get(b"if-none-match", b"")


def _head(allow: bytes) -> set[str]:
    return {"HEAD"} if b"GET" in allow else set()
