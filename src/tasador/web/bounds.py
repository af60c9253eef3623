"""Bodies: how large one may be, how long it may take, and how much of all of them is held at once.

A body is read whole before the application is asked, so that one that comes slowly holds nothing but its connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.web.denial import CLOSE, TOO_BUSY, Denial, Rejected

__all__ = ["Bounds", "too_large", "too_slow"]

_HELD_BODIES: Final = 64


class Bounds:
    """Reads the body of a request, within bounds, before the application is asked.

    Args:
        app: Asked when the body is there.
        body_bytes: What one body may have; of all together, as many as 64 of that size are held.
        body_seconds: What one body may take.
        refuse: Says no to a path, if it does, before a body is read: that is the cheapest no.
        rejected: Told why a request was turned away.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes: int,
        body_seconds: float = 10.0,
        rejected: Rejected,
        refuse: Callable[[str], Denial | None] = lambda _: None,
    ) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._body_seconds = body_seconds
        self._rejected = rejected
        self._refuse = refuse
        self._held = 0
        self._too_large = too_large(body_bytes)
        self._too_slow = too_slow(body_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read one request, and ask the application."""
        expected = _expected(scope) if scope["type"] == "http" else 0
        if expected == 0:
            await self._app(scope, receive, send)
            return
        denial = self._refuse(scope["path"])
        if expected > self._body_bytes and denial is None:
            self._rejected("body_too_large")
            denial = self._too_large
        if denial is not None:
            await denial.send(scope, send)
            return
        body = _Body(receive)
        try:
            denial = await self._read(body)
            if denial is not None:
                await denial.send(scope, send)
            elif not body.gone:
                await self._app(scope, body, send)
        finally:
            self._held -= body.held

    async def _read(self, body: _Body) -> Denial | None:
        try:
            async with asyncio.timeout(self._body_seconds):
                while (n := await body.read()) is not None:
                    self._held += n
                    if body.held > self._body_bytes:
                        self._rejected("body_too_large")
                        return self._too_large
                    if self._held > self._body_bytes * _HELD_BODIES:
                        self._rejected("bodies_held")
                        return TOO_BUSY
        except TimeoutError:
            self._rejected("body_too_slow")
            return self._too_slow
        return None


def too_large(most_bytes: int) -> Denial:
    """Make the answer to a body that is larger than it may be."""
    return Denial(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large",
        "Body too large",
        f"A request's body may have {most_bytes} bytes. Send less, in several requests.",
    )


def too_slow(most_seconds: float) -> Denial:
    """Make the answer to a body that takes longer than it may."""
    return Denial(
        HTTPStatus.REQUEST_TIMEOUT,
        "body-too-slow",
        "Body too slow",
        f"The request's body did not come within {most_seconds:g} seconds. Send it faster, or less of it.",
        CLOSE,
    )


class _Body:
    """A body as it comes, and then as the application receives it."""

    def __init__(self, receive: Receive) -> None:
        self.gone = False
        self.held = 0
        self._receive = receive
        self._parts: list[bytes] = []
        self._whole = False

    async def read(self) -> int | None:
        """Read the next part and give its size; None when there is none."""
        if self._whole:
            return None
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone = True
            return None
        part = message.get("body", b"")
        self._parts.append(part)
        self.held += len(part)
        self._whole = not message.get("more_body", False)
        return len(part)

    async def __call__(self) -> Message:
        """Give the body, once, and then what comes after it."""
        if self._parts:
            body, self._parts = b"".join(self._parts), []
            return {"type": "http.request", "body": body, "more_body": False}
        return await self._receive()


def _expected(scope: Scope) -> int:
    """Say how long the body says it is; -1 where it does not say."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return -1
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else -1
