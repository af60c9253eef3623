"""A server of a small application in this process, and clients that speak to it byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from tasador.web.connections import Connections, Patience
from tasador.web.protocol import BoundedProtocol


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    port: int
    server: uvicorn.Server
    connections: Connections
    reasons: list[str]

    def connect(self, text: str = "") -> socket.socket:
        """Open a connection and send something."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        client.sendall(text.encode())
        return client

    def ask(self, path: str = "/") -> bytes:
        """Ask for something on a connection of its own."""
        with self.connect(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n") as client:
            return heard(client)


@contextlib.contextmanager
def serving(app: ASGIApp, patience: Patience, *, keep_alive_seconds: int = 5) -> Iterator[Served]:
    """Serve an application until the block ends."""
    connections, reasons = Connections(patience), list[str]()
    connections.rejected = reasons.append
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(BoundedProtocol, connections)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=keep_alive_seconds,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        until(lambda: server.started)
        try:
            yield Served(listener.getsockname()[1], server, connections, reasons)
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def heard(client: socket.socket, seconds: float = 10) -> bytes:
    """Hear all that comes until the server closes; what it cuts off is lost."""
    client.settimeout(seconds)
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def heard_once(client: socket.socket) -> bytes:
    """Hear one answer on a connection that stays open."""
    text = b""
    while b"\r\n\r\n" not in text:
        part = client.recv(65_536)
        assert part, "the server closed"
        text += part
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += client.recv(65_536)
    return head + b"\r\n\r\n" + body


def until(true: Callable[[], bool], seconds: float = 10) -> float:
    """Wait until something is so, and say how long that took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "it did not come about in time"
        time.sleep(0.005)
    return time.monotonic() - begun
