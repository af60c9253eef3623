"""Connections: how many there may be, and how long a client may take to ask and to listen.

The server library waits for ever for the rest of a request's head, for a body that nobody reads, and for a client that
does not take its answer, so that who opens many connections and is silent keeps others out. Here one look a second at
all connections closes those that take too long; and where there are as many as there may be, the one that has waited
longest for its client makes room for the next.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from tasador.web.denial import Rejected

__all__ = ["BoundedProtocol", "Connections", "Patience"]

#: Seconds between looks at the connections.
_EVERY: Final = 1.0

#: After it was told to stop, a server still answers requests that were on their way, for this long.
_LEAVE_SECONDS: Final = 0.5

#: How many requests may wait behind one another on a connection.
_PIPELINED: Final = 32

#: How long a client that was told why its connection ends has to hear it: closing at once while it still sends would
#: take the answer back.
_LINGER_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How much a client may ask of a connection.

    Attributes:
        connections: How many there may be at once in one process.
        head_seconds: Until a request's head is there.
        head_bytes: What a head may have.
        request_seconds: Until a request's body is there too, whoever reads it.
        answer_seconds: Until the client has taken an answer.
    """

    connections: int = 2_000
    head_seconds: float = 5.0
    head_bytes: int = 16_384
    request_seconds: float = 30.0
    answer_seconds: float = 60.0


class Connections:
    """The connections of one server process.

    Args:
        patience: What their clients may take.

    Attributes:
        waiting: Those that wait for their client to ask, the longest first.
        rejected: Told why a connection was ended.
        leaving: Whether the server was told to stop, so that an answer is the last on its connection.
    """

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self.waiting: dict[BoundedProtocol, None] = {}
        self.rejected: Rejected = lambda _: None
        self.leaving = False
        self._open: set[BoundedProtocol] = set()
        self._next_look: asyncio.TimerHandle | None = None

    def __reduce__(self) -> tuple[type[Connections], tuple[Patience]]:
        """Begin with none in a worker process."""
        return Connections, (self.patience,)

    def enter(self, connection: BoundedProtocol) -> bool:
        """Let a connection in; where there is no room, the one that has waited longest makes some."""
        if len(self._open) >= self.patience.connections:
            self.rejected("connections")
            oldest = next(iter(self.waiting), None)
            if oldest is None:
                return False
            self.leave(oldest)
            oldest.transport.abort()
        if self._next_look is None:
            self._next_look = connection.loop.call_later(_EVERY, self._look, connection.loop)
        self._open.add(connection)
        self.waiting[connection] = None
        return True

    def leave(self, connection: BoundedProtocol) -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self.waiting.pop(connection, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in list(self._open):
            connection.end_if_overdue(now)
        self._next_look = loop.call_later(_EVERY, self._look, loop) if self._open else None


class BoundedProtocol(HttpToolsProtocol):
    """A connection that does not wait for ever.

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
        #: Since when a request is on its way; None while none is.
        self._asking_since: float | None = None
        self._in_body = False
        self._head_bytes = 0
        #: Since when the client has not taken all of an answer, and of which.
        self._listening_since = 0.0
        self._listening_to: object = None
        #: What is answered now, or was last.
        self._answering: RequestResponseCycle | None = None
        #: Whether that answer is made, and not taken yet.
        self._untaken = False
        #: Whether what it sends is read.
        self._let_in = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, where there is room."""
        self.transport = transport
        if not self._among.enter(self):
            busy = "Too many connections are open. Try again in a second."
            transport.write(_answer(HTTPStatus.SERVICE_UNAVAILABLE, "too-many-connections", busy, "retry-after: 1"))
            transport.close()
            return
        self._let_in = True
        super().connection_made(transport)
        self._asking_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._among.leave(self)
        super().connection_lost(exc)
        self._tell_gone()

    def data_received(self, data: bytes) -> None:
        """Read what came of a request."""
        if not self._let_in:
            return
        if self._asking_since is None:
            self._asking_since = self.loop.time()
        super().data_received(data)
        if self._is_in_head():
            self._head_bytes += len(data)
            if self._is_large():
                self._end_large()

    def on_message_begin(self) -> None:
        """Count the time of a request that comes behind another in one piece."""
        super().on_message_begin()
        if self._asking_since is None:
            self._asking_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        if len(self.pipeline) > _PIPELINED:
            raise ValueError("too many requests behind one another")
        self._head_bytes = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if self._is_large():
            raise ValueError("too large a head")
        super().on_headers_complete()
        if not self.pipeline:
            self._answering = self.cycle
        self._in_body, self._head_bytes = True, 0
        if self._among.leaving:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Wait for the client no longer."""
        super().on_message_complete()
        self._in_body = False
        if self.cycle.response_complete:
            # NOTE: the library counts idle time from the answer on, and forgets it when more of the body comes.
            self._asking_since = self.loop.time()
        else:
            self._asking_since = None
            self._among.waiting.pop(self, None)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        if self.flow.write_paused and not self.transport.is_closing():
            # NOTE: for who does not take his answers no more is done: his next one would wait here, and keep what it
            # holds, a place among those that work, from others.
            self._untaken = True
            self.flow.pause_reading()
            self._among.waiting[self] = None
            return
        if self.pipeline:
            self._among.waiting.pop(self, None)
            self._answering = self.pipeline[-1][0]
        else:
            self._among.waiting[self] = None
        super().on_response_complete()

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
            self.loop.call_later(_LEAVE_SECONDS, self._leave)
        else:
            super().shutdown()

    def _leave(self) -> None:
        if not self.transport.is_closing():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (the library's own words)
        """Answer what is no HTTP, or too much of it."""
        if self._is_large():
            self._end_large()
        else:
            self._end("bad_request", HTTPStatus.BAD_REQUEST, "This is no HTTP request.")

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

    def _is_in_head(self) -> bool:
        return self._asking_since is not None and not self._in_body

    def _is_large(self) -> bool:
        return self._head_bytes > self._patience.head_bytes

    def _is_answered(self) -> bool:
        # NOTE: there is none before the first request, though the library's types do not say so.
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def _end_large(self) -> None:
        most = f"Address and headers may have {self._patience.head_bytes} bytes together."
        self._end("large_head", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, most)

    def _end(self, reason: str, status: HTTPStatus, detail: str) -> None:
        """Say why and close; who asked for nothing is told nothing."""
        if not self._is_answered():
            self._abort(reason)
            return
        self._asking_since, self._let_in = None, False
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


def _answer(status: HTTPStatus, kind: str, detail: str, *headers: str) -> bytes:
    """Write an answer for who has not asked for anything that has a path."""
    problem = {"type": f"urn:tasador:problem:{kind}", "title": status.phrase, "status": int(status), "detail": detail}
    body = json.dumps(problem)
    head = [f"HTTP/1.1 {int(status)} {status.phrase}", "content-type: application/problem+json", *headers]
    return "\r\n".join([*head, f"content-length: {len(body)}", "connection: close", "", body]).encode()
