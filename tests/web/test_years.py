from __future__ import annotations

import subprocess
import sys
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tasador.market import statistics
from tasador.market.yearly import TOPICS, Question
from tasador.web import years
from tasador.web.statistics import Statistics
from tests.web.routes import OpenApi, asking

SNAPSHOT = "0123456789ab"


@pytest.fixture(scope="module")
def held(games: pl.DataFrame) -> Statistics:
    return Statistics(SNAPSHOT, statistics.compute(games))


@pytest.fixture(scope="module")
def client(held: Statistics) -> TestClient:
    return asking(years.create_router(), statistics=held)


@pytest.fixture(scope="module")
def described(client: TestClient) -> OpenApi:
    return OpenApi(client)


def test_what_is_known_beforehand_is_what_the_routes_answer(client: TestClient, held: Statistics) -> None:
    pages = held.pages
    some = [path for path in pages if "/20" not in path or "/2016" in path]
    assert {"/v1/years", "/v1/years?kind=dlc", "/v1/years/2016/tags", "/v1/years/2016/top-rated?kind=game"} <= {*some}
    for path in some:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.content == pages[path], path


def test_each_year_is_known_beforehand_by_each_topic_and_each_kind_that_it_has(held: Statistics) -> None:
    known: dict[str, set[str]] = {}
    for page in held.pages:
        path, mark, query = page.partition("?")
        known.setdefault(path, set()).add(mark + query)
    some = held.found["years"]
    assert some[str(held.years[0])].keys() != some["2016"].keys()
    for year in held.years:
        wanted = {"" if kind == "all" else f"?kind={kind}" for kind in some[str(year)]}
        for path in (f"/v1/years/{year}", *(f"/v1/years/{year}/{topic}" for topic in TOPICS)):
            assert known.pop(path) == wanted
    assert known.keys() == {"/v1/years"}


@pytest.mark.parametrize("topic", TOPICS)
def test_the_same_question_has_the_same_answer_however_it_is_asked(client: TestClient, topic: str) -> None:
    plain = client.get(f"/v1/years/2016/{topic}?kind=game").content
    for query in ("paid=false&kind=game", "kind=game&paid=False", "kind=game&limit=20"):
        assert client.get(f"/v1/years/2016/{topic}?{query}").content == plain


def test_no_list_is_longer_than_asked(client: TestClient) -> None:
    for topic in TOPICS:
        lists = [one for one in client.get(f"/v1/years/2016/{topic}?limit=1").json().values() if isinstance(one, list)]
        assert lists
        assert all(len(one) <= 1 for one in lists)


def test_all_years_are_answered_for_the_entries_that_are_asked_for(client: TestClient, held: Statistics) -> None:
    answer = client.get("/v1/years", params={"kind": "dlc", "paid": "true"})
    assert answer.content == held.body(Question("dlc", paid=True))


@pytest.mark.parametrize("topic", [None, *TOPICS])
def test_a_question_is_answered_as_the_statistics_answer_it(
    client: TestClient, held: Statistics, topic: str | None
) -> None:
    path = "/v1/years/2016" if topic is None else f"/v1/years/2016/{topic}"
    limited = {} if topic is None else {"limit": "3"}
    answer = client.get(path, params={"kind": "dlc", "paid": "true", **limited})
    assert answer.content == held.body(Question("dlc", paid=True, limit=3), 2016, topic)
    assert answer.json()["snapshot"] == SNAPSHOT


def test_every_answer_is_as_described_with_no_key_untold(
    client: TestClient, described: OpenApi, held: Statistics
) -> None:
    for kind in ("game", "dlc", "mod"):
        described.check("/v1/years", client.get("/v1/years", params={"kind": kind}).json())
        for year in held.years[-4:]:
            described.check("/v1/years/{year}", client.get(f"/v1/years/{year}", params={"kind": kind}).json())
            for topic in TOPICS:
                answer = client.get(f"/v1/years/{year}/{topic}", params={"kind": kind, "paid": "true"})
                described.check(f"/v1/years/{{year}}/{topic}", answer.json())


def test_every_answer_is_described_with_an_example_that_fits(described: OpenApi) -> None:
    paths = {"/v1/years", "/v1/years/{year}", *(f"/v1/years/{{year}}/{topic}" for topic in TOPICS)}
    assert {*described.document["paths"]} == paths
    for path in paths:
        responses = described.responses(path)
        assert ("404" in responses) == (path != "/v1/years")
        described.check(path, responses["200"]["content"]["application/json"]["example"])


def test_a_parameter_has_no_null_among_its_values(described: OpenApi) -> None:
    parameters = described.document["paths"]["/v1/years/{year}/tags"]["get"]["parameters"]
    schemas = {one["name"]: one["schema"] for one in parameters}
    assert schemas.keys() == {"year", "kind", "paid", "limit"}
    assert schemas["kind"]["enum"][:2] == ["game", "dlc"]
    assert (schemas["limit"]["minimum"], schemas["limit"]["maximum"], schemas["limit"]["default"]) == (1, 100, 20)
    assert schemas["paid"]["type"] == "boolean"


@pytest.mark.parametrize("topic", ["", *(f"/{topic}" for topic in TOPICS)])
def test_a_year_that_the_catalogue_lacks_is_404_with_the_valid_years(
    client: TestClient, held: Statistics, topic: str
) -> None:
    answer = client.get(f"/v1/years/1066{topic}?kind=game")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["valid_years"] == held.years


@pytest.mark.parametrize("topic", [None, *TOPICS])
def test_a_kind_that_the_year_lacks_has_n_0_and_empty_lists(client: TestClient, topic: str | None) -> None:
    answer = client.get("/v1/years/2016" if topic is None else f"/v1/years/2016/{topic}", params={"kind": "mod"})
    assert answer.status_code == 200
    assert answer.json()["n"] == 0
    assert not any(value for value in answer.json().values() if isinstance(value, list))


@pytest.mark.parametrize(
    ("query", "valid"),
    [
        ("kind=games", "one of game, dlc"),
        ("kind=", "one of game, dlc"),
        ("limit=0", "1 or more"),
        ("limit=101", "100 or less"),
        ("limit=many", "a whole number"),
        ("knd=dlc", "one of kind, paid, limit"),
        ("kind=dlc&kind=game", "one value"),
        ("paid=1", "true or false"),
        ("paid=perhaps", "true or false"),
    ],
)
def test_a_wrong_value_is_422_with_what_is_valid(client: TestClient, query: str, valid: str) -> None:
    answer = client.get(f"/v1/years/2016/tags?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert query.partition("=")[0] in str(error)
    assert valid in error["expected"]


@pytest.mark.parametrize("year", ["hello", "20161", "-2016", "0", "2016.5", "２０１６", "9" * 5_000])
def test_a_value_that_is_no_year_is_422(client: TestClient, year: str) -> None:
    assert client.get(f"/v1/years/{year}").status_code == 422


def test_what_answers_loads_no_polars() -> None:
    code = (
        "import sys, tasador.web.years, tasador.web.vocabulary, tasador.web.model, tasador.web.statistics;"
        "print(sorted({'polars', 'numpy', 'sklearn', 'dataframely'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_statistics_of_another_shape_are_not_taken(held: Statistics) -> None:
    broken: dict[str, Any] = {**held.found, "years": {"2016": {"all": {"n": 1}}}}
    with pytest.raises(KeyError):
        Statistics(SNAPSHOT, broken)
