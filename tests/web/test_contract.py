"""Every error that the description names, of every route, is provoked, and has the shape that all errors have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import pytest
from jsonschema import Draft202012Validator

from tasador.storage.workspace import Workspace
from tasador.web.connections import Patience
from tasador.workflows.run import Ran
from tests.web.asgi import echo
from tests.web.provoking import Answer, Asked, Provoking
from tests.web.served import heard, serving
from tests.web.test_openapi import RECORDED

SCHEMAS = RECORDED["components"]["schemas"]
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in RECORDED["paths"].items()
    for method, operation in methods.items()
]
ERRORS = [
    (Asked.of(method, path, operation, SCHEMAS), int(status))
    for method, path, operation in OPERATIONS
    for status in operation["responses"]
    if int(status) >= HTTPStatus.BAD_REQUEST
]

#: What an answer carries that a client acts upon.
HEADERS = {401: "www-authenticate", 403: "www-authenticate", 405: "allow", 429: "retry-after", 503: "retry-after"}

SPANISH = re.compile(r"\b(el|la|los|una?|este|esta|esa|es|no dice|pregunt\w+)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|is|of|this|an|who|what|there|it)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def place(ran: tuple[Workspace, Ran], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provoking]:
    """A workspace with keys, in which the same version is the champion and none was before it."""
    workspace = Workspace(tmp_path_factory.mktemp("contract"))
    workspace.root.joinpath("models").symlink_to(ran[0].models)
    workspace.change_current(snapshot=ran[1].ingested.snapshot, champion=ran[1].trained.version)
    found = Provoking(workspace)
    with found.whole, found.closed, found.limited, found.small:
        yield found


def checked(answer: Answer, path: str) -> dict[str, Any]:
    """Look whether an answer is a problem as all are."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    found: dict[str, Any] = json.loads(answer.content)
    Draft202012Validator({**SCHEMAS["Problem"], "components": {"schemas": SCHEMAS}}).validate(found)
    assert found["type"].startswith("urn:tasador:problem:")
    assert found["title"]
    assert found["detail"].endswith((".", "?"))
    assert found["status"] == answer.status
    assert unquote(found["instance"]) == path.partition("?")[0]
    return found


@pytest.mark.parametrize(("asked", "status"), ERRORS, ids=lambda one: one if isinstance(one, int) else one.route)
def test_every_error_of_every_route_is_a_problem_as_all_are(place: Provoking, asked: Asked, status: int) -> None:
    answer = place.provoke(asked, status)
    assert answer.status == status, answer.content
    found = checked(answer, unquote(json.loads(answer.content)["instance"]))
    assert re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", asked.route), unquote(found["instance"]))
    assert HEADERS.get(status, "content-type") in answer.headers
    for error in found.get("errors", ()):
        assert error["detail"]
        assert error["expected"]
        assert error["do"].endswith((".", "?"))
        assert ("pointer" in error) != ("parameter" in error)
    is_classic = not asked.route.startswith("/v1/") and "{" in asked.route
    for told in (found["detail"], found["title"]) if is_classic else (found["detail"],):
        assert not (ENGLISH if is_classic else SPANISH).search(told), "it is in the wrong language"


@pytest.mark.parametrize("path", ["/", "/docs", "/static/swagger-ui/swagger-ui.css", "/genero/año/2016"])
def test_a_closed_server_opens_to_a_browser_that_sends_a_key_as_the_password(place: Provoking, path: str) -> None:
    shut = place.closed.get(path)
    assert shut.status_code == HTTPStatus.UNAUTHORIZED
    assert "Basic" in shut.headers["www-authenticate"]
    assert place.closed.get(path, auth=("anybody", place.reader["x-api-key"])).status_code == HTTPStatus.OK


def bounded() -> Iterator[tuple[str, str, str]]:
    """Give the parameters of queries that do not take any text."""
    for method, path, operation in OPERATIONS:
        for one in operation.get("parameters", ()):
            schema = one["schema"].get("items", one["schema"])
            if one["in"] == "query" and path.startswith("/v1/") and ("pattern" in schema or "maxLength" not in schema):
                yield method, path, one["name"]


