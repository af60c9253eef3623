"""A publisher of the tests' own: a web server with one catalogue."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tasador.storage import known

CONTENT = b"{u'id': u'10'}\n" * 20_000


@contextmanager
def published() -> Iterator[known.KnownCatalogue]:
    """Publish a catalogue while the block runs: at its address with its size, at `<address>.unmeasured` without."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = self.path in {"/games.json", "/games.json.unmeasured"}
            self.send_response(200 if there else 404)
            if self.path == "/games.json":
                self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            if there:
                self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield dataclasses.replace(
                known.find("ucsd-2018"),
                url=f"http://127.0.0.1:{server.server_address[1]}/games.json",
                file="games.json",
                sha256=hashlib.sha256(CONTENT).hexdigest(),
                size_bytes=len(CONTENT),
            )
        finally:
            server.shutdown()
            thread.join()
