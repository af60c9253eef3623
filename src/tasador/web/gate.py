"""Admission: as much work at once as there are processors, a short queue before it, and a quick no past that.

Work runs in threads, and more of it at once makes all of it slower. Who waits in the queue is watched: a client that
hangs up leaves it, and nothing is done for him.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Literal, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.web.denial import TOO_BUSY, Denial, Rejected

__all__ = ["Gate", "is_work"]

#: What becomes of a request that waits.
_Outcome: TypeAlias = Literal["admitted", "late", "gone"]

#: What computes on a request lies under this; what operators ask lies under the other, and is never kept waiting.
_WORK: Final = "/v1/"
_OPERATORS: Final = "/v1/admin/"

#: The pages that compute, or that are read and packed when they are first asked for, too.
_PAGES: Final = frozenset(
    {
        *("/", "/appraisal.json", "/appraisal.csv", "/batch", "/developers"),
        *("/market", "/games", "/trust", "/profile", "/quality"),
    }
)
_BELOW: Final = ("/market/", "/games/")


class Gate:
    """Lets as many requests for work in as can be done at once.

    Args:
        app: Does the work.
        running: How many it does at once.
        queued: How many may wait.
        wait_seconds: How long one may wait.
        rejected: Told why a request was turned away.

    Attributes:
        busy: How many run now.
        queue: Those that wait, the first first.
    """

    def __init__(
        self, app: ASGIApp, *, running: int, queued: int = 32, wait_seconds: float = 0.25, rejected: Rejected
    ) -> None:
        self.busy = 0
        self.queue: deque[asyncio.Future[_Outcome]] = deque()
        self._app = app
        self._running = running
        self._queued = queued
        self._wait_seconds = wait_seconds
        self._rejected = rejected

    def refuse(self, path: str) -> Denial | None:
        """Say no to a request for work while the queue is full."""
        if len(self.queue) < self._queued or not is_work(path):
            return None
        self._rejected("queue_full")
        return TOO_BUSY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the work of one request, now, soon, or not."""
        if scope["type"] != "http" or not is_work(scope["path"]):
            await self._app(scope, receive, send)
            return
        if self.busy < self._running:
            self.busy += 1
        else:
            denial = self.refuse(scope["path"])
            if denial is None:
                receive = heard = _Heard(receive)
                outcome = await self._wait(heard)
                if outcome == "gone":
                    return
                if outcome == "late":
                    self._rejected("waited_too_long")
                    denial = TOO_BUSY
            if denial is not None:
                await denial.send(scope, send)
                return
        try:
            await self._app(scope, receive, send)
        finally:
            self._pass_on()

    async def _wait(self, heard: _Heard) -> _Outcome:
        """Wait until it is the request's turn, its client has gone, or it has waited long enough.

        NOTE: one future for all three, and nothing awaited after it: under load each step of a task waits until the
        loop has been through all the other requests that came.
        """
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[_Outcome] = loop.create_future()
        self.queue.append(turn)
        timer = loop.call_later(self._wait_seconds, _settle, turn, "late")
        listening = loop.create_task(heard.listen(turn))
        try:
            outcome = await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and turn.result() == "admitted":
                self._pass_on()
            raise
        finally:
            timer.cancel()
            listening.cancel()
            if turn in self.queue:
                self.queue.remove(turn)
        if outcome == "admitted" and heard.gone:
            self._pass_on()
            return "gone"
        return outcome

    def _pass_on(self) -> None:
        """Give one's place to the next in the queue."""
        while self.queue:
            if _settle(self.queue.popleft(), "admitted"):
                return
        self.busy -= 1


def _settle(turn: asyncio.Future[_Outcome], outcome: _Outcome) -> bool:
    """Say what becomes of a request, unless that was said before."""
    if turn.done():
        return False
    turn.set_result(outcome)
    return True


class _Heard:
    """What a client sends while its request waits, kept for when it is done."""

    def __init__(self, receive: Receive) -> None:
        self.gone = False
        self._receive = receive
        self._messages: deque[Message] = deque()

    async def listen(self, turn: asyncio.Future[_Outcome]) -> None:
        """Hear until the client has gone, and give its turn up then."""
        while not self.gone:
            message = await self._receive()
            self._messages.append(message)
            self.gone = message["type"] == "http.disconnect"
        _settle(turn, "gone")

    async def __call__(self) -> Message:
        """Give what was heard, and then what comes."""
        return self._messages.popleft() if self._messages else await self._receive()


def is_work(path: str) -> bool:
    """Say whether answering an address is work, which is admitted only as it can be done."""
    if path in _PAGES or path.startswith(_BELOW):
        return True
    return path.startswith(_WORK) and not path.startswith(_OPERATORS)
