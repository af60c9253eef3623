"""The application: made from a workspace by a function, never at import."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Scope

from tasador import provenance
from tasador.settings import Settings
from tasador.storage.keys import KeyRing
from tasador.storage.workspace import Workspace
from tasador.web import (
    admin,
    appraisals,
    classic,
    games,
    metrics,
    model,
    operations,
    pages,
    problems,
    request_log,
    security,
    tracing,
    vocabulary,
    years,
)
from tasador.web.admin import Commands
from tasador.web.appraisal_log import AppraisalLog
from tasador.web.appraisals import Told
from tasador.web.bounds import Bounds
from tasador.web.doors import Doors, Rate
from tasador.web.front import Front
from tasador.web.gate import Gate
from tasador.web.metrics import Metrics
from tasador.web.protocol import Connections
from tasador.web.route_names import RouteNames
from tasador.web.serving import Serving

__all__ = ["create_api", "create_app"]

#: FastAPI's own telemetry tells what clients sent; see `tasador.web.tracing` for ours.
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}

#: Requests computed at a time, at least: one waits for LightGBM while another is read or written.
_LEAST_RUNNING: Final = 2


def create_app(
    workspace: Workspace, settings: Settings | None = None, connections: Connections | None = None
) -> ASGIApp:
    """Make the application that answers for the workspace's champion.

    Args:
        settings: None reads them from the environment.
        connections: Those of the server; what it rejects is counted with the rest.

    Raises:
        WorkspaceError: There is no champion, or its bundle is damaged.
        TasadorError: A setting says nothing that can be done.
    """
    chosen = Settings() if settings is None else settings
    counts = Metrics()
    if connections is not None:
        connections.rejected = counts.rejected
    serving = Serving(workspace, told=counts.reload)
    log = AppraisalLog(workspace.root / "appraisals", dropped=counts.dropped) if chosen.appraisal_log else None
    told: list[Told] = [lambda appraisal, *_: counts.appraised(appraisal), *([] if log is None else [log])]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if log is not None:
            log.start()
        async with serving.watched():
            yield
        if log is not None:
            log.close()

    api = create_api(workspace, serving, counts, told=told, lifespan=lifespan)
    names = RouteNames(path for route in api.routes if (path := getattr(route, "path", None)))

    def observe(scope: Scope, status: int, seconds: float) -> None:
        route = names.of(scope, status)
        counts.observe(route, scope["method"], status, seconds)
        request_log.write(scope, route, status, seconds)

    doors = Doors(
        KeyRing(workspace),
        require_key=chosen.require_key,
        rate=None if chosen.rate_limit is None else Rate(chosen.rate_limit),
        rejected=counts.rejected,
    )
    at_once = chosen.work_at_once or max(_LEAST_RUNNING, (os.cpu_count() or 1) // chosen.workers)
    gate = Gate(api, running=at_once, rejected=counts.rejected)
    bounds = Bounds(gate, body_bytes=chosen.max_body_bytes, refuse=gate.refuse, rejected=counts.rejected)
    app: ASGIApp = Front(bounds, serving, doors=doors, headers=security.HEADERS, observe=observe)
    if chosen.cors_origins is not None:
        origins = [origin.strip() for origin in chosen.cors_origins.split(",")]
        app = CORSMiddleware(app, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])
    return tracing.wrap(app, names)


def create_api(
    workspace: Workspace,
    serving: Serving,
    counts: Metrics,
    *,
    told: Sequence[Told] = (),
    lifespan: Callable[[FastAPI], Any] | None = None,
) -> FastAPI:
    """Make the routes, which the front stands before."""
    api = FastAPI(
        title="Tasador",
        summary="Market statistics and prices of PC games.",
        version=provenance.version(),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    problems.install(api)
    # NOTE: routes are looked through in their order, and of those that compute on a request appraisals are asked most.
    for router in (
        appraisals.create_router(told),
        classic.create_router(),
        years.create_router(),
        games.create_router(),
        vocabulary.create_router(),
        model.create_router(),
        operations.create_router(serving),
        metrics.create_router(counts),
        admin.create_router(serving, Commands(workspace), workspace),
        pages.create_router(workspace),
    ):
        api.include_router(router)
    api.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return api
