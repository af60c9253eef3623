"""A web server of the tests' own that serves one file the way a test says."""

from __future__ import annotations

import contextlib
import http.server
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus

from tests import threaded_server

__all__ = ["FileServer", "serving"]


@dataclass
class FileServer:
    """What is served, and how; a test changes it between requests.

    Attributes:
        url: Where it is served.
        content: The file.
        status: What every request is answered with unless it is a range.
        headers: What comes with every answer: ETag, Last-Modified, Retry-After.
        ranges: Whether it answers ranges.
        heeds_if_range: Whether it gives the whole file to who has another version.
        tells_size: Whether it says how long the file is.
        longest_range: How many bytes of a range it gives at most.
        cut_after: Bytes of an answer after which the connection ends.
        hang_after: Bytes of an answer after which nothing comes.
        requests: The headers of the requests that came.
    """

    url: str
    content: bytes = b""
    status: HTTPStatus = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    ranges: bool = True
    heeds_if_range: bool = True
    tells_size: bool = True
    longest_range: int | None = None
    cut_after: int | None = None
    hang_after: int | None = None
    requests: list[Message] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def range_asked(self, asked: Message) -> tuple[int, int] | None:
        """Tell the first and last byte to answer with, or None for the whole file."""
        found = re.fullmatch(r"bytes=(\d+)-", asked.get("Range", ""))
        current = {self.headers.get("ETag"), self.headers.get("Last-Modified")}
        other_version = self.heeds_if_range and asked.get("If-Range") not in current
        if found is None or not self.ranges or other_version:
            return None
        first, last = int(found[1]), len(self.content) - 1
        return first, last if self.longest_range is None else min(last, first + self.longest_range - 1)


@contextlib.contextmanager
def serving() -> Iterator[FileServer]:
    """Serve on a free port until the block ends."""
    server = FileServer("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.requests.append(self.headers)
            part = server.range_asked(self.headers)
            if part is not None and part[0] >= len(server.content):
                self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                body = b""
            elif part is not None:
                self.send_response(HTTPStatus.PARTIAL_CONTENT)
                self.send_header("Content-Range", f"bytes {part[0]}-{part[1]}/{len(server.content)}")
                body = server.content[part[0] : part[1] + 1]
            else:
                self.send_response(server.status)
                body = server.content
            if server.tells_size:
                self.send_header("Content-Length", str(len(body)))
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            stop = min((at for at in (server.cut_after, server.hang_after) if at is not None), default=len(body))
            self.wfile.write(body[:stop])
            if server.hang_after is not None:
                server.ended.wait(60)

    with threaded_server.serving(Handler) as server.url:
        try:
            yield server
        finally:
            server.ended.set()
