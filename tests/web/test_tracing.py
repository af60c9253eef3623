"""Spans: one a request, part of the client's trace, without what the client sent; and none that nobody wants."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from tasador.web import tracing
from tasador.web.route_names import RouteNames
from tasador.web.tracing import Traced, wrap

pytest.importorskip("opentelemetry.sdk", reason="the extra `tracing` is not installed")

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

NAMES = RouteNames(["/v1/games/{app_id}", "/fails"])
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def app() -> FastAPI:
    found = FastAPI()

    @found.get("/v1/games/{app_id}")
    async def game(app_id: str) -> str:
        return app_id

    @found.get("/fails")
    async def fails() -> None:
        raise HTTPException(503)

    return found


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def client(app: FastAPI, exporter: InMemorySpanExporter) -> Iterator[TestClient]:
    async def numbered(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = "r-1"
        await app(scope, receive, send)

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with TestClient(Traced(numbered, NAMES, provider)) as found:
        yield found


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_a_request_is_a_span_of_the_clients_trace(client: TestClient, exporter: InMemorySpanExporter) -> None:
    client.get("/v1/games/secret-path?q=secret-query", headers={"traceparent": PARENT, "x-api-key": "secret-key"})
    span = only(exporter)
    assert span.name == "GET /v1/games/{app_id}"
    assert span.kind is SpanKind.SERVER
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/v1/games/{app_id}",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "tasador.request_id": "r-1",
    }
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == TRACE
    assert "secret" not in span.to_json()


def test_a_request_without_a_trace_begins_one(client: TestClient, exporter: InMemorySpanExporter) -> None:
    client.get("/none", headers={"traceparent": "nonsense"})
    span = only(exporter)
    assert span.parent is None
    assert span.name == "GET unmatched"
    assert span.status.status_code is StatusCode.UNSET


def test_a_failure_is_marked(client: TestClient, exporter: InMemorySpanExporter) -> None:
    client.get("/fails")
    assert only(exporter).status.status_code is StatusCode.ERROR


def test_the_trace_is_known_to_the_log(app: FastAPI) -> None:
    states: list[dict[str, str]] = []

    async def kept(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            states.append(scope["state"])
        await app(scope, receive, send)

    with TestClient(Traced(kept, NAMES, TracerProvider())) as client:
        client.get("/v1/games/1", headers={"traceparent": PARENT})
    assert states[0]["trace_id"] == TRACE


@pytest.mark.parametrize("environ", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "TRUE"}])
def test_nothing_is_traced_where_nobody_wants_it(app: FastAPI, environ: dict[str, str]) -> None:
    assert wrap(app, NAMES, environ) is app


def test_a_missing_extra_is_told(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with caplog.at_level(logging.WARNING):
        assert wrap(app, NAMES, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}) is app
    assert "pip install 'tasador[tracing]'" in caplog.text
    assert "unset OTEL_EXPORTER_OTLP_ENDPOINT" in caplog.text


class Collector(BaseHTTPRequestHandler):
    """Takes spans, as a collector of OpenTelemetry does."""

    received: list[bytes]

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        self.received.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name of what it replaces)
        pass


def test_spans_are_sent_before_the_application_ends(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra `tracing` is not installed")
    Collector.received = []
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        traced = wrap(app, NAMES)
        assert isinstance(traced, Traced)
        with TestClient(traced) as client:
            client.get("/v1/games/10")
        server.shutdown()
        thread.join()
    (sent,) = Collector.received
    assert b"GET /v1/games/{app_id}" in sent
    assert b"tasador" in sent


def test_what_is_no_request_is_passed_on() -> None:
    seen: list[str] = []

    async def other(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    traced = tracing.Traced(other, NAMES, TracerProvider())
    asyncio.run(traced({"type": "websocket"}, None, None))  # type: ignore[arg-type]
    assert seen == ["websocket"]
