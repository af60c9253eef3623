"""Connections: how many there may be, and how long a client may take to ask and to listen.

The server library waits for ever for the rest of a request's head, for a body that nobody reads, and for a client that
does not take its answer, so that who opens many connections and is silent keeps others out. Here one look a second at
all connections closes those that take too long; and where there are as many as there may be, the one that has waited
longest for its client makes room for the next.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tasador.web.denial import Rejected

if TYPE_CHECKING:
    from tasador.web.protocol import BoundedProtocol

__all__ = ["Connections", "Patience"]

#: Seconds between looks at the connections.
_EVERY: Final = 1.0


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
