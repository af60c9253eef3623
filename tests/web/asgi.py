"""Applications and clients for the tests of what stands before the application, without a server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PROBLEM = b"application/problem+json"


@dataclass
class Client:
    """A client of an application: sends what it is told to, and hangs up when it is told to."""

    messages: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    sent: list[Message] = field(default_factory=list)

    @classmethod
    def of(cls, *parts: bytes) -> Client:
        """A client that sends a whole body in these parts."""
        client = cls()
        for number, part in enumerate(parts, start=1):
            client.send_part(part, more=number < len(parts))
        return client

    def send_part(self, part: bytes, *, more: bool = True) -> None:
        self.messages.put_nowait({"type": "http.request", "body": part, "more_body": more})

    def hang_up(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    async def ask(self, app: ASGIApp, path: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        await app(scope(path, headers), self.messages.get, self._hear)

    async def _hear(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        """What was answered; None when nothing was."""
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def problem(self) -> dict[str, Any]:
        """The problem that was answered."""
        assert self.headers[b"content-type"] == PROBLEM
        body = b"".join(message.get("body", b"") for message in self.sent[1:])
        assert int(self.headers[b"content-length"]) == len(body)
        found: dict[str, Any] = json.loads(body)
        assert found.keys() >= {"type", "title", "status", "detail", "instance"}
        assert found["status"] == self.status
        return found


def scope(path: str, headers: Sequence[tuple[bytes, bytes]] = (), host: str = "192.0.2.1") -> Scope:
    return {"type": "http", "method": "POST", "path": path, "headers": list(headers), "client": (host, 1), "state": {}}


async def answer(send: Send, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def read(receive: Receive) -> bytes | None:
    """Read a body as applications do; None when its client has gone."""
    parts: bytes = b""
    while (message := await receive())["type"] == "http.request":
        parts += message.get("body", b"")
        if not message.get("more_body", False):
            return parts
    return None


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers what it was sent."""
    body = await read(receive)
    if body is not None:
        await answer(send, body)
