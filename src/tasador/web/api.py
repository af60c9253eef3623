"""The routes, which the front stands before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from tasador import provenance
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
    recommendations,
    similar,
    vocabulary,
    years,
)
from tasador.web.admin import Commands
from tasador.web.appraisals import Told
from tasador.web.metrics import Metrics
from tasador.web.serving import Serving

__all__ = ["create_api"]

#: FastAPI's own telemetry tells what clients sent; see `tasador.web.tracing` for ours.
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}

#: What a request may be answered by any route; by those that compute, too; and where it has a body.
_ANY: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR)
_COMPUTES: Final = (*_ANY, HTTPStatus.SERVICE_UNAVAILABLE)
_BODY: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def create_api(
    workspace: Workspace,
    serving: Serving,
    counts: Metrics,
    *,
    told: Sequence[Told] = (),
    lifespan: Callable[[FastAPI], Any] | None = None,
) -> FastAPI:
    """Make the routes; the paths of all are in the state, as `paths`.

    Args:
        told: Told of each appraisal that is answered.
        lifespan: What goes on as long as the application.
    """
    api = FastAPI(
        title="Tasador",
        summary="Market statistics and prices of PC games.",
        version=provenance.version(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    problems.install(api)
    api.state.paths = ["/openapi.json"]
    for router, statuses in _routers(workspace, serving, counts, told):
        api.include_router(router, responses=problems.describe(*statuses))
        api.state.paths += [path for route in router.routes if (path := getattr(route, "path", None))]
    return api


def _routers(
    workspace: Workspace, serving: Serving, counts: Metrics, told: Sequence[Told]
) -> Iterator[tuple[APIRouter, Sequence[HTTPStatus]]]:
    """Make the routers, each with what a request may be answered before its route is asked.

    Routes are looked through in this order, and of those that compute on a request appraisals are asked most.
    """
    yield appraisals.create_router(told), (*_BODY, *_COMPUTES)
    yield classic.create_router(), _ANY
    yield recommendations.create_router(), (*_BODY, *_COMPUTES)
    for router in (years, games, similar, vocabulary, model):
        yield router.create_router(), _COMPUTES
    yield operations.create_router(serving), ()
    yield metrics.create_router(counts), _ANY
    yield admin.create_router(serving, Commands(workspace), workspace), (HTTPStatus.FORBIDDEN, *_BODY, *_COMPUTES)
    yield pages.create_router(workspace), ()
