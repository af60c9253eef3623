"""The application: made from a workspace by a function, never at import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Scope

from tasador import processors
from tasador.settings import Settings
from tasador.storage.keys import KeyRing
from tasador.storage.workspace import Workspace
from tasador.web import operations, request_log, security, static, tracing
from tasador.web.api import create_api
from tasador.web.appraisal_log import AppraisalLog
from tasador.web.appraisals import Told
from tasador.web.bounds import Bounds
from tasador.web.connections import Connections
from tasador.web.cors import Cors, Preflights, origins_of
from tasador.web.doors import Doors, Rate
from tasador.web.front import Front
from tasador.web.gate import Gate
from tasador.web.metrics import Metrics
from tasador.web.route_names import RouteNames
from tasador.web.serving import Serving

__all__ = ["create_app"]

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
        try:
            async with serving.watched():
                yield
        finally:
            if log is not None:
                await asyncio.to_thread(log.close)

    api = create_api(workspace, serving, counts, told=told, lifespan=lifespan)
    known = {**static.files(), **operations.known()}
    names = RouteNames([*api.state.paths, *(path for path, _ in known)])

    def observe(scope: Scope, status: int, seconds: float) -> None:
        route = names.of(scope, status)
        counts.observe(route, scope["method"], status, seconds)
        request_log.write(scope, route, status, seconds)

    at_once = chosen.work_at_once or max(_LEAST_RUNNING, processors.count() // chosen.workers)
    gate = Gate(api, running=at_once, rejected=counts.rejected)
    bounds = Bounds(gate, body_bytes=chosen.max_body_bytes, refuse=gate.refuse, rejected=counts.rejected)
    rate = None if chosen.rate_limit is None else Rate(chosen.rate_limit)
    origins = None if chosen.cors_origins is None else origins_of(chosen.cors_origins)
    doors = Doors(
        KeyRing(workspace),
        require_key=chosen.require_key,
        rate=rate,
        rejected=counts.rejected,
        preflights=origins is not None,
    )
    inner = bounds if origins is None else Preflights(bounds, origins)
    front = Front(inner, serving, known=known, doors=doors, headers=security.HEADERS, observe=observe)
    return tracing.wrap(front if origins is None else Cors(front, origins), names)
