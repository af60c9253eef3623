"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tasador.web.answers import Served
from tasador.web.reply import Reply, Table
from tasador.web.serving import Serving

__all__ = ["create_router", "known"]


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Refused(BaseModel):
    """A champion that could not be loaded; the version before it answers."""

    model_version: str | None = Field(description="Its name; null where the workspace does not say.")
    why: str = Field(description="What is wrong with it.")
    at: datetime = Field(description="When it was refused.")


class Ready(BaseModel):
    """What the process answers from."""

    status: str = "ready"
    model_version: str
    snapshot: str
    refused: Refused | None = Field(description="The newer champion that could not be loaded, if there is one.")


def known() -> Table:
    """Give what is known beforehand: that the process lives is said by its answering at all."""
    return {("/livez", b""): Reply(Alive().model_dump_json().encode(), etag=None)}


def create_router(serving: Serving) -> APIRouter:
    """Make the routes that orchestrators ask."""
    router = APIRouter(tags=["Operations"])

    @router.get("/livez", summary="Whether the process lives.")
    async def livez() -> Alive:
        return Alive()

    @router.get("/readyz", summary="Whether it can answer, and from which model and snapshot.")
    async def readyz(served: Served) -> Ready:
        refusal = serving.refused
        refused = None if refusal is None else Refused(model_version=refusal.version, why=refusal.why, at=refusal.at)
        return Ready(model_version=served.version, snapshot=served.snapshot, refused=refused)

    return router
