"""A store of the tests' own: it answers as it is told to, and remembers what it was asked."""

from __future__ import annotations

import http.server
import json
import random
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tasador.storage.store_api.clock import Clock

Handler = http.server.BaseHTTPRequestHandler
Answer = Callable[[Handler], None]

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass(slots=True)
class FakeTime:
    """Time that passes only when somebody waits."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    def clock(self) -> Clock:
        return Clock(
            monotonic=lambda: self.seconds, now=lambda: START + timedelta(seconds=self.seconds), sleep=self.sleep
        )


def made_up(app_id: int) -> dict[str, Any]:
    """Make up what the store says of an app; the same for the same app."""
    rng = random.Random(app_id)
    if rng.random() < 0.1:
        return {str(app_id): {"success": False}}
    cents = rng.choice([99, 499, 999, 1999])
    words = ["Ámbar", "Iron", "夜", "Quiet", "«Last»", "Tower", "\U0001f3ae", "Line\u2028Break"]
    data = {
        "type": rng.choice(["game", "dlc"]),
        "name": " ".join(rng.sample(words, 3)),
        "steam_appid": app_id,
        "required_age": rng.choice([0, "18"]),
        "is_free": False,
        "about_the_game": "x" * rng.randrange(2_000),
        "price_overview": {"currency": "USD", "initial": cents, "final": cents, "discount_percent": 0},
        "pc_requirements": rng.choice([[], {"minimum": "<p>any</p>"}]),
    }
    return {str(app_id): {"success": True, "data": data}}


def answer(body: bytes | object, status: int = 200, **headers: str) -> Answer:
    """Answer with a body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def write(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return write


def cut(handler: Handler) -> None:
    """Drop the connection in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"10": {"success": true')


def drop(handler: Handler) -> None:
    """Drop the connection without a word."""


def nonsense(handler: Handler) -> None:
    """Answer with what is no answer."""
    handler.wfile.write(b"nonsense\r\n\r\n")


def drip(handler: Handler) -> None:
    """Answer a byte now and then, without end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


@dataclass(slots=True)
class Store:
    """A running store.

    Attributes:
        url: Its address.
        asked: The apps it was asked for, in order.
        agents: The User-Agent of each request.
        queries: The query of each request.
        keys: The key of each request to the web API.
        times: When each request came, by `time`.
        script: What it answers for an app, one after the other; after the last, what is made up.
        time: Tells `times`.
        released: Set to let go what hangs.
    """

    url: str = ""
    asked: list[int] = field(default_factory=list)
    agents: list[str | None] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    script: defaultdict[int, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    time: FakeTime = field(default_factory=FakeTime)
    released: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def hang(self, handler: Handler) -> None:
        """Say nothing until the end of the test."""
        self.released.wait(60)

    def wait_for(self, app_id: int) -> None:
        """Wait until the store is asked for an app."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: app_id in self.asked, timeout=60)


@contextmanager
def running() -> Iterator[Store]:
    """Run a store while the block runs."""
    store = Store()

    class StoreHandler(Handler):
        def do_GET(self) -> None:  # noqa: N802  (the library's name)
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            app_id = int(query.get("appids", query.get("last_appid", ["-1"]))[0])
            with store.arrived:
                store.agents.append(self.headers["User-Agent"])
                store.keys.append(self.headers["x-webapi-key"])
                store.queries.append(query)
                store.times.append(store.time.seconds)
                store.asked.append(app_id)
                store.arrived.notify_all()
                scripted = store.script[app_id]
                say = scripted.popleft() if scripted else answer(made_up(app_id))
            say(self)

        def log_message(self, *_: object) -> None: ...

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    with Server(("127.0.0.1", 0), StoreHandler) as server:
        store.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield store
        finally:
            store.released.set()
            server.shutdown()
            thread.join()
