"""The pages' addresses."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from tasador.storage.workspace import Workspace
from tasador.web.appraisals import Told
from tasador.web.pages import appraise, batch, developers, game, market, reports, search, trust
from tasador.web.pages.frame import PageRoute

__all__ = ["create_router"]


def create_router(workspace: Workspace, told: Sequence[Told] = ()) -> APIRouter:
    """Make the pages' routes.

    Args:
        told: Told of each appraisal that is answered.
    """
    router = APIRouter(include_in_schema=False, route_class=PageRoute)
    appraise.add_to(router, told)
    batch.add_to(router, told)
    developers.add_to(router)
    market.add_to(router)
    search.add_to(router)
    game.add_to(router)
    trust.add_to(router, workspace)

    # NOTE: none of these is async: what takes longer than a moment is done in a thread.
    @router.get("/docs")
    def show_docs(request: Request) -> Response:
        return reports.docs(request)

    @router.get("/profile")
    def show_profile(request: Request) -> Response:
        place = workspace.profiles / request.state.served.snapshot
        return reports.report(request, place / "profile.html", "tasador profile")

    @router.get("/quality")
    def show_quality(request: Request) -> Response:
        place = workspace.snapshots / request.state.served.snapshot
        return reports.report(request, place / "quality.html", "tasador ingest SOURCE")

    return router
