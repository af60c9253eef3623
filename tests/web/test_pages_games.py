"""The pages of games: what is found is what the API finds, and what is said of a game what the API says."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tasador.web.pages.language import LANGUAGES, languages
from tests.web.pages import Element, read

#: What makes each field wrong.
WRONG = {
    "q": "x" * 101,
    "kind": "toaster",
    "sort": "size",
    "genre": "Acton",
    "spec": "Singel-player",
    "developer": "Nobody At All",
    "year_min": "soon",
    "year_max": "0",
    "price_min": "cheap",
    "price_max": "9.999",
    "free": "maybe",
    "early_access": "1",
}
QUERIES = ["", "q=the", "kind=game&genre=Indie&sort=price", "year_min=2015&year_max=2016&free=false&price_max=9.99"]


def names(found: Element) -> list[str]:
    return [link.text for one in found.all("ol", class_="games") for link in one.all("a")]


@pytest.mark.parametrize("query", QUERIES)
def test_what_is_found_is_what_the_api_finds(client: TestClient, query: str) -> None:
    found = read(client.get(f"/games?{query}").text)
    said = client.get(f"/v1/games?{query}&limit=24&count=true").json()
    assert said["items"]
    assert names(found) == [" ".join(game["name"].split()) for game in said["items"]]
    links = [link.attributes["href"] for link in found.one("ol", class_="games").all("a")]
    assert links == [f"/games/{game['app_id']}" for game in said["items"]]
    assert found.one(id="counted").text.startswith(f"{said['n_total']:,} ")


def test_pages_hold_each_game_once(client: TestClient) -> None:
    address, found = "/games?kind=dlc&sort=name", []
    while address:
        shown = read(client.get(address).text)
        found += [link.attributes["href"] for link in shown.one("ol", class_="games").all("a")]
        address = next((link.attributes["href"] for link in shown.all("a", rel="next")), "")
    said = client.get("/v1/games?kind=dlc&limit=1&count=true").json()
    assert len(found) == len(set(found)) == said["n_total"] > 24


def test_fields_that_are_left_empty_ask_nothing(client: TestClient) -> None:
    empty = client.get("/games?q=&kind=&developer=&year_min=&price_max=&free=&sort=relevance&unknown=1")
    assert names(read(empty.text)) == names(read(client.get("/games").text))
    assert empty.headers["hx-push-url"] == "/games"


def test_the_address_keeps_what_was_asked(client: TestClient) -> None:
    answer = client.get("/games?genre=Indie&q=a&genre=Action&kind=&lang=es")
    assert answer.headers["hx-push-url"] == "/games?q=a&genre=Indie&genre=Action&lang=es"
    found = read(answer.text)
    checked = [box.attributes["value"] for box in found.one(id="field-genre").all("input", checked="")]
    assert set(checked) == {"Indie", "Action"}
    assert found.one(id="field-q").attributes["value"] == "a"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("field", WRONG)
def test_what_is_wrong_is_told_beside_the_field(client: TestClient, field: str, code: str) -> None:
    answer = client.get("/games", params={field: WRONG[field], "lang": code})
    assert answer.status_code == 422
    found = read(answer.text)
    assert found.one(id=f"error-{field}").text
    wrong = [one for one in found.all(class_="error") if one.text]
    assert len(wrong) == 1
    summary = found.one("section", class_="errors")
    assert [link.attributes["href"] for link in summary.all("a")] == [f"#field-{field}"]
    if code == "es":
        assert "no " in summary.text
        assert "catalogue" not in summary.text


def test_what_contradicts_itself_is_told(client: TestClient) -> None:
    found = read(client.get("/games?year_min=2017&year_max=2015&price_min=9&price_max=3&q=%21").text)
    assert {one.attributes["id"] for one in found.all(class_="error") if one.text} == {
        "error-q",
        "error-year_min",
        "error-price_min",
    }


def test_a_label_that_was_mistyped_is_proposed(client: TestClient) -> None:
    found = read(client.get("/games?genre=Acton").text)
    assert "Did you mean Action" in found.one("section", class_="errors").text


def test_a_page_of_a_catalogue_that_is_gone_is_told(client: TestClient) -> None:
    answer = client.get("/games?cursor=aGVsbG8sIHdvcmxkISEhIQ", headers={"accept-language": "es"})
    assert answer.status_code == 410
    assert read(answer.text).one("h1").text == "Esta página de la lista ya no existe"


def test_nothing_found_is_said(client: TestClient) -> None:
    found = read(client.get("/games?q=zzzzzzzzzz").text)
    assert "Nothing is like that" in found.text
    assert found.one(id="counted").text == "0 games found"


@pytest.fixture(scope="module")
def games(client: TestClient) -> dict[str, dict[str, Any]]:
    """A paid game, a free one, one without a price, and one of a kind that is not appraised."""

    def first(query: str) -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/v1/games?{query}&limit=1").json()["items"][0]
        return found

    listed = client.get("/v1/games?limit=100&sort=name").json()["items"]
    return {
        "paid": first("kind=game&free=false&year_min=2016&genre=Indie"),
        "free": first("kind=game&free=true"),
        "unknown": next(game for game in listed if game["price"] is None),
        "dlc": first("kind=dlc&free=false"),
    }


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("which", ["paid", "free", "unknown", "dlc"])
def test_a_game_is_shown_with_what_the_api_says(
    client: TestClient, games: dict[str, dict[str, Any]], which: str, code: str
) -> None:
    game, language = games[which], languages()[code]
    said = client.get(f"/v1/games/{game['app_id']}/appraisal").json()
    found = read(client.get(f"/games/{game['app_id']}?lang={code}").text)
    opinion = found.one("article", class_="answer")
    assert found.one("h1").text == " ".join(game["name"].split())
    price = opinion.all("p", class_="figure")[0].text
    if game["price"] is None:
        assert price == "–"
    elif float(game["price"]):
        assert price == " ".join(language.money(game["price"]).split())
    else:
        assert price == language.say("Free")
    appraisal = said["appraisal"]
    if appraisal["abstained"]:
        assert len(opinion.one("section", class_="abstained").all("li")) == len(appraisal["abstention"])
    else:
        shown = [one.text for one in opinion.all("p", class_="figure")]
        assert shown[1] == " ".join(language.money(appraisal["estimate"]).split())
        eighty = next(one for one in appraisal["intervals"] if one["level"] == 0.8)
        ends = [" ".join(language.money(eighty[end]).split()) for end in ("lower", "upper")]
        assert shown[2] == f"{ends[0]} – {ends[1]}"
    note = opinion.all(class_="warnings")[0].text
    assert ("not seen this price" in note or "no ha visto este precio" in note) is not said["seen_in_training"]
    known = found.one("section", class_="known").text
    for label in [*(game["genres"] or []), *(game["specs"] or [])]:
        assert label in known


@pytest.mark.parametrize("code", LANGUAGES)
def test_similar_games_are_those_of_the_api(client: TestClient, games: dict[str, dict[str, Any]], code: str) -> None:
    number, language = games["paid"]["app_id"], languages()[code]
    said = client.get(f"/v1/games/{number}/similar").json()["items"]
    cards = read(client.get(f"/games/{number}?lang={code}").text).one("section", aria_labelledby="similar-title")
    shown = cards.all("li", class_="card")
    assert said
    assert [card.one("a").text for card in shown] == [" ".join(one["name"].split()) for one in said]
    for card, one in zip(shown, said, strict=True):
        assert " ".join(language.percent(one["similarity"]).split()) in card.text
        assert str(one["release_year"]) in card.text
        assert ("the developer " in card.text) is (
            code == "en" and any("the dev" in what for what in one["shared"][:6])
        )


def test_the_whole_appraisal_is_the_same(client: TestClient, games: dict[str, dict[str, Any]]) -> None:
    found = read(client.get(f"/games/{games['paid']['app_id']}").text)
    links = {link.text: link.attributes["href"] for link in found.one("p", class_="links").all("a")}
    whole = read(client.get(links["The whole appraisal, with its reasons"]).text)
    estimate = found.one("article", class_="answer").all("p", class_="figure")[1].text
    assert whole.one("article", class_="answer").all("p", class_="figure")[1].text == estimate


def test_a_game_like_it_begins_with_what_it_is(client: TestClient, games: dict[str, dict[str, Any]]) -> None:
    game = games["paid"]
    found = read(client.get(f"/games/{game['app_id']}").text)
    link = next(link for link in found.all("a") if link.text == "Appraise a game like this")
    form = read(client.get(link.attributes["href"]).text).one("form", id="form")
    checked = {box.attributes["value"] for box in form.one(id="field-genres").all("input", checked="")}
    assert checked == set(game["genres"])
    assert form.one(id="field-name").attributes["value"] == ""
    assert form.one(id="field-pin").attributes["value"] == str(game["app_id"])


@pytest.mark.parametrize("number", ["4294967295", "0", "none", "1e3", "%C2%B2", "9" * 30])
def test_a_game_that_there_is_not_is_told(client: TestClient, number: str) -> None:
    answer = client.get(f"/games/{number}", headers={"accept-language": "es"})
    assert answer.status_code == 404
    assert read(answer.text).one("h1").text == "No existe ese juego"


def test_an_address_too_long_for_a_header_is_given_in_none(client: TestClient) -> None:
    answer = client.get("/games", params={"q": "a", "genre": [f"{number:0100}" for number in range(30)]})
    assert "hx-push-url" not in answer.headers
