"""Many games in a browser: a file goes in pieces, what was pasted too."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, Seen

N = 250


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of which every tenth row is wrong, and one has a line end in a cell."""
    path = tmp_path / "games.csv"
    rows = ["name,genres,release_date", '"Two\nlines",Indie,2016-11-30']
    rows += [f"Game {n},Indie,{'soon' if n % 10 == 0 else '2016-11-30'}" for n in range(1, N)]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_file_is_answered_in_pieces_and_can_be_kept(open_page: Open, table: Path) -> None:
    page = open_page("/batch")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.get_by_label("A file").set_input_files(table)
    expect(page.locator("#counted")).to_have_text(f"{N} of {N} rows: 225 with a price, 0 without, 25 wrong")
    assert asked.count("POST") == 3
    assert page.locator("#progress").evaluate("bar => bar.value") == N
    expect(page.locator("#lines tr")).to_have_count(N)
    expect(page.locator("#lines tr").nth(10)).to_contain_text("the date cannot be read")
    with page.expect_download() as found:
        page.get_by_role("link", name="Download the answers as CSV").click()
    rows = list(csv.DictReader(io.StringIO(found.value.path().read_text(encoding="utf-8"))))
    assert len(rows) == N
    assert sum(bool(row["error"]) for row in rows) == 25


def test_what_is_pasted_is_answered_or_told_what_is_wrong_with_it(open_page: Open) -> None:
    page = open_page("/batch", locale="es")
    page.get_by_label("Filas").fill("título\nA\n")
    page.get_by_role("button", name="Tasar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Ninguna columna se llama name")
    page.get_by_label("Filas").fill("name,genres\nA,Indie\n")
    page.get_by_role("button", name="Tasar", exact=True).click()
    expect(page.locator("#counted")).to_contain_text("1 de 1 filas")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_without_a_script_rows_are_pasted(open_page: Open) -> None:
    page = open_page("/batch", java_script_enabled=False)
    expect(page.get_by_label("A file")).not_to_be_visible()
    page.get_by_label("Rows").fill("name,genres,release_date\nA,Indie,2016-11-30\nB,Indie,soon\n")
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator("#counted")).to_have_text("2 rows: 1 with a price, 0 without, 1 wrong")
    with page.expect_download() as found:
        page.get_by_role("button", name="Answer as a CSV file").click()
    assert len(found.value.path().read_text(encoding="utf-8").splitlines()) == 3


def test_the_file_is_answered_until_something_is_typed(open_page: Open, table: Path) -> None:
    page = open_page("/batch")
    page.get_by_label("A file").set_input_files(table)
    expect(page.locator("#lines tr")).to_have_count(N)
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator("#counted")).to_contain_text(f"{N} of {N} rows")
    page.get_by_label("Rows").fill("name,genres\nSundial,Indie\n")
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator("#counted")).to_contain_text("1 of 1 rows")


def test_a_server_that_does_not_answer_is_told(open_page: Open, seen: Seen, table: Path) -> None:
    page = open_page("/batch")
    page.route("**/batch", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    page.get_by_label("A file").set_input_files(table)
    expect(page.locator("#counted")).to_have_text("The server did not answer. What came before is below.")
    assert seen.complaints.pop() == "Failed to load resource: net::ERR_FAILED"


def test_json_lines_with_other_keys_later_on_make_one_table(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "games.jsonl"
    lines = [json.dumps({"name": f"Game {n}", "note": f"of {n}"}) for n in range(100)]
    lines += [json.dumps({"genres": ["Indie"], "name": f"Game {n}"}) for n in range(100, 130)]
    path.write_text("\n".join(lines), encoding="utf-8")
    page = open_page("/batch")
    page.get_by_label("A file").set_input_files(path)
    expect(page.locator("#lines tr")).to_have_count(130)
    with page.expect_download() as found:
        page.get_by_role("link", name="Download the answers as CSV").click()
    rows = list(csv.DictReader(io.StringIO(found.value.path().read_text(encoding="utf-8"))))
    assert [row["name"] for row in rows] == [f"Game {n}" for n in range(130)]
    assert (rows[0]["note"], rows[0]["genres"]) == ("of 0", "")
    assert (rows[129]["note"], rows[129]["genres"]) == ("", "Indie")


def test_a_json_array_is_answered_in_pieces(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "games.json"
    path.write_text(json.dumps([{"name": f"Game {n}", "genres": ["Indie"]} for n in range(130)] + [7]), "utf-8")
    page = open_page("/batch")
    page.get_by_label("A file").set_input_files(path)
    expect(page.locator("#lines tr")).to_have_count(131)
    expect(page.locator("#lines tr").last).to_contain_text("no JSON object")
    page.get_by_label("Rows").fill('[{"name": "A"}')
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("It begins like a JSON array, and is none")


def test_a_quote_that_is_never_closed_freezes_nothing(open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "games.csv"
    lines = ["name,genres", '5" Screen,Indie', '"Lone,Indie', *(f"Game {n},Indie" for n in range(100_000))]
    path.write_text("\n".join(lines), encoding="utf-8")
    page = open_page("/batch")
    page.get_by_label("A file").set_input_files(path)
    expect(page.get_by_role("alert")).to_contain_text("field larger than field limit")
