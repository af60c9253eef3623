"""Appraise: a form that an address fills, and what the model says of the game that it describes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response

from tasador.appraisal.abstention import WIDEST_RATIO
from tasador.appraisal.appraisal import NOTE, Appraisal
from tasador.appraisal.columns import cells
from tasador.appraisal.fields import LISTS, RequestError
from tasador.appraisal.request import FIELDS
from tasador.appraisal.request import Request as Asked
from tasador.web.appraisals import Told, body, identify
from tasador.web.pages.answer import about, answer, common_labels, kinds
from tasador.web.pages.form import BEFORE, Form, read_form
from tasador.web.pages.frame import show
from tasador.web.pages.names import CONFIDENCE, GROUPS, KINDS, error_told, field_value, input_name, input_value
from tasador.web.pages.names import FIELDS as FIELD_NAMES
from tasador.web.pages.sender import is_meant
from tasador.web.pages.visit import Visit, visit_of
from tasador.web.problems import Problem
from tasador.web.reply import encode

__all__ = ["add_to"]

#: Names of files that browsers keep an answer under.
_FILE = "tasador-appraisal"


def add_to(router: APIRouter, told: Sequence[Told]) -> None:
    """Add the routes.

    Args:
        told: Told of each appraisal that is answered.
    """

    def tell(request: Request, appraisal: Appraisal) -> None:
        for one in told if is_meant(request) else ():
            one(appraisal, identify(appraisal), request.state.request_id)

    def show_form(request: Request) -> Response:
        visit = visit_of(request)
        form = read_form(visit.asked, visit.served.appraiser)
        found = None if form.is_empty else form.read(visit.served.appraiser)
        if found is None:
            return _page(visit, form)
        if not isinstance(found, Asked):
            return _page(visit, form, errors=found)
        made = answer(visit, form, found)
        tell(request, made.appraisal)
        return _page(visit, form, made=made)

    def as_json(request: Request) -> Response:
        appraisal = _appraised(visit_of(request))
        tell(request, appraisal)
        return _file(encode(body(appraisal)), "json", "application/json")

    def as_csv(request: Request) -> Response:
        appraisal = _appraised(visit_of(request))
        tell(request, appraisal)
        return _file(_row(appraisal), "csv", "text/csv; charset=utf-8")

    router.add_api_route("/", show_form)
    router.add_api_route("/appraisal.json", as_json)
    router.add_api_route("/appraisal.csv", as_csv)


def _page(visit: Visit, form: Form, *, made: Any = None, errors: Sequence[RequestError] = ()) -> Response:
    served, appraiser = visit.served, visit.served.appraiser
    by_field: dict[str, list[RequestError]] = {}
    for error in errors:
        by_field.setdefault(error.pointer.split("/")[1] if error.pointer else "name", []).append(error)
    abstention = appraiser.calibration.abstention
    return show(
        visit,
        "appraise.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        # NOTE: what a browser's address says after an answer was put into the page: the question alone.
        headers=visit.pushed("/", made.link if made else form.pairs),
        form=form,
        made=made,
        errors=by_field,
        fields=appraiser.vocabulary.fields or frozenset(FIELDS),
        labels={name: common_labels(served, name) for name in LISTS},
        kinds=kinds(served),
        about=about(served),
        learned=(abstention.learned_from, abstention.learned_until),
        day=appraiser.day_assumed(),
        widest=WIDEST_RATIO,
        before=BEFORE,
        note=NOTE,
        today=datetime.now(UTC).date(),
        shown=lambda name, value: field_value(visit.language, name, value),
        names={"kinds": KINDS, "fields": FIELD_NAMES, "groups": GROUPS, "confidence": CONFIDENCE},
        input_name=lambda name: input_name(visit.language, name),
        input_value=lambda *told: input_value(visit.language, *told),
    )


def _appraised(visit: Visit) -> Appraisal:
    """Appraise what an address asks.

    Raises:
        Problem: Something is wrong with it.
    """
    form = read_form(visit.asked, visit.served.appraiser)
    found = form.read(visit.served.appraiser)
    if isinstance(found, Asked):
        return visit.served.appraiser.answer(found)
    wrong = " ".join(error_told(visit.language, error) for error in found)
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-game", "Invalid game", wrong)


def _row(appraisal: Appraisal) -> bytes:
    game = appraisal.game
    given = {name: getattr(game, name) for name in FIELDS}
    row = {name: ";".join(value) if isinstance(value, tuple) else value for name, value in given.items()}
    text = io.StringIO()
    table = csv.DictWriter(text, [*row, *(answered := cells(appraisal))], lineterminator="\r\n")
    table.writeheader()
    table.writerow({**row, **answered})
    return text.getvalue().encode("utf-8", "replace")


def _file(content: bytes, ending: str, media_type: str) -> Response:
    named = f'attachment; filename="{_FILE}.{ending}"'
    # NOTE: a tag of its own, for an answer goes by the day too, which no address says; and it is asked for each time.
    etag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    return Response(content, headers={"content-disposition": named, "etag": etag}, media_type=media_type)
