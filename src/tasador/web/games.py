"""The games of the catalogue: found by name and by what they are, looked up, and appraised beside their price."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from tasador.appraisal.appraisal import CURRENCY, Appraisal
from tasador.appraisal.request import FIELDS, Given, UnknownLabel
from tasador.appraisal.request import Request as Asked
from tasador.appraisal.vocabulary import Vocabulary
from tasador.features.game import from_row
from tasador.storage.catalogue import Catalogue, SlowQueryError
from tasador.web.answers import Served
from tasador.web.appraisals import body
from tasador.web.game_query import Cursor, GamesAsked, place_after, query_of
from tasador.web.game_schema import (
    SLOW,
    GameAppraised,
    GameList,
    GameRecord,
    appraisal_responses,
    list_responses,
    record_responses,
)
from tasador.web.problems import Problem
from tasador.web.query_names import NamedRoute
from tasador.web.reply import encode

__all__ = ["AppId", "asked_of", "create_router", "in_time", "ratio", "record_of", "seen_in_training"]

AppId = Annotated[int, Path(ge=1, le=2**32 - 1, description="The store's number of the game.", examples=[42810])]


def create_router() -> APIRouter:
    """Make the routes."""
    router = APIRouter(prefix="/v1/games", tags=["Games"], route_class=NamedRoute)
    # NOTE: none of them is async: what they ask takes milliseconds, in a thread.
    router.add_api_route(
        "",
        _search,
        summary="Games by name, and by what they are",
        description="All that is given must hold. Pages are walked by `next_cursor`, or by the Link header: each game "
        "comes once.",
        response_model=GameList,
        responses=list_responses(),
    )
    router.add_api_route(
        "/{app_id}", _look_up, summary="A game", response_model=GameRecord, responses=record_responses()
    )
    router.add_api_route(
        "/{app_id}/appraisal",
        _appraise,
        summary="What the model says of a game, beside its price",
        description="The model answers as it would have for a request with what the catalogue knows of the game at "
        "launch. It may have learned from the game's own price: `seen_in_training` says so.",
        response_model=GameAppraised,
        responses=appraisal_responses(),
    )
    return router


def _search(request: Request, served: Served, asked: Annotated[GamesAsked, Query()]) -> Response:
    after = place_after(asked, served.snapshot)
    with in_time(served.games):
        query = query_of(asked, served.games)
        page = served.games.page(query, after=after, limit=asked.limit, counted=asked.count)
    headers = {}
    cursor = None
    if page.last is not None:
        cursor = Cursor.of(asked, served.snapshot, page.last).encoded()
        given = [(name, value) for name, value in parse_qsl(request.url.query) if name != "cursor"]
        headers["Link"] = f'<{request.url.path}?{urlencode([*given, ("cursor", cursor)])}>; rel="next"'
    content = b'{"items":[%b],"next_cursor":%b,"n_total":%b}' % (
        b",".join(page.records),
        encode(cursor),
        encode(page.n_total),
    )
    return Response(content, headers=headers, media_type="application/json")


def _look_up(served: Served, app_id: AppId) -> Response:
    return Response(record_of(served.games, app_id), media_type="application/json")


def _appraise(served: Served, app_id: AppId) -> Response:
    record = json.loads(record_of(served.games, app_id))
    appraisal = served.appraiser.answer(asked_of(record, served.appraiser.vocabulary))
    content = {
        **{key: record[key] for key in ("app_id", "name", "price", "currency")},
        "ratio": ratio(record, appraisal),
        **_told_of_training(appraisal),
        "appraisal": body(appraisal),
    }
    return Response(encode(content), media_type="application/json")


def record_of(games: Catalogue, app_id: int) -> bytes:
    """Look up a game's record.

    Raises:
        Problem: The catalogue has no such game.
        HTTPException: It takes too long.
    """
    with in_time(games):
        found = games.record(app_id)
    if found is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "unknown-game",
            "No such game",
            f"The catalogue has no entry of the number {app_id}. /v1/games finds entries by their names.",
            parameter="app_id",
        )
    return found


def asked_of(record: dict[str, Any], vocabulary: Vocabulary) -> Asked:
    """Turn a record into a request: with what the catalogue knows of the game."""
    return Asked(from_row(record), _given(record, vocabulary))


def _given(record: dict[str, Any], vocabulary: Vocabulary) -> Given:
    given = [field for field in FIELDS if record[field] not in (None, [])]
    read = FIELDS if vocabulary.fields is None else vocabulary.fields
    return Given(
        used=tuple(field for field in given if field in read),
        defaulted=(),
        absent=tuple(field for field in FIELDS if field not in given),
        ignored=tuple(field for field in given if field not in read),
        unknown=tuple(
            UnknownLabel(field, label, vocabulary.nearest(field, label))
            for field in given
            if vocabulary.knows(field)
            for label in record[field]
            if vocabulary.match(field, label) is None
        ),
    )


def ratio(record: dict[str, Any], appraisal: Appraisal) -> float | None:
    """Divide the estimate by the price; None where either is not known, or they cannot be compared."""
    estimate, price = appraisal.estimate_usd, float(record["price"] or 0)
    if estimate is None or price == 0 or record["currency"] != CURRENCY:
        return None
    return round(estimate / price, 4)


def seen_in_training(appraisal: Appraisal) -> bool:
    """Say whether the model may have learned from the game's own price."""
    return appraisal.game.release_date <= appraisal.learned_until


def _told_of_training(appraisal: Appraisal) -> dict[str, Any]:
    seen = seen_in_training(appraisal)
    until = appraisal.learned_until.isoformat()
    note = (
        f"The model learned from releases up to {until}, most likely from this one too: how near the estimate is to "
        "the price says little about games that the model has not seen. /v1/model/accuracy does."
        if seen
        else f"The model learned from releases up to {until}: it has not seen this price."
    )
    return {"seen_in_training": seen, "note": note}


@contextlib.contextmanager
def in_time(games: Catalogue, seconds: float | None = None) -> Iterator[None]:
    """Answer that the service is not available where the catalogue takes too long.

    Args:
        seconds: What all that a request asks of it may take; None is what one query may.
    """
    try:
        with games.within(seconds):
            yield
    except SlowQueryError as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, SLOW, {"Retry-After": "1"}) from error