@pytest.mark.parametrize(("method", "path", "name"), [*bounded()])
def test_a_value_that_a_parameter_does_not_take_is_one_error_that_names_it(
    place: Provoking, method: str, path: str, name: str
) -> None:
    asked = Asked.of(method, path, RECORDED["paths"][path][method.lower()], SCHEMAS)
    answer = place.ask(place.whole, asked, f"{asked.path}?{name}={quote('no such value')}")
    found = checked(answer, asked.path)
    assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
    (error,) = found.get("errors", [found])
    assert error["parameter"] == name


@pytest.mark.parametrize(("method", "path", "_"), OPERATIONS)
def test_every_address_of_v1_refuses_a_parameter_that_it_does_not_know(
    place: Provoking, method: str, path: str, _: object
) -> None:
    asked = Asked.of(method, path, RECORDED["paths"][path][method.lower()], SCHEMAS)
    answer = place.ask(place.whole, asked, f"{asked.path}?zzz=1&limitt=3")
    if path.startswith("/v1/"):
        assert [error["parameter"] for error in checked(answer, asked.path)["errors"]] == ["zzz", "limitt"]
    else:
        assert answer.status != HTTPStatus.UNPROCESSABLE_ENTITY, "the course project ignored it"


@pytest.mark.parametrize(("path", "methods"), RECORDED["paths"].items(), ids=RECORDED["paths"])
def test_an_address_tells_what_it_answers(place: Provoking, path: str, methods: dict[str, Any]) -> None:
    expected = {method.upper() for method in methods} | ({"HEAD", "OPTIONS"} if "get" in methods else {"OPTIONS"})
    operation = next(iter(methods.values()))
    told = place.ask(place.whole, Asked.of("OPTIONS", path, operation, SCHEMAS), json=None)
    assert told.status == HTTPStatus.NO_CONTENT
    assert {*told.headers["allow"].split(", ")} == expected


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_who_has_an_answer_is_told_so_where_the_description_says_it(
    place: Provoking, method: str, path: str, operation: dict[str, Any]
) -> None:
    if method != "GET":
        assert "304" not in operation["responses"]
        return
    # NOTE: the example of a game is of another catalogue.
    address = Asked.of(method, path.replace("{app_id}", str(_known(place))), operation, SCHEMAS).path
    first = place.whole.get(address)
    assert first.status_code == HTTPStatus.OK, first.text
    assert ("etag" in first.headers) == ("304" in operation["responses"])
    if "etag" in first.headers:
        again = place.whole.get(address, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == HTTPStatus.NOT_MODIFIED


def _known(place: Provoking) -> int:
    found: int = place.whole.get("/v1/games?limit=1").json()["items"][0]["app_id"]
    return found


@pytest.mark.parametrize(
    ("sent", "status", "patience"),
    [
        ("hello\r\n\r\n", 400, Patience()),
        ("GET / HTTP/1.1\r\nhost:", 408, Patience(head_seconds=0.1)),
        (f"GET /{'x' * 20_000} HTTP/1.1\r\n\r\n", 431, Patience()),
        ("GET / HTTP/1.1\r\n\r\n", 503, Patience(connections=0)),
    ],
)
def test_what_has_no_address_yet_is_a_problem_too(sent: str, status: int, patience: Patience) -> None:
    with serving(echo, patience) as served, served.connect(sent) as client:
        head, _, body = heard(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-type: application/problem+json" in head
    found = json.loads(body)
    assert found.keys() == {"type", "title", "status", "detail"}
    assert found["status"] == status


def test_every_example_of_a_problem_is_as_described() -> None:
    for _, path, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                (content,) = response["content"].values()
                schema = {**content["schema"], "components": RECORDED["components"]}
                Draft202012Validator(schema).validate(content["example"])
                assert content["example"]["status"] == int(status), path
