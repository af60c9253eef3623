"""The languages of the pages: which one is spoken, how, and that no message of theirs is missing."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter

import pytest
from babel.messages.catalog import Message
from fastapi.testclient import TestClient

from tasador.appraisal.request import FIELDS
from tasador.appraisal.said import Said
from tasador.contracts.vocabulary import KINDS
from tasador.features.inputs import Inputs
from tasador.features.labels import Labels
from tasador.web.pages import names
from tasador.web.pages.language import LANGUAGES, Language, accepted, languages
from tasador.web.pages.retelling import shared
from tests.web import messages
from tests.web.pages import read

TRANSLATED = [code for code in LANGUAGES if code != "en"]
PAGES = [
    *("/", "/?genres=Indie&lang=es", "/?release_date=soon", "/batch"),
    *("/market", "/games?q=a", "/games?genre=Acton", "/games/12950", "/trust"),
]
NAMED = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def english() -> Language:
    return languages()["en"]


@pytest.fixture(scope="module")
def spanish() -> Language:
    return languages()["es"]


def every_message() -> list[Message]:
    return [message for message in messages.collected() if message.id]


def placeholders(text: str) -> set[str]:
    return {*NAMED.findall(text), *(name for _, name, _, _ in Formatter().parse(text) if name)}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-AR,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.2, ES-mx;q=0.7", "es"),
        ("fr, de;q=0.5", "en"),
        ("fr, es;q=0.1", "es"),
        ("es;q=0", "en"),
        ("en, es", "en"),
        ("es;q=many", "en"),
        (";;,=;q", "en"),
    ],
)
def test_the_language_is_the_one_the_reader_likes_best(header: str, code: str) -> None:
    assert accepted(header) == code


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_which_language_it_speaks_and_that_there_are_others(
    client: TestClient, address: str, code: str
) -> None:
    path, _, query = address.partition("?")
    given = {"lang": code, **dict(part.split("=") for part in query.split("&") if part)}
    chosen = given["lang"] = code
    answer = client.get(path, params=given, headers={"accept-language": "en"})
    found = read(answer.text)
    assert found.one("html").attributes["lang"] == answer.headers["content-language"] == chosen
    assert "Accept-Language" in answer.headers["vary"]
    assert {one.attributes["hreflang"] for one in found.one("nav", class_="languages").all("a")} == set(LANGUAGES)
    inner = [one.attributes["href"] for one in found.all("a") if one.attributes["href"].startswith("/")]
    framed = [one for one in inner if not one.startswith(("/profile", "/quality", "/docs", "/v1/"))]
    assert all("lang=" in one for one in framed)


def test_each_language_is_an_answer_of_its_own(client: TestClient) -> None:
    tags = {client.get("/", headers={"accept-language": code}).headers["etag"] for code in LANGUAGES}
    assert len(tags) == len(LANGUAGES)
    tag = client.get("/", headers={"accept-language": "es"}).headers["etag"]
    known = client.get("/", headers={"accept-language": "es", "if-none-match": tag})
    assert known.status_code == 304
    assert client.get("/", headers={"accept-language": "en", "if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated(code: str) -> None:
    catalog = messages.translated(code)
    for message in every_message():
        found = catalog.get(message.id)
        assert found is not None, message.id
        assert not found.fuzzy, message.id
        texts = found.string if isinstance(found.string, tuple | list) else (found.string or "",)
        assert all(texts), message.id
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        for text in filter(None, texts):
            assert placeholders(text) == placeholders(ids[-1]), text


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_translated_that_nobody_says(code: str) -> None:
    collected = messages.collected()
    assert [message.id for message in messages.translated(code) if message.id and message.id not in collected] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_read_is_what_was_translated(code: str) -> None:
    fresh = messages.told(messages.compiled(messages.translated(code)))
    assert messages.told(messages.place(code, "mo").read_bytes()) == fresh


def test_every_code_has_a_name() -> None:
    assert names.KINDS.keys() == set(KINDS)
    assert names.FIELDS.keys() == set(FIELDS)
    assert names.CONFIDENCE.keys() == {"high", "medium", "low"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_input_of_every_model_has_a_name(code: str) -> None:
    labels = Labels(
        kinds=KINDS, genres=("A",), specs=("B",), tags=("C",), title_words=("d",), platforms=("E",), newest_year_from=0,
        has_languages=True, has_age=True, has_reception=True,
    )  # fmt: skip
    language = languages()[code]
    for definition in Inputs("full", labels).definitions:
        assert definition.group in names.GROUPS
        name = names.input_name(language, definition.name)
        assert "{" not in name
        assert name != definition.name or ":" not in name
        for value in (None, 0.0, 1.0):
            assert names.input_value(language, definition.name, definition.unit, value or None)


def test_money_dates_and_shares_are_written_as_the_language_does(english: Language, spanish: Language) -> None:
    assert (english.money(1234.5), spanish.money("1234.50")) == ("$1,234.50", "1.234,50\u00a0US$")
    assert (english.money(-3), spanish.money(-3)) == ("−$3.00", "−3,00\u00a0US$")
    assert (english.percent(0.125, 1), spanish.percent(0.125, 1)) == ("12.5%", "12,5\u00a0%")
    assert (english.percent(0.0001), spanish.percent(0)) == ("<\u00a01%", "0\u00a0%")
    assert english.date("2018-03-01") == "1 March 2018"
    assert spanish.date(date(2018, 3, 1)) == "1 de marzo de 2018"
    assert spanish.listed(("a", "b", "c")) == "a, b y c"
    assert english.listed(()) == ""


def test_what_the_core_says_is_told_with_its_values(english: Language, spanish: Language) -> None:
    said = Said(
        "the {level:.0%} interval is wide: its upper end is {ratio:.1f} times its lower end", level=0.8, ratio=6.04
    )
    assert english.told(said) == said == "the 80% interval is wide: its upper end is 6.0 times its lower end"
    assert spanish.told(said) == "el intervalo del 80\u00a0% es ancho: su extremo superior es 6,0 veces el inferior"
    rare = Said(
        "the model learned from {n} entries of the kind {kind}, and needs at least {least}", n=3, kind="dlc", least=100
    )
    assert "Contenido descargable" in spanish.told(rare)
    assert spanish.told("Some {thing}") == "Some {thing}"


def test_what_a_client_wrote_is_no_template(spanish: Language) -> None:
    said = Said("{start}… ({n} characters)", start="{level.__class__} %(x)s", n=3)
    assert spanish.told(said) == "{level.__class__} %(x)s… (3 caracteres)"


def test_what_games_share_is_told_and_labels_stay(spanish: Language) -> None:
    told = [shared(spanish, what) for what in ("the series “portal”", "the developer The Maker, Inc.", "Sci-fi")]
    assert told == ["la serie «portal»", "el desarrollador The Maker, Inc.", "Sci-fi"]
