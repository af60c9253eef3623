"""Small web servers of the tests' own, each answering as a test says."""

from __future__ import annotations

import contextlib
import http.server
import json
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.threaded_server import serving

__all__ = ["Asked", "Server", "answering"]


@dataclass(frozen=True)
class Asked:
    """A request as a server sees it."""

    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@dataclass
class Server:
    """A server and the requests that came."""

    url: str = ""
    requests: list[Asked] = field(default_factory=list)


@contextlib.contextmanager
def answering(answer: Callable[[Asked], tuple[int, Any]]) -> Iterator[Server]:
    """Serve on a free port until the block ends; bytes are sent as they are, anything else as JSON."""
    server = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            parts = urllib.parse.urlsplit(self.path)
            body = self.rfile.read(length)
            asked = Asked(
                urllib.parse.unquote(parts.path),
                dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True)),
                json.loads(body) if body else None,
                dict(self.headers),
            )
            server.requests.append(asked)
            status, found = answer(asked)
            data = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            if status == 429:
                self.send_header("Retry-After", "7")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            self.do_GET()

    with serving(Handler) as server.url:
        yield server
