"""The form and its answer, as the server writes them: without a script."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal import abstention
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.columns import COLUMNS
from tasador.appraisal.request import FIELDS
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.web.front import Front
from tasador.web.pages import appraise
from tasador.web.pages.form import Form, read_form
from tasador.web.pages.language import languages
from tasador.web.pages.visit import Pairs
from tasador.workflows.run import Ran
from tests.web.pages import Element, read

ASKED: dict[str, Any] = {
    "name": "Cave Colony",
    "kind": "game",
    "genres": ["Indie", "Strategy"],
    "specs": ["Single-player"],
    "developer": "Nobody Knows",
    "release_date": "2016-11-30",
    "early_access": "true",
    "app_id": "4294967295",
}

#: A value of each field that is wrong.
WRONG = {
    "name": "x" * 301,
    "kind": "gme",
    "genres": "x" * 101,
    "specs": "x\ny",
    "developer": "y" * 501,
    "publisher": "a\x00b",
    "release_date": "soon",
    "early_access": "perhaps",
    "base_app_id": "0",
    "app_id": "seven",
    "pin": "Portal",
}

ENGLISH = languages()["en"]


def query(**more: object) -> str:
    return urlencode({**ASKED, **more}, doseq=True)


def page(client: TestClient, address: str, status: int = 200, **headers: str) -> Element:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, address
    return read(answer.text)


def asked_of_api(client: TestClient, **more: object) -> Any:
    game = {**ASKED, "early_access": True, "app_id": 4294967295, **more}
    return client.post("/v1/appraisals", json=game).json()


def test_the_first_page_asks_little_and_shows_no_answer(client: TestClient) -> None:
    found = page(client, "/")
    assert not found.all("article")
    inner = found.one("details", class_="more")
    assert "open" not in inner.attributes
    names = {one.attributes["name"] for one in found.all("input") + found.all("select") if "name" in one.attributes}
    hidden = {one.attributes["name"] for one in inner.all("input")}
    assert names - hidden == {"before", "name", "kind", "genres", "early_access", "release_date"}


def test_every_field_that_the_model_reads_can_be_given(client: TestClient, appraiser: Appraiser) -> None:
    form = page(client, "/").one("form")
    names = {one.attributes["name"] for one in form.all("input") + form.all("select") if "name" in one.attributes}
    assert names - {"before", "pin"} == (appraiser.vocabulary.fields or set(FIELDS))


def test_every_field_has_a_label_and_a_place_for_what_is_wrong(client: TestClient) -> None:
    found = page(client, "/")
    ids = {one.attributes["id"] for one in found.all() if "id" in one.attributes}
    labelled = {one.attributes["for"] for one in found.all("label") if "for" in one.attributes}
    for one in found.one("form", id="form").all("input") + found.all("select"):
        if one.attributes.get("type") in {"hidden", "checkbox"}:
            continue
        assert one.attributes["id"] in labelled
        assert set(one.attributes["aria-describedby"].split()) <= ids


def test_the_address_fills_the_form(client: TestClient) -> None:
    form = page(client, f"/?{query()}").one("form")
    checked = [one.attributes["value"] for one in form.all("input", name="genres") if "checked" in one.attributes]
    assert checked == ["Indie", "Strategy"]
    assert form.one("input", name="developer").attributes["value"] == "Nobody Knows"
    assert form.one("input", name="release_date").attributes["value"] == "2016-11-30"
    assert "checked" in form.one("input", name="early_access").attributes
    assert "open" in form.one("details", class_="more").attributes


def test_the_answer_is_the_apis(client: TestClient) -> None:
    said, article = asked_of_api(client), page(client, f"/?{query()}").one("article")
    money = ENGLISH.money
    assert article.all("p", class_="figure")[0].text == money(said["suggested"]["price"])
    assert article.all("p", class_="figure")[1].text == money(said["estimate"])
    for interval in said["intervals"]:
        words = f"{interval['level']:.0%} of cases: {money(interval['lower'])} to {money(interval['upper'])}"
        assert words in article.one("ul", class_="legend").text
    for reason in said["confidence"]["reasons"]:
        assert reason in article.text
    shown = [card.one("h4").text for card in article.all("li", class_="card")]
    assert shown == [one["name"] for one in said["comparables"]]
    assert f"{money(said['second_opinion'])} (the median" in article.text
    assert ENGLISH.percent(said["p_free"], 1) in article.text
    assert said["model"]["version"] in article.text
    assert said["model"]["snapshot"] in article.text


def test_the_waterfall_has_every_factor_and_ends_at_the_estimate(client: TestClient) -> None:
    said, table = asked_of_api(client), page(client, f"/?{query()}").one("table", class_="waterfall")
    prices = [row.all("td")[-1].text for row in table.all("tr")[1:]]
    assert len(prices) == len(said["contributions"]) + 2
    assert prices[0] == ENGLISH.money(said["base"])
    assert prices[-2] == prices[-1] == ENGLISH.money(said["estimate"])


def test_the_files_hold_what_the_api_answers(client: TestClient) -> None:
    said = asked_of_api(client)
    kept = client.get(f"/appraisal.json?{query()}")
    assert kept.json() == said
    assert kept.headers["content-disposition"] == 'attachment; filename="tasador-appraisal.json"'
    (row,) = csv.DictReader(io.StringIO(client.get(f"/appraisal.csv?{query()}").text))
    assert list(row) == [*FIELDS, *COLUMNS]
    assert float(row["estimate_usd"]) == float(said["estimate"])
    assert (row["genres"], row["release_date"]) == ("Indie;Strategy", "2016-11-30")


@pytest.mark.parametrize("field", WRONG)
@pytest.mark.parametrize("code", ["en", "es"])
def test_what_is_wrong_with_a_field_is_told_beside_it_and_above(client: TestClient, field: str, code: str) -> None:
    found = page(client, f"/?{query(**{field: WRONG[field]}, lang=code)}", status=422)
    assert not found.all("article")
    beside = found.one("p", id=f"error-{field}").text
    assert len(beside) > 20
    (link,) = found.one("section", class_="errors").all("a")
    assert found.all(id=link.attributes["href"].removeprefix("#"))
    english = page(client, f"/?{query(**{field: WRONG[field]}, lang='en')}", status=422)
    assert (english.one("p", id=f"error-{field}").text == beside) is (code == "en")
    assert all(one.text == "" for one in found.all("p", class_="error") if one.attributes["id"] != f"error-{field}")


def test_all_that_is_wrong_is_told_at_once(client: TestClient) -> None:
    found = page(client, f"/?{urlencode(WRONG)}", status=422)
    assert len(found.one("section", class_="errors").all("a")) == len(WRONG)
    assert client.get(f"/appraisal.json?{urlencode(WRONG)}").status_code == 422


def test_no_price_is_said_first_with_its_reasons(client: TestClient) -> None:
    article = page(client, "/?kind=hardware&name=Box&release_date=2017-01-01").one("article")
    sections = article.all("section")
    assert sections[0].attributes["class"] == "abstained"
    said = client.post("/v1/appraisals", json={"name": "Box", "kind": "hardware", "release_date": "2017-01-01"}).json()
    assert [one.text for one in sections[0].all("li")] == [
        one["says"].replace("kind hardware", "kind Hardware") for one in said["abstention"]
    ]
    assert not article.all("svg", class_="ladder")


def test_without_a_date_one_is_assumed_and_without_a_title_none_is(client: TestClient, appraiser: Appraiser) -> None:
    found = page(client, "/?genres=Indie").one("section", class_="inputs")
    assumed = [one.text for one in found.all("div", class_="assumed")]
    learned_until = appraiser.calibration.abstention.learned_until
    assert f"Release date {ENGLISH.date(learned_until)} (assumed)" in assumed
    assert not any(one.startswith("Title") for one in assumed)
    assert "unknown to the model: Title," in found.text
    said = client.get("/appraisal.json?genres=Indie").json()
    assert (said["name"], said["release_date"]) == ("", learned_until.isoformat())
    assert "name" in said["inputs"]["absent"]


def test_a_link_holds_the_day_that_was_assumed_and_the_version(client: TestClient, appraiser: Appraiser) -> None:
    found = page(client, "/?genres=Indie")
    (link,) = [one for one in found.all("a") if one.text == "Link to this appraisal"]
    asked = parse_qs(urlsplit(link.attributes["href"]).query)
    day = appraiser.calibration.abstention.learned_until.isoformat()
    assert asked == {"genres": ["Indie"], "release_date": [day], "model": [appraiser.version]}
    pushed = client.get("/?genres=Indie", headers={"HX-Request": "true"}).headers["hx-push-url"]
    assert pushed == link.attributes["href"]


def test_a_link_of_another_version_is_told_to_be_one(client: TestClient, appraiser: Appraiser) -> None:
    says = "This link was made when the version launch-0000 answered."
    assert says in page(client, "/?genres=Indie&model=launch-0000").text
    assert "This link was made" not in page(client, f"/?genres=Indie&model={appraiser.version}").text


def test_a_range_that_is_too_wide_for_a_price_is_drawn_with_what_would_narrow_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # NOTE: the synthetic catalogue's ranges are narrow; test_real_champion.py has the real one's.
    monkeypatch.setattr(abstention, "WIDEST_RATIO", 1.5)
    asked = "genres=Indie&release_date=2016-11-30"
    said, found = client.get(f"/appraisal.json?{asked}").json(), page(client, f"/?{asked}")
    article, money = found.one("article"), ENGLISH.money
    assert (said["estimate"], said["suggested"], said["abstained"]) == (None, None, True)
    for interval in said["intervals"]:
        assert f"{money(interval['lower'])} to {money(interval['upper'])}" in article.one("ul", class_="legend").text
    assert article.all("svg", class_="ladder")
    assert "very wide: no single price" in article.one("div", class_="headline").text
    assert "open" in found.one("details", class_="more").attributes
    now = ratio(said)
    for other in article.one("section", class_="narrower").all("ul", class_="trials")[0].all("a"):
        then = client.get(other.attributes["href"].replace("/?", "/appraisal.json?")).json()
        assert ratio(then) < now
        lower, upper = (money(then["intervals"][1][end]) for end in ("lower", "upper"))
        assert other.one("strong").text == f"{lower} – {upper}"
        assert other.one("span", class_="to").text == ("" if then["abstained"] else "a price")


def ratio(said: dict[str, Any]) -> float:
    """How many times the lower end of the deciding interval the upper one is."""
    return float(said["intervals"][1]["upper"]) / float(said["intervals"][1]["lower"])


def test_a_game_without_a_title_is_compared_as_one_without_words(client: TestClient) -> None:
    untitled = client.get("/appraisal.json?genres=Indie&genres=Strategy").json()
    assert not any("untitled" in " ".join(one["shared"]).lower() for one in untitled["comparables"])
    wordless = client.get("/appraisal.json?genres=Indie&genres=Strategy&name=???").json()
    assert [one["similarity"] for one in untitled["comparables"]] == [
        one["similarity"] for one in wordless["comparables"]
    ]


def test_unknown_labels_lead_to_the_nearest_known_ones(client: TestClient, appraiser: Appraiser) -> None:
    warnings = page(client, "/?genres=Acton&genres=Indie&lang=es").one("ul", class_="warnings")
    link = warnings.all("a")[0]
    assert link.text == "Action"
    assert parse_qs(urlsplit(link.attributes["href"]).query) == {
        "genres": ["Indie", "Action"],
        "release_date": [appraiser.calibration.abstention.learned_until.isoformat()],
        "lang": ["es"],
    }


def test_what_if_says_what_its_link_answers(client: TestClient) -> None:
    now = float(asked_of_api(client)["estimate"])
    trials = page(client, f"/?{query()}").one("ul", class_="trials").all("a")
    assert trials
    for trial in trials:
        answered = client.get(trial.attributes["href"].replace("/?", "/appraisal.json?")).json()
        assert trial.one("span", class_="to").text == ENGLISH.money(answered["estimate"])
        moved = float(answered["estimate"]) - now
        assert trial.one("strong").text == ("+" if moved > 0 else "") + ENGLISH.money(moved)


def test_a_change_is_told_with_what_it_did(client: TestClient) -> None:
    before, after = asked_of_api(client), asked_of_api(client, specs=["Single-player", "Multi-player"])
    address = f"/?{query(specs=['Single-player', 'Multi-player'], before=query())}"
    told = page(client, address).one("p", class_="difference").text
    assert f"{ENGLISH.money(before['estimate'])} → {ENGLISH.money(after['estimate'])}. Added Multi-player." in told
    assert not page(client, f"/?{query(before=query())}").all("p", class_="difference")


def test_a_comparable_can_be_pinned_and_left_out(client: TestClient) -> None:
    cards = page(client, f"/?{query()}").all("li", class_="card")
    _, pin, leave_out, _ = cards[7].all("a")  # the first leads to the game, the last to its shop
    pinned = page(client, pin.attributes["href"])
    first = pinned.all("li", class_="card")[0]
    assert first.one("h4").text == f"{cards[7].one('h4').text} pinned"
    assert (
        f"Those that you pinned say {first.one('p', class_='prices').all('span')[0].text.split()[-1]}." in pinned.text
    )
    without = page(client, leave_out.attributes["href"])
    assert cards[7].attributes == {"class": "card"}
    names = [card.one("h4").text for card in without.all("li", class_="card")]
    shown = [card.one("h4").text for card in cards]
    assert names[:24] == shown[:7] + shown[8:]
    assert "1 game left out." in without.text


def test_a_pinned_number_that_is_none_of_the_games_is_told(client: TestClient) -> None:
    assert "known on that day: 4000000000." in page(client, f"/?{query(pin='4000000000')}").text


def test_an_unknown_developer_is_told(client: TestClient) -> None:
    assert "no developer called “Nobody Knows”" in page(client, f"/?{query()}").text


def test_what_is_typed_of_a_developer_is_proposed_as_the_catalogue_spells_it(client: TestClient) -> None:
    record = client.get("/v1/games?limit=1").json()["items"][0]
    developer = record["developer"].split(",")[0]
    proposed = read(client.get("/developers", params={"developer": developer.lower()[:-1]}).text).all("option")
    assert developer in [one.attributes["value"] for one in proposed]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_nothing_that_is_sent_becomes_markup(client: TestClient, text: str) -> None:
    names = [*FIELDS, "pin", "drop", "before", "lang", "other"]
    answers = [client.get("/", params=dict.fromkeys(names, text))]
    answers.append(client.get("/", params={"name": text, "developer": text, "genres": text, "before": text}))
    answers.append(client.get("/developers", params={"developer": text}))
    answers.append(client.post("/batch", data={"rows": f"name,genres\n{text},{text}\n"}))
    for answer in answers:
        found = read(answer.text)
        assert not found.all("img")
        assert all("src" in one.attributes for one in found.all("script"))
        assert "49" not in "".join(one.text for one in found.all("h1") + found.all("h2"))


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=20), max_size=3)), st.sets(st.integers(1, 10**9))
)
def test_the_link_of_an_answer_asks_the_same(
    appraiser: Appraiser, values: dict[str, list[str]], pinned: set[int]
) -> None:
    pairs = [(name, value) for name, found in values.items() for value in found]
    form = read_form((*pairs, *(("pin", str(one)) for one in pinned)), appraiser)
    again = read_form(form.pairs, appraiser)
    assert (again.pinned, again.pairs) == (form.pinned, form.pairs)
    assert again.is_empty or again.read(appraiser) == form.read(appraiser)


def counted(client: TestClient) -> float:
    """How many appraisals were counted."""
    text = client.get("/metrics").text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("tasador_appraisals_total{"))


@pytest.mark.parametrize("path", ["/", "/appraisal.json", "/appraisal.csv"])
def test_each_question_counts_and_one_that_nobody_asks_does_not(client: TestClient, path: str) -> None:
    address, before = f"{path}?{query(name='Counted')}", counted(client)
    for _ in range(2):
        assert client.get(address).status_code == 200
    assert counted(client) == before + 2
    assert client.head(address).status_code == 200
    for headers in (
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
    ):
        assert client.get(address, headers=headers).status_code == 200
    assert counted(client) == before + 2
    assert client.get(address, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert counted(client) == before + 3


@pytest.mark.parametrize("path", ["/appraisal.json", "/appraisal.csv"])
def test_an_answer_that_goes_by_the_day_is_none_of_another_days(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    answers: list[Response] = []
    for day in (date(2016, 1, 2), date(2016, 1, 4), date(2016, 1, 4)):
        monkeypatch.setattr(appraise, "read_form", partial(read_on, day))
        known = {"If-None-Match": answers[-1].headers["etag"]} if answers else {}
        answers.append(client.get(f"{path}?name=Undated&genres=Indie", headers=known))
    assert [answer.status_code for answer in answers] == [200, 200, 304]
    assert "2016-01-02" in answers[0].text
    assert "2016-01-04" in answers[1].text


def read_on(day: date, pairs: Pairs, appraiser: Appraiser) -> Form:
    """Read a form as on another day."""
    form = read_form(pairs, appraiser)
    return replace(form, assumed={**form.assumed, "release_date": day.isoformat()})


def test_proposals_that_come_too_late_are_not_remembered_as_none(ran: tuple[Workspace, Ran]) -> None:
    app = create_app(ran[0])
    assert isinstance(app, Front)
    reader = app._serving.now.games._reader
    with TestClient(app, raise_server_exceptions=False) as client:
        record = client.get("/v1/games?limit=1").json()["items"][0]
        asked = {"developer": record["developer"].split(",")[0].lower()[:-1]}
        with reader.turn():
            late = client.get("/developers", params=asked)
        assert (late.status_code, late.headers["retry-after"]) == (503, "1")
        assert read(client.get("/developers", params=asked).text).all("option")
