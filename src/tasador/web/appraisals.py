"""`POST /v1/appraisals`: a game or a list of games as JSON, and what the model says of each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.fields import RequestError
from tasador.appraisal.request import FIELDS, read
from tasador.appraisal.request import Request as Asked
from tasador.appraisal.vocabulary import nearest
from tasador.web import json_body, leaving
from tasador.web.appraisal_schema import INCLUDES, MOST_EXPLAINED, MOST_GAMES, documentation
from tasador.web.problems import Problem
from tasador.web.query_names import check_names

__all__ = ["Include", "Told", "body", "create_router", "identify"]

#: Told of each appraisal that is answered, with its id and the request's. It must not block.
Told: TypeAlias = Callable[[Appraisal, str, str], None]

#: What an answer is to hold beside the estimate: some of `INCLUDES`.
Include: TypeAlias = frozenset[str]

#: What of an answer goes with what is asked for.
_KEYS: Final = {"contributions": ("base", "contributions"), "comparables": ("comparables", "second_opinion")}

#: The parameters of the query, each with whether it may be repeated.
_PARAMETERS: Final = {"include": True}

_EVERYTHING: Final[Include] = frozenset(INCLUDES)
_NOTHING: Final[Include] = frozenset()

#: Of a list, so many games are appraised together; whether the client is still there is looked at in between.
_TOGETHER: Final = 100

#: Further fields, longer names of fields and further errors are not looked at one by one: a body may be hostile.
_MOST_FIELDS: Final = 50
_LONGEST_FIELD: Final = 100
_MOST_ERRORS: Final = 20


class _Direct(APIRoute):
    """A route whose endpoint takes the request as it is: having FastAPI read it takes a quarter of an appraisal."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self.endpoint


def create_router(told: Sequence[Told] = ()) -> APIRouter:
    """Make the route.

    Args:
        told: Told of each appraisal that is answered.
    """
    router = APIRouter(tags=["Appraisals"], route_class=_Direct)

    async def appraise(request: Request) -> Response:
        json_body.check_type(request.headers)
        include = _included(request.scope["query_string"])
        work = _Work(await request.body(), include, request, told)
        # NOTE: even the third of a millisecond that one game takes. Measured on one processor, a server that answers
        # those on its event loop is no faster, and when it has too much to do it answers a quarter as many: it notices
        # too late who is to be turned away.
        if work.is_list:
            return await leaving.in_thread(work.answer, request)
        return await asyncio.to_thread(work.answer)

    router.add_api_route("/v1/appraisals", appraise, methods=["POST"], **documentation())
    return router


def body(appraisal: Appraisal, include: Include = _EVERYTHING) -> dict[str, Any]:
    """Turn an appraisal into an answer; of what is not included it has no keys."""
    found = {"id": identify(appraisal), **appraisal.to_dict()}
    for part, keys in _KEYS.items():
        if part not in include:
            for key in keys:
                del found[key]
    return found


def identify(appraisal: Appraisal) -> str:
    """Name an appraisal: the same game, asked in the same way of the same model and snapshot, is the same appraisal."""
    game = appraisal.game
    # NOTE: confidence also goes by comparables, where they were looked at.
    answered_by = (appraisal.model_version, appraisal.snapshot, bool(appraisal.comparables))
    chosen = [sorted(appraisal.pinned), sorted(appraisal.dropped)] if appraisal.pinned or appraisal.dropped else []
    asked = [*answered_by, *[getattr(game, field) for field in FIELDS], *chosen]
    return blake2b(json.dumps(asked, default=str).encode(), digest_size=12).hexdigest()


