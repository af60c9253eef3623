"""What every request passes first: it is given an id and one model version to be answered from.

What is known beforehand is answered here, from bytes; for the rest the application is asked, and its answers get what
all have in common: ETag and 304, HEAD and OPTIONS, compression, the names of model and snapshot.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import count
from time import perf_counter
from typing import Final, ParamSpec, TypeAlias, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.web.answers import Answers
from tasador.web.codings import coding_of, pack, pays
from tasador.web.doors import Doors
from tasador.web.reply import Form, Headers, Reply, Table, etag_of, headers_of, lines
from tasador.web.serving import Serving

__all__ = ["Front", "Observe"]

#: Told of each answer: its scope, status and seconds.
Observe: TypeAlias = Callable[[Scope, int, float], None]

P = ParamSpec("P")
T = TypeVar("T")

Asked: TypeAlias = Mapping[bytes, bytes]

#: Ids that a client may give a request.
_REQUEST_ID: Final = re.compile(rb"[\w.:/+=-]{1,128}", re.ASCII)

#: Reads that never say the same twice.
_MOMENTARY: Final = frozenset({"/livez", "/readyz", "/metrics"})

#: Bodies that are larger are packed in a thread: it takes longer than others may wait.
_LARGE_BYTES: Final = 100_000

#: Has both who says himself how long his answer may be kept: that one is in the form that the client reads, too.
_COMPLETE: Final = frozenset({b"etag", b"cache-control"})

_READS: Final = frozenset({"GET", "HEAD"})

#: Where a request that was begun keeps what it began with.
_BEGUN: Final = "tasador.begun"


class Front:
    """The outermost application.

    Args:
        app: Asked for what is not known beforehand.
        serving: Says which model version answers now.
        known: What is known beforehand whichever version answers.
        doors: Say who is let in.
        headers: What every answer carries.
        observe: Told of each answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        serving: Serving,
        *,
        known: Table,
        doors: Doors,
        headers: Headers,
        observe: Observe,
    ) -> None:
        self._app = app
        self._serving = serving
        self._known = known
        self._doors = doors
        self._headers = headers
        self._head = lines(headers)
        self._observe = observe
        self._process = secrets.token_hex(6).encode()
        self._numbers = count(1)

    def at_once(self, scope: Scope) -> tuple[int, bytes, bytes] | None:
        """Answer what is known beforehand; None leaves the request, begun, to be asked as any other.

        Returns:
            The status, the lines of the head that come after it, and the body.
        """
        started = perf_counter()
        served, asked, own_id = self._begin(scope)
        form = self._beforehand(scope, asked, served)
        if form is None:
            scope[_BEGUN] = started, served, asked, own_id
            return None
        self._observe(scope, form.status, perf_counter() - started)
        head = b"%b%b%bx-request-id: %b\r\n" % (form.head, self._head, served.head, own_id)
        return form.status, head, b"" if scope["method"] == "HEAD" else form.body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = scope.pop(_BEGUN, None)
        started, served, asked, own_id = begun or (perf_counter(), *self._begin(scope))
        common = [*self._headers, *served.headers, (b"x-request-id", own_id)]
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            form = self._beforehand(scope, asked, served) if begun is None else None
            if form is not None:
                status = form.status
                await send({"type": "http.response.start", "status": status, "headers": form.headers + common})
                body = b"" if scope["method"] == "HEAD" else form.body
                await send({"type": "http.response.body", "body": body})
            else:
                scope["state"]["served"] = served
                answer = _Answer(scope, asked, common, served, send)
                try:
                    await answer.from_(self._app, receive)
                finally:
                    status = answer.status
        finally:
            self._observe(scope, status, perf_counter() - started)

    def _begin(self, scope: Scope) -> tuple[Answers, Asked, bytes]:
        """Give a request what it is answered from, its headers, and its id."""
        asked = headers_of(scope)
        own_id = asked.get(b"x-request-id")
        if own_id is None or not _REQUEST_ID.fullmatch(own_id):
            own_id = b"%b-%x" % (self._process, next(self._numbers))
        scope.setdefault("state", {})["request_id"] = own_id.decode()
        return self._serving.now, asked, own_id

    def _beforehand(self, scope: Scope, asked: Asked, served: Answers) -> Form | None:
        """Give what is known beforehand: that the request is not let in, or what it asks for."""
        denial = self._doors.refuse(scope, asked)
        if denial is not None:
            status, headers, body = denial.told(scope["path"])
            return Form(status, [*headers, (b"cache-control", b"no-store")], body)
        if scope["method"] not in _READS:
            return None
        question = (scope["path"], scope["query_string"])
        reply = served.table.get(question) or self._known.get(question) or served.memory.get(question)
        return None if reply is None else reply.to(asked)


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
        if self._is_lasting_read() and headers.keys() >= _COMPLETE:
            pass
        elif self._is_lasting_read() and whole:
            reply = self._reply(headers, body)
            form = await _aside(body, reply.to, self._asked)
            self.status, headers, body = form.status, dict(form.headers), form.body
        else:
            body = await self._finish(headers, body, whole=whole)
        # NOTE: what the application says of itself counts, such as a page's own policy.
        common = [(name, value) for name, value in self._common if name not in headers]
        await self._send({"type": "http.response.start", "status": self.status, "headers": [*headers.items(), *common]})
        return body

    def _is_lasting_read(self) -> bool:
        return (
            self.status == HTTPStatus.OK and self._scope["method"] in _READS and self._scope["path"] not in _MOMENTARY
        )

    def _reply(self, headers: dict[bytes, bytes], body: bytes) -> Reply:
        """Tag a read by what it was made of, and remember it."""
        headers.pop(b"content-length", None)
        media_type = headers.pop(b"content-type", b"")
        own, varies = headers.pop(b"etag", None), b"vary" in headers
        further = list(headers.items())
        if own is not None:
            return Reply(body, own.strip(b'"').decode(), media_type.decode(), further)
        path, query = self._scope["path"], self._scope["query_string"]
        # NOTE: the media type, since the model card comes as JSON or as text, as the client accepts it.
        etag = etag_of(self._served.made_of, path, query + b"\n" + media_type)
        reply = Reply(body, etag, media_type.decode(), further)
        if not varies:
            self._served.memory.keep((path, query), reply)
        return reply

    async def _finish(self, headers: dict[bytes, bytes], body: bytes, *, whole: bool) -> bytes:
        """Complete the headers of what is no read, or fails, or says another thing the next time."""
        if b"allow" in headers:
            headers[b"allow"] = _allowed(headers[b"allow"])
            if self._scope["method"] == "OPTIONS":
                self.status, allow = HTTPStatus.NO_CONTENT, headers[b"allow"]
                headers.clear()
                headers[b"allow"], body = allow, b""
        if self.status >= HTTPStatus.BAD_REQUEST or self._scope["path"] in _MOMENTARY:
            headers[b"cache-control"] = b"no-store"
        if not whole or b"content-encoding" in headers:
            return body
        if not pays(body, headers.get(b"content-type", b"").decode("latin-1")):
            return body
        headers[b"vary"] = headers[b"vary"] + b", Accept-Encoding" if b"vary" in headers else b"Accept-Encoding"
        coding = coding_of(self._asked.get(b"accept-encoding", b""))
        if coding is not None:
            body = await _aside(body, pack, body, coding)
            headers |= {b"content-encoding": coding.encode(), b"content-length": b"%d" % len(body)}
        return body


async def _aside(body: bytes, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Do work on a body: in a thread, where it is large."""
    return work(*args, **named) if len(body) <= _LARGE_BYTES else await asyncio.to_thread(work, *args, **named)


def _allowed(methods: bytes) -> bytes:
    """Add what is answered beside the methods of a route."""
    found = {*methods.decode().split(", "), "OPTIONS"}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found)).encode()
