"""The model that answers: what it is, and how far it can be trusted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from tasador.features.inputs import Variant
from tasador.web import model_examples as examples
from tasador.web.accept import weighted
from tasador.web.accuracy_schema import Accuracy, Calibration, ModelVersion
from tasador.web.answers import Served
from tasador.web.query_names import NamedRoute

__all__ = ["create_router"]

_JSON: Final = "application/json"
_MARKDOWN: Final = "text/markdown"

_FORMS: Final = ("json", "markdown")

Format = Annotated[
    Literal[_FORMS],  # type: ignore[valid-type]
    Query(alias="format", description="Without it the Accept header decides; JSON if that says neither."),
]


class MainFigures(BaseModel):
    """The version's accuracy in a line: `/v1/model/accuracy` has the tables."""

    split: str
    says: str = Field(description="How training and test were parted.")
    kind: str
    n: int
    mae_usd: float = Field(description="Mean absolute error.")
    rmsle: float = Field(description="Root mean squared error of log(1 + price).")
    mdape: float = Field(description="Median absolute error as a share of the price.")
    within_20_percent: float = Field(description="Share of estimates no farther off.")


class Model(ModelVersion):
    """What the version is, and what it is for: the card in short."""

    learned_from: date = Field(description="The oldest release that it learned from.")
    variant: Variant = Field(description="What its inputs are made from.")
    n_rows: int = Field(description="Entries that it learned from.")
    made_at: datetime
    made_by: dict[str, str] = Field(description="The code.")
    libraries: dict[str, str]
    intended_use: str
    not_for: list[str]
    limits: list[str]
    accuracy: MainFigures | None = Field(description="Null where no game was held out.")


def create_router() -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/v1/model", tags=["Model"], route_class=NamedRoute)

    @router.get(
        "",
        summary="What the model is, and what it is for",
        response_model=Model,
        responses={
            200: {
                "description": "The card: in short as JSON, whole as Markdown.",
                "content": {
                    _JSON: {"example": examples.MODEL},
                    _MARKDOWN: {"schema": {"type": "string"}, "example": examples.CARD},
                },
            },
        },
    )
    async def model(
        served: Served,
        form: Format = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        headers = {} if form else {"Vary": "Accept"}
        if form == "markdown" or (form is None and _prefers_markdown(accept)):
            return Response(served.documents.card, headers=headers, media_type=_MARKDOWN)
        return Response(served.documents.model, headers=headers, media_type=_JSON)

    @router.get(
        "/accuracy",
        summary="How far off the model is, on entries that it had not seen",
        response_model=Accuracy,
        responses={200: {"description": "The tables.", "content": {_JSON: {"example": examples.ACCURACY}}}},
    )
    async def accuracy(served: Served) -> Response:
        return Response(served.documents.accuracy, media_type=_JSON)

    @router.get(
        "/calibration",
        summary="Whether the model's intervals and probabilities come true",
        response_model=Calibration,
        responses={200: {"description": "What came true.", "content": {_JSON: {"example": examples.CALIBRATION}}}},
    )
    async def calibration(served: Served) -> Response:
        return Response(served.documents.calibration, media_type=_JSON)

    return router


def _prefers_markdown(accept: str) -> bool:
    """Say whether a client would rather have Markdown than JSON (RFC 9110, 12.5.1); it has JSON of equals."""
    weights = dict(weighted(accept))

    def weight(media_type: str) -> float:
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        return next((weights[one] for one in ranges if one in weights), 0.0)

    return weight(_MARKDOWN) > weight(_JSON)
