"""Many games: a table is pasted, or read by the browser and sent in pieces, and every row is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.columns import EMPTY, cells
from tasador.appraisal.fields import RequestError
from tasador.appraisal.request import Request as Asked
from tasador.appraisal.request import read_row
from tasador.web import leaving
from tasador.web.appraisal_schema import MOST_GAMES
from tasador.web.appraisals import Told, identify
from tasador.web.pages.frame import show
from tasador.web.pages.names import CONFIDENCE, error_told
from tasador.web.pages.rows import MOST_COLUMNS, Row, UnreadableError, read_table, written
from tasador.web.pages.sender import check_own
from tasador.web.pages.visit import Visit, visit_of
from tasador.web.problems import Problem

__all__ = ["add_to"]

#: What browsers send forms as.
_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = MOST_COLUMNS + 10

#: So many rows are appraised together; whether the client is still there is looked at in between.
_TOGETHER: Final = 100

#: Rows that are shown before anything is asked.
_EXAMPLE: Final = """name,genres,specs,developer,release_date
Sundial,Indie;Casual,Single-player;Steam Achievements,,2017-06-01
Moonrise,Indie,Single-player;Steam Trading Cards,,2017-06-01
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is shown.

    Attributes:
        number: Its place, from 1.
        name: The game's.
        appraisal: The answer; None where there is none.
        errors: What is wrong, in words.
    """

    number: int
    name: str
    appraisal: Appraisal | None
    errors: tuple[str, ...]


def add_to(router: APIRouter, told: Sequence[Told]) -> None:
    """Add the routes.

    Args:
        told: Told of each appraisal that is answered.
    """

    def show_form(request: Request) -> Response:
        return _page(visit_of(request))

    async def answer(request: Request) -> Response:
        check_own(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type", _FORM)
        raw, visit, request_id = await request.body(), visit_of(request), request.state.request_id
        return await leaving.in_thread(lambda check: _answered(visit, raw, request_id, told, check), request)

    router.add_api_route("/batch", show_form)
    router.add_api_route("/batch", answer, methods=["POST"])


def _answered(visit: Visit, raw: bytes, request_id: str, told: Sequence[Told], check: leaving.Check) -> Response:
    try:
        sent = parse_qs(raw.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        sent = {}
    text, first = sent.get("rows", [""])[0], _number(sent.get("first", ["1"])[0])
    try:
        table = read_table(text, sent.get("column", ()))
    except UnreadableError as error:
        return _page(visit, text, wrong=visit.language.told(error.says))
    lines: list[Line] = []
    for start in range(0, len(table.rows), _TOGETHER):
        check()
        lines += _lines(visit, table.rows[start : start + _TOGETHER], first + start)
    for line in lines:
        if line.appraisal is not None:
            for tell in told:
                tell(line.appraisal, identify(line.appraisal), request_id)
    answers = [_cells(line) for line in lines]
    if sent.get("to") == ["csv"]:
        headers = {"content-disposition": 'attachment; filename="tasador-appraisals.csv"'}
        content = written(table, answers, header=True).encode("utf-8", "replace")
        return Response(content, headers=headers, media_type="text/csv; charset=utf-8")
    return _page(visit, text, lines=lines, kept=written(table, answers, header=first == 1))


def _page(
    visit: Visit, text: str = "", *, lines: Sequence[Line] | None = None, kept: str = "", wrong: str = ""
) -> Response:
    return show(
        visit,
        "batch.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        text=text,
        example=_EXAMPLE,
        lines=lines,
        kept=kept,
        wrong=wrong,
        most=MOST_GAMES,
        confidence=CONFIDENCE,
    )


def _lines(visit: Visit, rows: Sequence[Row], first: int) -> list[Line]:
    appraiser, today = visit.served.appraiser, visit.served.appraiser.day_assumed()
    found: list[Asked | tuple[RequestError, ...]] = []
    for row in rows:
        if row.wrong is None:
            found.append(read_row(row.cells, appraiser.vocabulary, today=today))
        else:
            found.append((RequestError("", row.wrong, "", "", ""),))
    asked = [one for one in found if isinstance(one, Asked)]
    answers = iter(appraiser.appraise_many(asked, compared=False))
    return [
        _line(visit, number, row, one, answers)
        for number, (row, one) in enumerate(zip(rows, found, strict=True), first)
    ]


def _line(
    visit: Visit, number: int, row: Row, found: Asked | tuple[RequestError, ...], answers: Iterator[Appraisal]
) -> Line:
    name = str(row.cells.get("name") or "")
    if isinstance(found, Asked):
        return Line(number, name, next(answers), ())
    return Line(number, name, None, tuple(error_told(visit.language, error) for error in found))


def _cells(line: Line) -> dict[str, Any]:
    return {**EMPTY, "error": " ".join(line.errors)} if line.appraisal is None else cells(line.appraisal)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
