"""The routes, which the front stands before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Response
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
    static,
    vocabulary,
    years,
)
from tasador.web.admin import Commands
from tasador.web.appraisals import Told
from tasador.web.description import DESCRIPTION, DescribedApi
from tasador.web.metrics import Metrics
from tasador.web.reply import encode
from tasador.web.serving import Serving

__all__ = ["create_api"]

#: FastAPI's own telemetry tells what clients sent; see `tasador.web.tracing` for ours.
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}

_DESCRIPTION: Final = "/openapi.json"


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
    api = DescribedApi(
        title="Tasador",
        summary="Market statistics and prices of PC games.",
        description=DESCRIPTION,
        version=provenance.version(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
    )
    problems.install(api)
    api.state.paths = [_DESCRIPTION]
    api.add_api_route(_DESCRIPTION, _described(api), include_in_schema=False)
    for router in _routers(workspace, serving, counts, told):
        # NOTE: not by `include_router`, whose routes FastAPI looks through twice, which costs as much as all the rest.
        api.router.routes.extend(router.routes)
        api.state.paths += [path for route in router.routes if (path := getattr(route, "path", None))]
    return api


def _described(api: FastAPI) -> Callable[[], Awaitable[Response]]:
    """Answer with the description of the API: to make it takes a fifth of a second, in a thread, when first asked."""
    making = asyncio.Lock()

    async def describe() -> Response:
        async with making:
            return Response(await asyncio.to_thread(lambda: encode(api.openapi())), media_type="application/json")

    return describe


def _routers(workspace: Workspace, serving: Serving, counts: Metrics, told: Sequence[Told]) -> Iterator[APIRouter]:
    """Make the routers.

    Routes are looked through in this order, and of those that compute on a request appraisals are asked most.
    """
    yield appraisals.create_router(told)
    yield classic.create_router()
    yield recommendations.create_router()
    for router in (years, games, similar, vocabulary, model):
        yield router.create_router()
    yield operations.create_router(serving)
    yield metrics.create_router(counts)
    yield admin.create_router(serving, Commands(workspace), workspace)
    yield pages.create_router(workspace, told)
    yield static.create_router()
