"""HAProxy itself with the file that is shipped, before a server that answers whatever reaches it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.docs.pages import ROOT

CONFIGURATION = ROOT / "deploy" / "haproxy" / "haproxy.cfg"
START_SECONDS = 10.0

HIDDEN = ("/metrics", "/metrics/", "/metrics?x=1", "/v1/admin", "/v1/admin/reload", "http://example.org/metrics")
SHOWN = ("/", "/v1/years?limit=2", "/juegos/a%C3%B1o/2016", "/v1/games?q=100%25", "/v1/games/metrics")


class Anything(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the balancer's checks end their connections as they like."""


def status(port: int, target: str) -> int:
    """Ask for a target as it is written, which clients' libraries would tidy up."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n".encode())
        return int(connection.makefile("rb").readline().split()[1])


@pytest.fixture(scope="module")
def balancer() -> Iterator[int]:
    found = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        pytest.skip("HAProxy is not installed")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Server(("127.0.0.1", 0), Anything) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        address = f"127.0.0.1:{server.server_port}"
        variables = {"BIND": f"127.0.0.1:{port}", "ONE": address, "TWO": address}
        process = subprocess.Popen([found, "-db", "-f", str(CONFIGURATION)], env=variables, stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + START_SECONDS
            while not _answers(port):
                assert process.poll() is None, "HAProxy did not start"
                assert time.monotonic() < end, "no replica is ready"
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(10)
            server.shutdown()


def _answers(port: int) -> bool:
    try:
        return status(port, "/") == 200
    except OSError:
        return False


@pytest.mark.parametrize("target", SHOWN)
def test_what_is_for_the_world_reaches_the_server(balancer: int, target: str) -> None:
    assert status(balancer, target) == 200


@pytest.mark.parametrize("target", [*HIDDEN, "/v1/%61dmin/reload", "/%6detrics", "/%6Detrics"])
def test_what_operates_the_server_is_not_there(balancer: int, target: str) -> None:
    assert status(balancer, target) == 404


@pytest.mark.parametrize("target", ["/metrics#x", "/%6detrics#", "/v1/admin/%zz", "/v1/%61dmin%2"])
def test_what_servers_may_read_in_another_way_is_refused(balancer: int, target: str) -> None:
    assert status(balancer, target) == 400


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["/metrics", "/v1/admin/reload"]), st.data())
def test_no_spelling_of_it_reaches_the_server(balancer: int, path: str, data: st.DataObject) -> None:
    ways = [st.sampled_from([one, f"%{ord(one):02x}", f"%{ord(one):02X}"]) for one in path[1:]]
    assert status(balancer, "/" + "".join(data.draw(st.tuples(*ways)))) in {400, 404}
