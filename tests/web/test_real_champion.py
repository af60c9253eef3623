"""What the page says of the real catalogue's commonest games, from little: its champion is asked, where there is one.

`TASADOR_TEST_WORKSPACE` names a workspace whose champion learned from the real catalogue.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tests.web.pages import Element, read

_VARIABLE = "TASADOR_TEST_WORKSPACE"

#: Genres that the form shows first.
_SHOWN = 9


@pytest.fixture(scope="module")
def real() -> Iterator[TestClient]:
    """Asks the application that answers for the real catalogue's champion."""
    if not (place := os.environ.get(_VARIABLE)):
        pytest.skip(f"{_VARIABLE} names no workspace: a model of the real catalogue is not part of the project")
    with TestClient(create_app(Workspace(Path(place))), raise_server_exceptions=False) as found:
        yield found


def form(client: TestClient) -> Element:
    return read(client.get("/").text).one("form", id="form")


def outcomes_of_the_example(client: TestClient) -> list[str]:
    """Send the rows that the page of many games shows first."""
    (example,) = read(client.get("/batch").text).one("textarea").children
    page = read(client.post("/batch", data={"rows": str(example).strip()}).text)
    return [row.attributes["data-outcome"] for row in page.one("tbody", id="lines").all("tr")]


def test_the_example_rows_have_a_price_of_the_synthetic_catalogue_too(client: TestClient) -> None:
    assert outcomes_of_the_example(client) == ["priced"] * 2


def test_whatever_is_chosen_first_something_is_drawn(real: TestClient) -> None:
    genres = [one.attributes["value"] for one in form(real).all("input", name="genres")][:_SHOWN]
    asked = [(one,) for one in genres] + list(combinations(genres[:6], 2))
    for chosen in asked:
        article = read(real.get("/?" + urlencode({"genres": chosen}, doseq=True)).text).one("article")
        assert article.all("svg", class_="ladder"), chosen
        wide = article.all("section", class_="narrower")
        assert bool(wide) is ("very wide: no single price" in article.text), chosen
        assert not article.all("section", class_="abstained"), chosen


def test_every_example_row_of_many_games_has_a_price(real: TestClient) -> None:
    assert outcomes_of_the_example(real) == ["priced"] * 2


def test_no_comparable_of_a_game_without_a_title_is_there_for_its_title(real: TestClient) -> None:
    said = real.get("/appraisal.json?kind=dlc&genres=Casual").json()
    assert said["comparables"]
    assert not any("untitled" in one["reason"].casefold() for one in said["comparables"])
