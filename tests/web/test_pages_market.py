"""The market page: its numbers are the API's, in the tables, the charts and the files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tasador.web.pages.language import LANGUAGES, languages
from tasador.web.pages.market_years import FEWEST
from tests.web.pages import Element, read

#: A year and a kind as the page is asked for them, and how the API is.
ASKED = [("year=2016&kind=game", "?kind=game"), ("year=2016&kind=", ""), ("year=2017&kind=dlc", "?kind=dlc")]
AMOUNTS = ("p10", "p25", "median", "p75", "p90")

#: What the files are of: by figure the API's address and the name of its list.
FILES = {
    "genres": ("/v1/years/2016/genres", "genres"),
    "specs": ("/v1/years/2016/specs", "specs"),
    "prices": ("/v1/years/2016/prices", "price_points"),
    "sentiment": ("/v1/years/2016/sentiment", "sentiments"),
    "top-rated": ("/v1/years/2016/top-rated", "by_metascore"),
    "releases": ("/v1/years", "years"),
    "medians": ("/v1/years", "years"),
    "shares": ("/v1/years", "years"),
}


def page(client: TestClient, query: str, code: str = "en") -> Element:
    answer = client.get(f"/market?{query}&lang={code}")
    assert answer.status_code == 200
    return read(answer.text)


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Put what a row says of its prices beside the rest."""
    prices = row["price"] if isinstance(row.get("price"), dict) else {}
    return {**row, **{name: prices[name] for name in AMOUNTS if name in prices}, "n_paid": prices.get("n")}


def plain(text: str) -> str:
    """Write it with single spaces, as a page's text is read."""
    return " ".join(text.split())


def table(found: Element, figure: str) -> list[list[str]]:
    rows = found.one(id=figure).one("tbody").all("tr")
    cells = [[cell for cell in row.all() if cell.tag in {"th", "td"}] for row in rows]
    return [[cell.text for cell in row if not cell.has("class_", "drawn")] for row in cells]


def drawn(found: Element, figure: str) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(found.one(id=figure).one(class_="chart").attributes["data-chart"])
    return spec


def titles(part: Any) -> list[str]:
    """List the titles of a chart: of its axes, and of what is told under the pointer."""
    if isinstance(part, list):
        return [title for one in part for title in titles(one)]
    if not isinstance(part, dict):
        return []
    own = [part["title"]] if isinstance(part.get("title"), str) else []
    return [*own, *(title for one in part.values() for title in titles(one))]


def year_of(query: str) -> str:
    return query.split("&")[0].removeprefix("year=")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("query", "api"), ASKED)
def test_labels_are_those_of_the_api(client: TestClient, query: str, api: str, code: str) -> None:
    found, language = page(client, query, code), languages()[code]
    for topic in ("genres", "specs"):
        rows = client.get(f"/v1/years/{year_of(query)}/{topic}{api}").json()[topic]
        assert rows
        assert table(found, topic) == [
            [
                row["name"],
                language.number(row["n"]),
                plain(language.percent(row["share"], 1)),
                language.number(row["price"]["n"]),
                plain(language.money(row["price"]["median"])) if row["price"]["n"] else "–",
            ]
            for row in rows
        ]
        shown = drawn(found, topic)["data"]["values"]
        assert [(row["name"], row["n"], row["share"]) for row in shown] == [
            (row["name"], row["n"], row["share"]) for row in rows[: len(shown)]
        ]
    paid = [row for row in client.get(f"/v1/years/{year_of(query)}/genres{api}").json()["genres"] if row["price"]["n"]]
    assert table(found, "price-by-genre") == [
        [
            row["name"],
            language.number(row["price"]["n"]),
            *(plain(language.money(row["price"][name])) for name in AMOUNTS),
        ]
        for row in paid
    ]
    spread = drawn(found, "price-by-genre")["data"]["values"]
    assert [(row["p10"], row["p50"], row["p90"]) for row in spread] == [
        tuple(float(row["price"][name]) for name in ("p10", "median", "p90")) for row in paid
    ]


