"""OpenTelemetry tracing, with the extra `tracing`: a span for each request, sent where the environment says.

A span tells the route as it was declared, never what a client sent: neither address nor query, headers nor body.
FastAPI has tracing of its own, which tells paths and queries, and sees nothing of what is answered before it is asked:
the application is to be made without it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.web.route_names import RouteNames

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

__all__ = ["Traced", "wrap"]

#: Either says where spans are sent; what else the environment says of OpenTelemetry its own library reads.
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")

_CARRIED: Final = frozenset({b"traceparent", b"tracestate", b"baggage"})

logger = logging.getLogger(__name__)


def wrap(app: ASGIApp, names: RouteNames, environ: Mapping[str, str] = os.environ) -> ASGIApp:
    """Trace an application where the environment names an endpoint for spans, and the extra is installed.

    Args:
        app: The outermost application.
        names: Names routes.
        environ: The environment.
    """
    if not any(environ.get(name) for name in _ENDPOINTS) or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return app
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        logger.warning(
            "tracing_off: an endpoint for spans is set, but %s is not installed; `pip install 'tasador[tracing]'`, "
            "or unset %s",
            error.name,
            " and ".join(name for name in _ENDPOINTS if environ.get(name)),
        )
        return app
    service = {} if environ.get("OTEL_SERVICE_NAME") else {"service.name": "tasador"}
    provider = TracerProvider(resource=Resource.create(service))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traced(app, names, provider)


class Traced:
    """Makes a span for each request, part of the trace that the client names.

    Args:
        app: Answers.
        names: Names routes.
        provider: Takes the spans; it is shut down, which sends what is left, when the application is.
    """

    def __init__(self, app: ASGIApp, names: RouteNames, provider: TracerProvider) -> None:
        self._app = app
        self._names = names
        self._provider = provider
        self._tracer = provider.get_tracer("tasador.web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end the application."""
        if scope["type"] == "http":
            await self._trace(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "lifespan":
                await asyncio.to_thread(self._provider.shutdown)

    async def _trace(self, scope: Scope, receive: Receive, send: Send) -> None:
        from opentelemetry import propagate, trace

        carried = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _CARRIED}
        method = scope["method"]
        status = 500
        with self._tracer.start_as_current_span(
            method,
            context=propagate.extract(carried),
            kind=trace.SpanKind.SERVER,
            attributes={"http.request.method": method, "url.scheme": scope["scheme"]},
        ) as span:
            state = scope.setdefault("state", {})
            state["trace_id"] = trace.format_trace_id(span.get_span_context().trace_id)

            async def passed(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await self._app(scope, receive, passed)
            finally:
                route = self._names.of(scope, status)
                span.update_name(f"{method} {route}")
                span.set_attributes({"http.route": route, "http.response.status_code": status})
                if "request_id" in state:
                    span.set_attribute("tasador.request_id", state["request_id"])
                if status >= 500:
                    span.set_status(trace.StatusCode.ERROR)
