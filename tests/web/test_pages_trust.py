"""The trust page: every figure is one of the version's documents, and all its words are told in each language."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tasador.models import splits
from tasador.models.accuracy_groups import _BANDS
from tasador.models.accuracy_scopes import CANDIDATES
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.web.pages.language import LANGUAGES, Language, languages
from tasador.web.pages.trust_words import candidate_name, group_name, parted, split_name
from tasador.workflows.run import Ran
from tests.web.messages import of_the_card
from tests.web.pages import Element, read

SAYS = [
    "Trained on releases before 2017-07-01, tested on those from then on.",
    "Trained on releases before 2016-07-01, tested on those of the half-year from then on.",
    "Trained anew each month on all releases before it, and tested on those of the month.",
    "About a fifth is held out so that no developer's nor publisher's name is on both sides, alone or among several. "
    "Drawn from the 55% of the rows whose studios are not linked, over games they share, to a family with more than "
    "2% of all.",
    "A random fifth is held out, as in the course project. Flatters: near-twins are on both sides.",
]


@pytest.fixture(scope="module")
def accuracy(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/v1/model/accuracy").json()
    return found


def page(client: TestClient, code: str = "en") -> Element:
    answer = client.get(f"/trust?lang={code}")
    assert answer.status_code == 200
    return read(answer.text)


def table(found: Element, figure: str) -> list[list[str]]:
    section = found.one("section", aria_labelledby=figure)
    rows = [[cell for cell in row.all() if cell.tag in {"th", "td"}] for row in section.one("tbody").all("tr")]
    return [[cell.text for cell in row if not cell.has("class_", "drawn")] for row in rows]


def errors_of(language: Language, errors: dict[str, Any]) -> tuple[str, str]:
    told = (language.percent(errors["mdape"], 1), language.percent(errors["within_20_percent"], 1))
    return " ".join(told[0].split()), " ".join(told[1].split())


@pytest.mark.parametrize("code", LANGUAGES)
def test_splits_and_rivals_are_those_of_the_api(client: TestClient, accuracy: dict[str, Any], code: str) -> None:
    found, language = page(client, code), languages()[code]
    parted = [
        (name, split["scopes"]["game"]) for name, split in accuracy["splits"].items() if "game" in split["scopes"]
    ]
    assert len(parted) > 2
    assert [(row[0], row[1], row[2], row[4]) for row in table(found, "splits")] == [
        (
            split_name(language, name),
            language.number(scope["n"]),
            *errors_of(language, scope["candidates"]["model"]["errors"]),
        )
        for name, scope in parted
    ]
    headline = accuracy["splits"][accuracy["headline"]]["scopes"]["game"]
    assert [(row[0], row[1], row[3]) for row in table(found, "rivals")] == [
        (candidate_name(language, name), *errors_of(language, rival["errors"]))
        for name, rival in headline["candidates"].items()
    ]


def test_the_headline_is_that_of_the_model(client: TestClient, accuracy: dict[str, Any]) -> None:
    found, language = page(client), languages()["en"]
    said = client.get("/v1/model?format=json").json()["accuracy"]
    shown = [one.text for one in found.one("dl", class_="facts-row").all(class_="figure")]
    covered = accuracy["splits"][accuracy["headline"]]["scopes"]["game"]["coverage"]["80"]["covered"]
    assert shown == [
        language.percent(said["mdape"]),
        language.percent(said["within_20_percent"]),
        language.money(said["mae_usd"]),
        language.percent(covered, 1),
    ]
    assert said["says"].split(",")[-1] in found.text


def test_groups_are_those_of_the_api(client: TestClient, accuracy: dict[str, Any]) -> None:
    found, language = page(client), languages()["en"]
    for by in ("developer", "price_band", "year"):
        groups = accuracy["breakdowns"][by]["groups"]
        assert groups
        assert [(row[2], row[3], row[5]) for row in table(found, f"by-{by.replace('_', '-')}")] == [
            (language.number(group["n"]), *errors_of(language, group["errors"])) for group in groups
        ]


def test_promises_are_those_of_the_api(client: TestClient) -> None:
    found, language = page(client), languages()["en"]
    calibration = client.get("/v1/model/calibration").json()
    games = next(one for one in calibration["intervals"] if one["group"] == {"scope": "game"} and one["told_app_id"])
    row = next(row for row in table(found, "coverage") if row[0] == "Game")
    assert row[1:-1] == [language.number(games["n"]), *(language.percent(one["covered"], 1) for one in games["levels"])]
    bins = calibration["probabilities"]["suggested_price_point"]["reliability"]
    assert [tuple(row) for row in table(found, "suggested")] == [
        (language.percent(one["predicted"], 1), language.percent(one["observed"], 1), language.number(one["n"]))
        for one in bins
    ]


def test_it_says_what_the_model_is_not_for(client: TestClient) -> None:
    said = client.get("/v1/model?format=json").json()
    for line in (*said["not_for"], *said["limits"], said["intended_use"]):
        assert " ".join(line.split()) in page(client).text
        assert " ".join(line.split()) not in page(client, "es").text
    assert {*said["not_for"], *said["limits"], said["intended_use"]} == set(of_the_card())


def test_records_are_those_of_the_quality_report(client: TestClient, ran: tuple[Workspace, Ran]) -> None:
    counts = ran[1].ingested.accounting
    said = f"Of {counts['raw']:,} records of the sources {counts['games']:,} are in the catalogue"
    assert said in page(client).text


def test_without_the_quality_report_the_rest_is_said(ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    copy = Workspace(tmp_path)
    shutil.copytree(ran[0].models / ran[1].trained.version, copy.models / ran[1].trained.version)
    copy.change_current(snapshot=ran[1].ingested.snapshot, champion=ran[1].trained.version)
    with TestClient(create_app(copy)) as client:
        found = page(client)
    assert "records of the sources" not in found.text
    assert table(found, "splits")


@pytest.mark.parametrize("says", SAYS)
def test_how_rows_were_parted_is_told_in_each_language(says: str) -> None:
    english, spanish = (parted(languages()[code], says) for code in LANGUAGES)
    assert spanish != says
    assert "{" not in spanish
    assert english[:20] == says[:20]


def test_what_nobody_foresaw_stays_as_it_is() -> None:
    spanish = languages()["es"]
    assert parted(spanish, "Parted by hand.") == "Parted by hand."
    assert split_name(spanish, "by_hand") == "by_hand"
    assert candidate_name(spanish, "oracle") == "oracle"


def test_every_split_of_the_champion_is_told(accuracy: dict[str, Any]) -> None:
    spanish = languages()["es"]
    for name, split in accuracy["splits"].items():
        assert split_name(spanish, name) != name
        assert parted(spanish, split["says"]) != split["says"]
    assert all(candidate_name(spanish, name) != name for name in CANDIDATES)
    for name in (splits.OUT_OF_TIME, splits.WALKING_FORWARD, splits.UNSEEN_DEVELOPERS, splits.RANDOM):
        assert split_name(spanish, name) != name


def test_price_bands_are_amounts() -> None:
    english, spanish = (languages()[code] for code in LANGUAGES)
    told = [group_name(english, "price_band", band) for band in _BANDS]
    assert told[0] == "up to $1.00"
    assert told[1] == "$1.00 to $5.00"
    assert told[-1] == "above $100.00"
    assert group_name(spanish, "price_band", _BANDS[-1]) == "más de 100,00\u00a0US$"
    assert group_name(english, "release_year", 2017) == "2017"