@pytest.mark.parametrize(("query", "api"), ASKED)
def test_prices_reviews_and_scores_are_those_of_the_api(client: TestClient, query: str, api: str) -> None:
    found, language, year = page(client, query), languages()["en"], year_of(query)
    prices = client.get(f"/v1/years/{year}/prices{api}").json()["price_points"]
    assert [row[:2] for row in table(found, "prices")] == [
        [language.money(row["price"]), language.number(row["n"])] for row in prices
    ]
    assert {row["share"] for row in drawn(found, "prices")["data"]["values"]} == {row["share"] for row in prices}
    reviews = client.get(f"/v1/years/{year}/sentiment{api}").json()["sentiments"]
    assert [row[1] for row in table(found, "sentiment")] == [language.number(row["n"]) for row in reviews]
    best = client.get(f"/v1/years/{year}/top-rated{api}").json()["by_metascore"]
    if best:
        assert [row[:2] for row in table(found, "top-rated")] == [[row["name"], str(row["metascore"])] for row in best]
    else:
        assert not found.all(id="top-rated")


@pytest.mark.parametrize(("query", "api"), ASKED)
def test_years_are_those_of_the_api(client: TestClient, query: str, api: str) -> None:
    found, language = page(client, query), languages()["en"]
    summary = client.get(f"/v1/years/{year_of(query)}{api}").json()
    said = found.one("dl", class_="facts-row").text
    assert language.number(summary["n"]) in said
    assert language.money(summary["price"]["median"]) in said
    assert language.percent(summary["share_free"], 1) in said
    assert language.percent(summary["share_early_access"], 1) in said
    years = client.get(f"/v1/years{api}").json()["years"]
    assert table(found, "releases") == [[str(row["year"]), language.number(row["n"])] for row in years]
    assert [row["n"] for row in drawn(found, "releases")["data"]["values"]] == [row["n"] for row in years]
    enough = [row for row in years if row["n"] >= FEWEST]
    lines = drawn(found, "shares")["data"]["values"] if found.one(id="shares").all(class_="chart") else []
    free = {row["year"]: row["share"] for row in lines[: len(lines) // 2]}
    assert free == {row["year"]: row["share_free"] or 0 for row in enough if row["year"] in free}
    # The newest year is not over, and would look like a fall.
    assert max(free, default=0) < years[-1]["year"]


@pytest.mark.parametrize("figure", FILES)
def test_a_file_has_what_the_api_says(client: TestClient, figure: str) -> None:
    path, name = FILES[figure]
    figures = page(client, "year=2016&kind=game").one(id=figure)
    assert f"{path}?kind=game" in {link.attributes["href"] for link in figures.all("a")}
    answer = client.get(f"/market/{figure}.csv?year=2016&kind=game")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="tasador-{figure}-2016.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    said = [flat(row) for row in client.get(f"{path}?kind=game").json()[name]]
    assert rows == [{key: "" if row[key] is None else str(row[key]) for key in rows[0]} for row in said]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_chart_is_told_in_the_readers_words(client: TestClient, code: str) -> None:
    found = page(client, "year=2016&kind=", code)
    charts = found.all(class_="chart")
    assert len(charts) > 6
    heads = {head.text for head in found.all("th")}
    axes = {
        languages()[code].say(text)
        for text in ("Price (US dollars, log scale)", "List price", "Share of entries", "Which")
    }
    for chart in charts:
        said = titles(json.loads(chart.attributes["data-chart"]))
        assert said
        assert set(said) <= heads | axes


def test_games_of_the_busiest_year_come_first(client: TestClient) -> None:
    years = client.get("/v1/years?kind=game").json()["years"]
    busiest = max(years, key=lambda year: (year["n"], year["year"]))
    found = read(client.get("/market").text)
    assert found.one("h1").text == f"The market in {busiest['year']}"
    assert found.one("select", id="kind").one("option", selected="").attributes["value"] == "game"


def test_a_year_without_a_kind_says_so(client: TestClient) -> None:
    years = {year["year"] for year in client.get("/v1/years").json()["years"]}
    dlc = {year["year"] for year in client.get("/v1/years?kind=dlc").json()["years"]}
    found = page(client, f"year={min(years - dlc)}&kind=dlc")
    assert "The catalogue has nothing of this kind in" in found.text
    assert not found.all(id="genres")
    assert table(found, "releases")


@pytest.mark.parametrize("query", ["year=1066", "year=soon", "kind=toaster", "year=%00"])
def test_a_year_or_kind_that_there_is_not_is_told(client: TestClient, query: str) -> None:
    answer = client.get(f"/market?{query}", headers={"accept-language": "es"})
    assert answer.status_code == 404
    assert read(answer.text).one("h1").text == "No está en el catálogo"
    assert client.get(f"/market/genres.csv?{query}").status_code == 404


def test_a_figure_that_there_is_not_is_told(client: TestClient) -> None:
    answer = client.get("/market/none.csv")
    assert answer.status_code == 404
    assert read(answer.text).one("h1").text == "No such figure"
