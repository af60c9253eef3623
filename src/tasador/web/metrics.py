"""What Prometheus scrapes: requests, appraisals, what was turned away, and what is answered from.

Labels hold what the code names, never what a client sent. Several workers count together where the variable
`PROMETHEUS_MULTIPROC_DIR` names a directory before this module is loaded, which the server does that starts them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as time_of_day
from typing import Final, TypeAlias

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from tasador.appraisal.appraisal import Appraisal
from tasador.web.answers import Answers, Served
from tasador.web.serving import Outcome

__all__ = ["TOGETHER", "Metrics", "create_router"]

#: The variable that names where the workers of a server count together.
TOGETHER: Final = "PROMETHEUS_MULTIPROC_DIR"

#: Upper ends in seconds: what is known beforehand takes less than the first, a list of games up to seconds.
_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_Counts: TypeAlias = tuple[Callable[[], None], Callable[[float], None]]


class Metrics:
    """Counts of one application. Threads may share one."""

    def __init__(self) -> None:
        # NOTE: of each series when it began; nobody asks for that, and it would double them.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._requests = Counter(
            "tasador_http_requests_total", "Requests answered.", ["route", "method", "status"], registry=registry
        )
        self._seconds = Histogram(
            "tasador_http_request_duration_seconds",
            "Time from a request's head to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._appraisals = Counter(
            "tasador_appraisals_total",
            "Games appraised, by kind and by how far the answer can be trusted; none where it abstained.",
            ["kind", "confidence"],
            registry=registry,
        )
        self._abstentions = Counter(
            "tasador_abstentions_total", "Reasons for which no price was said.", ["reason"], registry=registry
        )
        self._rejected = Counter(
            "tasador_load_rejected_total", "Requests and connections turned away.", ["reason"], registry=registry
        )
        self._reloads = Counter("tasador_reloads_total", "Model versions taken up while serving.", registry=registry)
        self._reload_failures = Counter(
            "tasador_reload_failures_total", "Model versions that could not be loaded.", registry=registry
        )
        self._dropped = Counter(
            "tasador_appraisal_log_dropped_total", "Appraisals that the log could not take.", registry=registry
        )
        self._model = Gauge(
            "tasador_model_info",
            "What is answered from; always 1.",
            ["version", "snapshot"],
            multiprocess_mode="livemostrecent",
            registry=registry,
        )
        self._age = Gauge(
            "tasador_learned_until_age_seconds",
            "Time since the day of the newest releases that the model learned from.",
            multiprocess_mode="livemostrecent",
            registry=registry,
        )
        self._bound: dict[tuple[str, str, int], _Counts] = {}
        self._shown: tuple[str, str] | None = None

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            route: The route's path as it was declared, such as `/v1/games/{app_id}`.
        """
        bound = self._bound.get((route, method, status))
        if bound is None:
            bound = self._bind(route, method, status)
        count, time_ = bound
        count()
        time_(seconds)

    def appraised(self, appraisal: Appraisal) -> None:
        """Count an appraisal."""
        word = "none" if appraisal.confidence is None else appraisal.confidence.word
        self._appraisals.labels(appraisal.game.kind, word).inc()
        for reason in appraisal.abstention:
            self._abstentions.labels(reason.code).inc()

    def rejected(self, reason: str) -> None:
        """Count something that was turned away, by a reason that the code names."""
        self._rejected.labels(reason).inc()

    def reload(self, outcome: Outcome) -> None:
        """Count a try to take up another model version."""
        (self._reloads if outcome == "reloaded" else self._reload_failures).inc()

    def dropped(self, n: int) -> None:
        """Count appraisals that the log could not take."""
        self._dropped.inc(n)

    def exposition(self, served: Answers, accept: str) -> tuple[bytes, str]:
        """Write everything down as Prometheus reads it.

        Args:
            served: What is answered from.
            accept: The formats that the scraper reads, as HTTP's header tells them.

        Returns:
            The text, and its media type.
        """
        together = TOGETHER in os.environ
        shown = (served.version, served.snapshot)
        if self._shown is not None and self._shown != shown:
            # NOTE: what workers count together can be set, but not taken back.
            if together:
                self._model.labels(*self._shown).set(0)
            else:
                self._model.remove(*self._shown)
        self._shown = shown
        self._model.labels(*shown).set(1)
        learned_until = served.appraiser.calibration.abstention.learned_until
        self._age.set(time.time() - datetime.combine(learned_until, time_of_day(), UTC).timestamp())
        registry = self._registry
        if together:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        encode, media_type = choose_encoder(accept)
        return encode(registry), media_type

    def _bind(self, route: str, method: str, status: int) -> _Counts:
        named = method if method in _METHODS else "other"
        found = self._requests.labels(route, named, status).inc, self._seconds.labels(route).observe
        if named == method:
            self._bound[route, method, status] = found
        return found


def create_router(metrics: Metrics) -> APIRouter:
    """Make the route that Prometheus scrapes."""
    router = APIRouter(tags=["Operations"])

    @router.get(
        "/metrics",
        summary="What Prometheus scrapes.",
        response_class=Response,
        responses={
            200: {
                "description": "Prometheus' text format, or OpenMetrics where that is asked for.",
                "content": {"text/plain": {"schema": {"type": "string"}, "example": _EXAMPLE}},
            }
        },
    )
    def show(request: Request, served: Served) -> Response:
        content, media_type = metrics.exposition(served, request.headers.get("accept", ""))
        return Response(content, headers={"content-type": media_type, "cache-control": "no-store"})

    return router


_EXAMPLE: Final = """\
# HELP tasador_http_requests_total Requests answered.
# TYPE tasador_http_requests_total counter
tasador_http_requests_total{method="POST",route="/v1/appraisals",status="200"} 12.0
"""
