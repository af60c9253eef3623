"""One connection: how long its client may take to ask and to listen, and what is answered at once.

What the application knows beforehand is written as soon as a request's head is there: to begin a task for it, and to
send head and body apart as ASGI has it, takes longer than all the rest.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, TypeAlias, cast

import httptools
from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from tasador.web.connections import Connections
from tasador.web.reply import lines

__all__ = ["AtOnce", "BoundedProtocol"]

#: After it was told to stop, a server still answers requests that were on their way, for this long, and then looks once
#: more for what came while it was busy: what is due is done before what came is read.
_LEAVE_SECONDS: Final = 0.5
_LOOK_SECONDS: Final = 0.01

#: How many requests may wait behind one another on a connection, and how many that came in one piece are answered
#: before others have their turn.
_PIPELINED: Final = 32

#: The parser is given so many bytes at a time. It does not say where in them a head begins, so what comes of one in the
#: same piece as the end of another message is not counted: this is how much that may be.
_PIECE_BYTES: Final = 4_096

#: How long a client that was told why its connection ends has to hear it: closing at once while it still sends would
#: take the answer back.
_LINGER_SECONDS: Final = 1.0


#: Gives the whole of an answer that is known beforehand: its status, the lines of its head after that, and its body.
AtOnce: TypeAlias = Callable[[Scope], tuple[int, bytes, bytes] | None]


class BoundedProtocol(HttpToolsProtocol):
    """A connection that does not wait for ever.

    Where the application has a method `at_once`, it is asked that first. Another application around it hides it, so
    that what that one does to requests or answers is done.

    Args:
        among: The process's connections.
    """

    def __init__(
        self,
        among: Connections,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._among = among
        self._patience = among.patience
        self._at_once: AtOnce | None = getattr(self.app, "at_once", None)
        #: How many more are answered so of what came in one piece.
        self._at_once_left = _PIPELINED
        #: Since when a request is on its way; None while none is.
        self._asking_since: float | None = None
        self._in_body = False
        #: What came of a head, or behind a body: chunked ones may end in further headers, which are no body.
        self._head_bytes = 0
        #: Whether the piece that is read now is of nothing else.
        self._is_head_only = True
        #: Since when the client has not taken all of an answer, and of which.
        self._listening_since = 0.0
        self._listening_to: object = None
        #: What is answered now, or was last.
        self._answering: RequestResponseCycle | None = None
        #: Whether that answer is made, and not taken yet.
        self._untaken = False
        #: Whether what it sends is read.
        self._reading = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, where there is room."""
        self.transport = transport
        if not self._among.enter(self):
            busy = "Too many connections are open. Try again in a second."
            transport.write(_answer(HTTPStatus.SERVICE_UNAVAILABLE, "too-many-connections", busy, "retry-after: 1"))
            transport.close()
            return
        self._reading = True
        super().connection_made(transport)
        self._asking_since = self.loop.time()
        if self._among.leaving:
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._among.leave(self)
        super().connection_lost(exc)
        self._tell_gone()

    def data_received(self, data: bytes) -> None:
        """Read what came of requests.

        NOTE: not as the library does, which logs a warning of each that is no HTTP: those are counted.
        """
        self._at_once_left = _PIPELINED
        for start in range(0, len(data), _PIECE_BYTES):
            if not self._reading or self.transport.is_closing():
                return
            self._unset_keepalive_if_required()
            if self._asking_since is None:
                self._asking_since = self.loop.time()
            self._is_head_only = True
            piece = data[start : start + _PIECE_BYTES]
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade:
                return  # who asks for another protocol is answered in this one
            except httptools.HttpParserError as error:
                self._refuse(error)
                return
            if self._is_head_only:
                self._head_bytes += len(piece)
                if self._is_large():
                    self._end_large()

    def on_message_begin(self) -> None:
        """Count the time of a request that comes behind another in one piece."""
        super().on_message_begin()
        # NOTE: the library lets idle time end with what is read, but what was read may hold several requests.
        self._unset_keepalive_if_required()
        if self._asking_since is None:
            self._asking_since = self.loop.time()
        self._head_bytes += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind a body are no part of what was asked, and may be without end."""
        if not self._in_body:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body, which is bounded elsewhere."""
        super().on_body(body)
        self._head_bytes, self._is_head_only = 0, False

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        if len(self.pipeline) >= _PIPELINED:
            self._take_no_more()
            raise ValueError("Too many requests came behind one another.")
        self._head_bytes = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if self._is_large():
            raise ValueError("too large a head")
        if self.parser.get_http_version() == "1.1" and sum(name == b"host" for name, _ in self.headers) != 1:
            raise ValueError("A request of HTTP/1.1 names one host.")
        super().on_headers_complete()
        if not self.pipeline:
            self._answering = self.cycle
        self._in_body, self._head_bytes, self._is_head_only = True, 0, False

    def _take_no_more(self) -> None:
        """Answer what was asked until now, and close then."""
        self.pipeline[0][0].keep_alive = False
        self._asking_since, self._reading = None, False
        # NOTE: what comes is thrown away, since a connection that is closed on something unread may lose its answers.
        self.flow.resume_reading()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Answer at once, or let the application."""
        if self.transport.is_closing():
            return
        if self._untaken:
            self.pipeline.appendleft((cycle, app))
            return
        if self._among.leaving and not self.pipeline:
            cycle.keep_alive = False
        whole = self._known(cycle)
        if whole is None:
            super()._start_asgi_task(cycle, app)
            return
        status, head, body = whole
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        parts = (STATUS_LINE[status], lines(cycle.default_headers), head, close, b"\r\n", body)
        cycle.response_started = cycle.response_complete = True
        self.transport.write(b"".join(parts))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _known(self, cycle: RequestResponseCycle) -> tuple[int, bytes, bytes] | None:
        """Give an answer that is known beforehand, where it is not yet others' turn."""
        if self._at_once is None or self._at_once_left == 0:
            return None
        self._at_once_left -= 1
        try:
            return self._at_once(cast(Scope, cycle.scope))
        except Exception:  # noqa: BLE001  (the application fails on it in the same way, and that is told)
            return None

    def on_message_complete(self) -> None:
        """Wait for the client no longer."""
        super().on_message_complete()
        self._in_body, self._head_bytes, self._is_head_only = False, 0, False
        self._asking_since = None
        if not self.cycle.response_complete:
            self._among.waiting.pop(self, None)
        elif self.timeout_keep_alive_task is None:
            # NOTE: the library counts idle time from the answer on, and forgets it when more of the body comes.
            self._asking_since = self.loop.time()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        if self.flow.write_paused and not self.transport.is_closing():
            # NOTE: for who does not take his answers no more is done: his next one would wait here, and keep what it
            # holds, a place among those that work, from others.
            self._untaken = True
            self.flow.pause_reading()
            self._wait_from_now()
            return
        if self.pipeline:
            self._among.waiting.pop(self, None)
            self._answering = self.pipeline[-1][0]
        super().on_response_complete()
        if self._is_answered():
            self._wait_from_now()

    def resume_writing(self) -> None:
        """Go on with what was asked behind an answer that is taken now."""
        super().resume_writing()
        if self._untaken:
            self._untaken = False
            self.on_response_complete()

    def shutdown(self) -> None:
        """End as soon as what was asked is answered; what is on its way now is answered too."""
        self._among.leaving = True
        if self._is_answered():
            self.loop.call_later(_LEAVE_SECONDS, self.loop.call_later, _LOOK_SECONDS, self._leave)
        else:
            super().shutdown()

    def _leave(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def _refuse(self, error: httptools.HttpParserError) -> None:
        """Answer what is no HTTP, or too much of it."""
        if not self._reading:
            return
        if self._is_large():
            self._end_large()
        else:
            self._end("bad_request", HTTPStatus.BAD_REQUEST, _why(error))

    def end_if_overdue(self, now: float) -> None:
        """End the connection if its client takes too long."""
        if self._asking_since is not None and not self.flow.read_paused:
            spent = now - self._asking_since
            # What comes of a body after the answer is read by nobody.
            reads_body = self._in_body and not self.cycle.response_complete
            if spent > (self._patience.request_seconds if reads_body else self._patience.head_seconds):
                if self._in_body:
                    self._abort("slow_body")
                else:
                    self._end("slow_head", HTTPStatus.REQUEST_TIMEOUT, "The request's head did not come in time.")
        if self.transport.get_write_buffer_size() == 0:
            self._listening_to = None
        elif self._listening_to is not self.cycle:
            self._listening_since, self._listening_to = now, self.cycle
        elif now - self._listening_since > self._patience.answer_seconds:
            self._abort("slow_reader")

    def _is_large(self) -> bool:
        return self._head_bytes > self._patience.head_bytes

    def _wait_from_now(self) -> None:
        """Wait for the client from now on, behind those that have waited longer."""
        self._among.waiting.pop(self, None)
        self._among.waiting[self] = None

    def _is_answered(self) -> bool:
        # NOTE: there is none before the first request, though the library's types do not say so.
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def _end_large(self) -> None:
        if self._in_body:
            self._abort("large_head")
            return
        most = f"Address and headers may have {self._patience.head_bytes} bytes together."
        self._end("large_head", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, most)

    def _end(self, reason: str, status: HTTPStatus, detail: str) -> None:
        """Say why and close; who asked for nothing is told nothing."""
        if not self._is_answered():
            self._abort(reason)
            return
        self._asking_since, self._reading = None, False
        if not self._head_bytes and status == HTTPStatus.REQUEST_TIMEOUT:
            self.transport.close()
            return
        self._among.rejected(reason)
        self.transport.write(_answer(status, reason.replace("_", "-"), detail))
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _abort(self, reason: str) -> None:
        self._among.rejected(reason)
        self._among.leave(self)
        self._tell_gone()
        self.transport.abort()

    def _tell_gone(self) -> None:
        """Tell who works on an answer that nobody hears it.

        NOTE: the library tells the last request that came, which may be another than the one that is answered.
        """
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()


def _why(error: httptools.HttpParserError) -> str:
    match error:
        case httptools.HttpParserCallbackError():
            return str(error.__context__)
        case httptools.HttpParserInvalidURLError():
            return (
                "The address has a character that none may have. Percent-encode its letters beyond ASCII, as UTF-8: ñ "
                "is %C3%B1."
            )
        case httptools.HttpParserInvalidMethodError():
            return "This is no HTTP request, or its method is none of HTTP's."
    return "This is no HTTP request."


def _answer(status: HTTPStatus, kind: str, detail: str, *headers: str) -> bytes:
    """Write an answer for who has not asked for anything that has a path."""
    problem = {"type": f"urn:tasador:problem:{kind}", "title": status.phrase, "status": int(status), "detail": detail}
    body = json.dumps(problem)
    head = [f"HTTP/1.1 {int(status)} {status.phrase}", "content-type: application/problem+json", *headers]
    return "\r\n".join([*head, f"content-length: {len(body)}", "connection: close", "", body]).encode()
