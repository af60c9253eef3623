"""The kinds and labels that the catalogue has, and which of them the model knows."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from tasador.web import model_examples
from tasador.web.accuracy_schema import ModelVersion
from tasador.web.answers import Served
from tasador.web.query_names import NamedRoute

__all__ = ["create_router"]


class Word(BaseModel):
    """A kind or label."""

    name: str
    n: int = Field(ge=0, description="Entries of the snapshot that have it.")
    known_to_model: bool = Field(
        description="Whether the model has an input for it; of other labels it sees how many there are."
    )


class Vocabulary(BaseModel):
    """Kinds in a fixed order, also those that no entry is of; labels the commonest first, of equals by name."""

    model: ModelVersion
    n: int = Field(ge=0, description="Entries of the snapshot.")
    kinds: list[Word]
    genres: list[Word]
    specs: list[Word] = Field(description="The store's features.")
    tags: list[Word] = Field(description="By users, after release.")


_EXAMPLE: Final[dict[str, Any]] = {
    "model": model_examples.VERSION,
    "n": 3_716,
    "kinds": [{"name": "game", "n": 1_762, "known_to_model": True}],
    "genres": [{"name": "Indie", "n": 1_949, "known_to_model": True}],
    "specs": [{"name": "Single-player", "n": 3_024, "known_to_model": True}],
    "tags": [{"name": "Indie", "n": 1_963, "known_to_model": False}],
}


def create_router() -> APIRouter:
    """Make the route."""
    router = APIRouter(tags=["Market"], route_class=NamedRoute)

    @router.get(
        "/v1/vocabulary",
        summary="The kinds, genres, specs and tags that there are",
        response_model=Vocabulary,
        responses={200: {"description": "The words.", "content": {"application/json": {"example": _EXAMPLE}}}},
    )
    async def vocabulary(served: Served) -> Response:
        return Response(served.documents.vocabulary, media_type="application/json")

    return router
