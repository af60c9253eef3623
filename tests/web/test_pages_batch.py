"""Many games: every row is answered or told its errors, in its order."""

from __future__ import annotations

import csv
import io
import json

import pytest
from fastapi.testclient import TestClient

from tasador.appraisal.columns import COLUMNS
from tasador.web.pages.language import languages
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


def test_json_lines_are_read_too(client: TestClient) -> None:
    assert outcomes(answered(client, LINES)) == ["priced", "wrong", "wrong"]


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_columns_may_be_parted_by_other_signs(client: TestClient, sign: str) -> None:
    assert outcomes(answered(client, f"name{sign}developer\nA{sign}B\n")) == ["silent"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no rows"),
        (" \n ", "no rows"),
        ("name\n", "nothing below"),
        ("title\nA\n", "No column is called name"),
        ("name,error\nA,b\n", "error"),
        ("name\n" + "A\n" * 1001, "1001 rows"),
        ("name\n" + "A" * 200_000 + "\n", "no CSV"),
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


def test_what_is_no_form_is_refused_on_a_page(client: TestClient) -> None:
    answer = client.post("/batch", json={"rows": "name\nA"})
    assert answer.status_code == 415
    assert read(answer.text).one("h1").text == "Unsupported media type"


def test_a_large_table_is_answered_without_comparables(client: TestClient) -> None:
    text = "name,genres,release_date\n" + "".join(f"Game {n},Indie,2016-11-30\n" for n in range(1000))
    assert set(outcomes(answered(client, text))) == {"priced"}
