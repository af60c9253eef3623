"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from tasador.web.answers import Answers

__all__ = ["create_router"]


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class Ready(BaseModel):
    """What the process answers from."""

    status: str = "ready"
    model_version: str
    snapshot: str


def create_router(answers: Answers) -> APIRouter:
    """Make the routes that orchestrators ask."""
    router = APIRouter(tags=["Operations"])

    @router.get("/livez", summary="Whether the process lives.")
    async def livez() -> Alive:
        return Alive()

    @router.get("/readyz", summary="Whether it can answer, and from which model and snapshot.")
    async def readyz() -> Ready:
        return Ready(model_version=answers.version, snapshot=answers.snapshot)

    return router
