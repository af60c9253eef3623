"""Many games: every row is answered or told its errors, in its order."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import tracemalloc
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from tasador.appraisal.columns import COLUMNS
from tasador.storage.workspace import Workspace
from tasador.web import answers
from tasador.web.pages.language import languages
from tasador.web.pages.routes import create_router
from tasador.web.pages.rows import UnreadableError, read_table
from tasador.workflows.run import Ran
from tests.web.asgi import Client, scope
from tests.web.pages import Element, read

TABLE = """name,genres,release_date,early_access,mine
Sundial,Indie;Strategy,2016-11-30,no,7
"Moonrise, again",Indie,soon,,
,Indie,2016-11-30,,
Box,,1066-01-01,perhaps,
Far,Indie,1951-01-01,,
"""
LINES = "\n".join(
    [
        json.dumps({"name": "Sundial", "genres": ["Indie", "Strategy"], "release_date": "2016-11-30"}),
        "{no json",
        '"a text"',
    ]
)


def answered(client: TestClient, text: str, status: int = 200, **more: str) -> Element:
    answer = client.post("/batch", data={"rows": text, **more})
    assert answer.status_code == status
    return read(answer.text)


def outcomes(found: Element) -> list[str]:
    return [row.attributes["data-outcome"] for row in found.one("tbody", id="lines").all("tr")]


def test_every_row_is_answered_or_told_its_errors(client: TestClient) -> None:
    found = answered(client, TABLE)
    assert outcomes(found) == ["priced", "wrong", "wrong", "wrong", "silent"]
    rows = found.one("tbody", id="lines").all("tr")
    game = {"name": "Sundial", "genres": ["Indie", "Strategy"], "release_date": "2016-11-30"}
    (said,) = client.post("/v1/appraisals", json=[game]).json()["items"]
    assert languages()["en"].money(said["estimate"]) in [cell.text for cell in rows[0].all("td")]
    assert "Release date" in rows[1].text
    assert "the name is missing" in rows[2].text
    assert "Release date" in rows[3].text
    assert "Early access" in rows[3].text
    assert "5 rows: 1 with a price, 1 without, 3 wrong" in found.text


def test_errors_are_told_in_the_readers_language(client: TestClient) -> None:
    answer = client.post("/batch?lang=es", data={"rows": TABLE})
    assert "falta el nombre" in answer.text


def test_the_file_has_all_columns_and_every_row(client: TestClient) -> None:
    answer = client.post("/batch", data={"rows": TABLE, "to": "csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="tasador-appraisals.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == ["name", "genres", "release_date", "early_access", "mine", *COLUMNS]
    assert [bool(row["error"]) for row in rows] == [False, True, True, True, False]
    assert rows[0]["mine"] == "7"
    assert rows[4]["abstained"] == "true"


def test_a_line_with_a_key_twice_is_not_answered(client: TestClient) -> None:
    found = answered(client, '{"name": "A", "name": "B"}\n{"name": "A"}\n')
    assert outcomes(found)[0] == "wrong"
    assert "the line has the key name twice" in found.text


def test_json_lines_are_read_too(client: TestClient) -> None:
    assert outcomes(answered(client, LINES)) == ["priced", "wrong", "wrong"]


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_columns_may_be_parted_by_other_signs(client: TestClient, sign: str) -> None:
    assert outcomes(answered(client, f"name{sign}developer\nA{sign}B\n")) == ["priced"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no rows"),
        (" \n ", "no rows"),
        ("name\n", "nothing below"),
        ("title\nA\n", "No column is called name"),
        ("Name,Genres\nA,B\n", "Rename Name: case matters"),
        ("name,error\nA,b\n", "error"),
        ("name,name\nx,y\n", "A column comes twice: 'name'"),
        ("name\n" + "A\n" * 1001, "more than 1000 rows"),
        ("name\n" + "A" * 200_000 + "\n", "no CSV"),
        ("name" + ",a" * 100 + "\nA\n", "more than 100 columns"),
        (json.dumps({"name": "A"} | {f"a{n}": n for n in range(100)}), "more than 100 columns"),
        ("\n".join(['{"name": "A"}'] * 1001), "more than 1000 rows"),
    ],
)
def test_a_text_that_is_no_table_is_told_so_and_kept(client: TestClient, text: str, says: str) -> None:
    found = answered(client, text, status=422)
    assert says in found.one("p", id="error-rows").text
    assert found.one("textarea").attributes["aria-invalid"] == "true"
    assert text.strip() in "".join(str(one) for one in found.one("textarea").children)


def test_more_cells_than_the_header_are_wrong_and_fewer_are_not(client: TestClient) -> None:
    assert outcomes(answered(client, "name,kind\nA,game,x\nB\n")) == ["wrong", "silent"]


def test_pieces_of_a_table_go_on_counting(client: TestClient) -> None:
    found = answered(client, "name\nA\n", first="101")
    assert found.one("tbody", id="lines").one("td", class_="n").text == "101"
    assert not found.one("pre", id="kept").text.startswith("name")


def test_pieces_whose_json_lines_have_other_keys_make_one_table(client: TestClient) -> None:
    pieces = [
        '{"name": "A", "note": "of A"}',
        '{"genres": ["Action"], "name": "B"}\n{"name": "C", "unforeseen": 1, "note": "of C"}',
    ]
    columns = ["name", "note", "genres"]
    kept = ""
    for first, rows in (("1", pieces[0]), ("101", pieces[1])):
        answer = client.post("/batch", data={"rows": rows, "first": first, "column": columns})
        kept += "".join(str(one) for one in read(answer.text).one("pre", id="kept").children).removeprefix("\n")
    found = list(csv.DictReader(io.StringIO(kept)))
    assert list(found[0]) == [*columns, *COLUMNS]
    assert [(row["name"], row["note"], row["genres"]) for row in found] == [
        ("A", "of A", ""),
        ("B", "", "Action"),
        ("C", "of C", ""),
    ]
    assert [row["abstained"] for row in found] == ["true", "false", "true"]  # nothing but a name is told of two


def test_what_is_no_form_is_refused_on_a_page(client: TestClient) -> None:
    answer = client.post("/batch", json={"rows": "name\nA"})
    assert answer.status_code == 415
    assert read(answer.text).one("h1").text == "Unsupported media type"


def test_a_large_table_is_answered_without_comparables(client: TestClient) -> None:
    text = "name,genres,release_date\n" + "".join(f"Game {n},Indie,2016-11-30\n" for n in range(1000))
    assert set(outcomes(answered(client, text))) == {"priced"}


@pytest.mark.parametrize(
    "text",
    [
        "name" + "," * 500_000 + "\n" + "a\n" * 250_000,
        "name" + "," * 90 + "\n" + "a\n" * 500_000,
        json.dumps({f"k{n}": 0 for n in range(40_000)} | {"name": "a"}) + "\n" + '{"name":"a"}\n' * 40_000,
    ],
)
def test_columns_and_rows_do_not_multiply(text: str) -> None:
    """A megabyte would take an hour, or all of the memory."""
    tracemalloc.start()
    with pytest.raises(UnreadableError):
        read_table(text)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60_000_000


def test_a_reader_who_leaves_has_no_further_rows_answered(ran: tuple[Workspace, Ran]) -> None:
    rows = "".join(f"Game {n},Indie,2016-11-30\n" for n in range(1000))
    told: list[str] = []
    app = FastAPI()
    app.include_router(create_router(ran[0], [lambda *_: told.append("")]))
    served = answers.load(ran[0], answers.champion(ran[0]))

    async def asked() -> list[Message]:
        raw = urlencode({"rows": f"name,genres,release_date\n{rows}"}).encode()
        leaving = Client.of(raw)
        leaving.hang_up()
        about = scope("/batch", [(b"content-type", b"application/x-www-form-urlencoded")])
        state = {"served": served, "request_id": "r"}
        await app({**about, "query_string": b"", "state": state}, leaving.messages.get, leaving._hear)
        return leaving.sent

    assert asyncio.run(asked())[0]["status"] == 499
    assert not told


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 200),
    ],
)
def test_what_another_sites_page_sends_is_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/batch", data={"rows": "name\nA\n"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert read(answer.text).one("h1").text == "Another site"
