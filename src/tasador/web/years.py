"""The market's statistics by release year, over the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from tasador.market.yearly import MOST, Question
from tasador.web.answers import Served
from tasador.web.flag import Flag
from tasador.web.model_examples import VERSION
from tasador.web.problem_schema import described, problem
from tasador.web.problems import Problem
from tasador.web.query_names import NamedRoute
from tasador.web.year_schema import AllYears, Genres, Kind, Prices, Sentiments, Specs, Tags, TopRated, Year

__all__ = ["create_router"]


YearInPath = Annotated[int, Path(ge=1, le=9_999, description="The release year.", examples=[2016])]
OfKind = Annotated[Kind, Query(description="Entries of this kind only; without it all kinds together.")]
Paid = Annotated[
    Flag,
    Query(description="Leave out the entries that are free, and those whose price is unknown."),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="The longest list to answer.")]

_ASKED: Final = {"snapshot": VERSION["snapshot"], "currency": "USD", "kind": "game", "paid": False}
_OF_2016: Final = {**_ASKED, "year": 2016, "n": 363}
_PRICE: Final = {
    "n": 335,
    "p10": "0.99",
    "p25": "3.99",
    "median": "6.99",
    "p75": "9.99",
    "p90": "19.99",
    "share_at_least_20_usd": 0.0537,
}
_PRICED: Final = {"n_priced": 351, "n_free": 16, "share_free": 0.0456, "price": _PRICE}
_YEAR: Final = {
    "year": 2016,
    "n": 363,
    "n_by_kind": {"game": 363},
    "n_early_access": 26,
    "share_early_access": 0.0716,
    **_PRICED,
}
_ENTRY: Final = {"app_id": 9320, "name": "Nozvale's Voyage", "kind": "game", "price": "3.99"}


_UNKNOWN_YEAR: Final = problem(
    HTTPStatus.NOT_FOUND,
    "unknown-year",
    "No such year",
    "The catalogue has no entry of 1066. Ask for one of the valid years.",
    "/v1/years/1066",
    parameter="year",
    valid_years=[2015, 2016, 2017],
)


def _labels(name: str, n: int, n_paid: int) -> dict[str, Any]:
    return {"name": name, "n": n, "share": round(n / _OF_2016["n"], 4), "price": {**_PRICE, "n": n_paid}}


#: What is said of a year, by the last part of the route: in words, in form, and by example.
_TOPICS: Final[dict[str, tuple[str, type[BaseModel], dict[str, Any]]]] = {
    "genres": ("A year's genres", Genres, {"n_distinct": 12, "genres": [_labels("Indie", 228, 207)]}),
    "specs": (
        "A year's specs, the store's features",
        Specs,
        {"n_distinct": 24, "specs": [_labels("Single-player", 329, 304)]},
    ),
    "tags": (
        "A year's tags by users, which are given after release",
        Tags,
        {"n_distinct": 117, "tags": [_labels("Indie", 228, 207)]},
    ),
    "sentiment": (
        "A year's summaries of user reviews, best first",
        Sentiments,
        {"n_with_sentiment": 234, "sentiments": [{"name": "Overwhelmingly Positive", "n": 7, "share": 0.0299}]},
    ),
    "top-rated": (
        "A year's best rated entries, best first; of equals by name",
        TopRated,
        {
            "n_with_metascore": 42,
            "by_metascore": [{**_ENTRY, "metascore": 92}],
            "n_with_reviews": 200,
            "by_reviews": [{**_ENTRY, "n_reviews": 812, "share_positive": 0.9372, "share_positive_at_least": 0.9183}],
        },
    ),
    "prices": (
        "What a year's entries cost",
        Prices,
        {
            **_PRICED,
            "n_distinct": 21,
            "price_points": [{"price": "9.99", "n": 56, "share": 0.1672, "share_at_least": 0.403}],
        },
    ),
}


def create_router() -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/v1/years", tags=["Market"], route_class=NamedRoute)

    @router.get(
        "",
        summary="All years, summed up",
        response_model=AllYears,
        responses={
            200: _example(
                "The years.", {**_ASKED, "n": 1_762, "first_year": 1983, "last_year": 2018, "years": [_YEAR]}
            ),
        },
    )
    async def all_years(served: Served, *, kind: OfKind = None, paid: Paid = False) -> Response:
        return _json(served.statistics.body(Question(kind, paid)))

    @router.get(
        "/{year}",
        summary="A year, summed up",
        response_model=Year,
        responses={
            200: _example("The year.", {**_ASKED, **_YEAR}),
            **described(_UNKNOWN_YEAR),
        },
    )
    async def one_year(served: Served, year: YearInPath, *, kind: OfKind = None, paid: Paid = False) -> Response:
        return _of_year(served, year, None, Question(kind, paid))

    for topic, (summary, model, example) in _TOPICS.items():
        router.add_api_route(
            f"/{{year}}/{topic}",
            _one_topic(topic),
            methods=["GET"],
            name=f"year_{topic.replace('-', '_')}",
            summary=summary,
            response_model=model,
            responses={
                200: _example("What there is.", {**_OF_2016, **example}),
                **described(_UNKNOWN_YEAR),
            },
        )
    return router


def _one_topic(topic: str) -> Callable[..., Any]:
    async def answer(
        served: Served, year: YearInPath, *, kind: OfKind = None, paid: Paid = False, limit: Limit = 20
    ) -> Response:
        return _of_year(served, year, topic, Question(kind, paid, limit))

    return answer


def _of_year(served: Served, year: int, topic: str | None, question: Question) -> Response:
    known = served.statistics.years
    if year not in known:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "unknown-year",
            "No such year",
            f"The catalogue has no entry of {year}. Ask for one of the valid years.",
            parameter="year",
            valid_years=known,
        )
    return _json(served.statistics.body(question, year, topic))


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _example(says: str, example: dict[str, Any]) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"example": example}}}