class _Work:
    """What one request asks for."""

    def __init__(self, raw: bytes, include: Include | None, request: Request, told: Sequence[Told]) -> None:
        self._raw = raw
        self._include = include
        self._appraiser: Appraiser = request.state.served.appraiser
        self._request_id = request.scope["state"].get("request_id", "")
        self._told = told

    @property
    def is_list(self) -> bool:
        """Whether it is about several games, which may take long."""
        return self._raw.lstrip()[:1] == b"["

    def answer(self, check: leaving.Check = lambda: None) -> Response:
        """Answer with JSON.

        Args:
            check: Called between the parts of a list.

        Raises:
            Problem: The body is no JSON, or the one game that it holds is wrong, or the list is too long.
            GoneError: Nobody waits for it.
        """
        asked = json_body.parse(self._raw)
        today = self._appraiser.day_assumed()
        found = self._list(asked, today, check) if isinstance(asked, list) else self._one(asked, today)
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        # NOTE: what a client sent may have halves of surrogate pairs, which JSON can escape and UTF-8 has not.
        return Response(text.encode("utf-8", "backslashreplace"), media_type="application/json")

    def _one(self, fields: object, today: date) -> dict[str, Any]:
        found = _read(fields, self._appraiser, today)
        if not isinstance(found, Asked):
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "invalid-game",
                "Invalid game",
                "The game cannot be appraised as it was sent: `errors` says what is wrong with it.",
                **_errors(found, ""),
            )
        (answered,) = self._appraised([found], _EVERYTHING if self._include is None else self._include)
        return answered

    def _list(self, games: list[Any], today: date, check: leaving.Check) -> dict[str, Any]:
        include = self._include or _NOTHING
        most = MOST_EXPLAINED if include else MOST_GAMES
        if len(games) > most:
            said = "with this `include` it" if include else "it"
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "too-many-games",
                "Too many games",
                f"The list has {len(games):,} games; {said} may have {most:,}. Send them in parts.",
                limit=most,
            )
        items: list[dict[str, Any]] = []
        for start in range(0, len(games), _TOGETHER):
            check()
            found = [_read(fields, self._appraiser, today) for fields in games[start : start + _TOGETHER]]
            answered = iter(self._appraised([one for one in found if isinstance(one, Asked)], include))
            items.extend(
                next(answered) if isinstance(one, Asked) else _errors(one, f"/{at}")
                for at, one in enumerate(found, start)
            )
        return {"items": items}

    def _appraised(self, asked: Sequence[Asked], include: Include) -> list[dict[str, Any]]:
        explained, compared = "contributions" in include, "comparables" in include
        appraisals = list(self._appraiser.appraise_many(asked, explained=explained, compared=compared))
        bodies = [body(appraisal, include) for appraisal in appraisals]
        for appraisal, found in zip(appraisals, bodies, strict=True):
            for tell in self._told:
                tell(appraisal, found["id"], self._request_id)
        return bodies


@lru_cache(maxsize=64)
def _included(query: bytes) -> Include | None:
    """Read what an answer is to hold; None where the query does not say.

    Raises:
        Problem: It names something else, or has another parameter.
    """
    if not query:
        return None
    check_names(query, _PARAMETERS)
    given = parse_qs(query.decode("latin-1"), keep_blank_values=True)["include"]
    parts = frozenset(part for value in given for part in value.replace(" ", "").split(",") if part)
    if wrong := sorted(parts - _EVERYTHING):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-include",
            "Invalid include",
            f"{wrong[0][:_LONGEST_FIELD]!r} cannot be included. Name some of {', '.join(INCLUDES)}, or nothing.",
            parameter="include",
            suggestions=list(nearest(wrong[0][:_LONGEST_FIELD], INCLUDES)),
            valid=list(INCLUDES),
        )
    return parts


def _read(fields: object, appraiser: Appraiser, today: date) -> Asked | tuple[RequestError, ...]:
    if isinstance(fields, dict):
        if len(fields) > _MOST_FIELDS:
            expected = f"some of {', '.join(FIELDS)}"
            return (RequestError("", "too many fields", f"{len(fields)}", expected, "Leave out all others."),)
        if (longest := max(map(len, fields), default=0)) > _LONGEST_FIELD:
            expected = f"one of {', '.join(FIELDS)}"
            what = "the name of a field is too long"
            return (RequestError("", what, f"{longest} characters", expected, "Leave it out."),)
    try:
        return read(fields, appraiser.vocabulary, today=today)
    except RecursionError:
        expected = "texts, numbers, and lists of texts"
        return (RequestError("", "nested too deep", "lists in lists", expected, "Take the inner lists out."),)


def _errors(found: Sequence[RequestError], place: str) -> dict[str, Any]:
    """Tell what is wrong with a game.

    Args:
        place: Where it is in the body, as a JSON pointer.
    """
    errors = [
        {
            "pointer": place + error.pointer,
            "detail": error.what,
            "got": error.got,
            "expected": error.expected,
            "do": error.do,
        }
        for error in islice(found, _MOST_ERRORS)
    ]
    return {"errors": errors, "n_errors": len(found)}
