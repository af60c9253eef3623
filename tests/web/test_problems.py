"""Problems: told in words that fit, and not without end."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from tasador.web import problems


class Asked(BaseModel):
    """A body."""

    model_config = {"extra": "forbid"}

    n: int = 0


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    problems.install(app)

    @app.post("/{place}")
    async def answer(place: int, asked: Asked) -> int:
        return place + asked.n

    return TestClient(app, raise_server_exceptions=False)


def problem(client: TestClient, content: str, path: str = "/1") -> dict[str, Any]:
    answer = client.post(path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_one_value_is_wrong_and_several_are(client: TestClient) -> None:
    one = problem(client, '{"n": "a"}')
    assert (
        one["detail"] == "1 of the request's values is not as it must be: `errors` says what is wrong, and what to do."
    )
    assert one["n_errors"] == len(one["errors"]) == 1
    two = problem(client, '{"n": "a", "m": 1}')
    assert two["detail"].startswith("2 of the request's values are not as they must be: ")
    assert [error["pointer"] for error in two["errors"]] == ["/n", "/m"]


def test_errors_are_told_up_to_twenty(client: TestClient) -> None:
    found = problem(client, "{" + ", ".join(f'"x{number}": 1' for number in range(1_000)) + "}")
    assert (len(found["errors"]), found["n_errors"]) == (20, 1_000)
    assert found["detail"].startswith("1000 of")


def test_names_and_values_are_cut(client: TestClient) -> None:
    found = problem(client, f'{{"{"x" * 50_000}": "{"y" * 50_000}", "n": "{"z" * 50_000}"}}')
    assert len(str(found)) < 2_000


@pytest.mark.parametrize("value", ["NaN", "1e999", "-1e999", '{"a": NaN}', "[1e999]"])
def test_a_number_that_json_has_not_is_told_as_a_text(client: TestClient, value: str) -> None:
    (error,) = problem(client, f'{{"n": {value}}}')["errors"]
    assert isinstance(error["got"], str)


def test_the_address_is_told_as_a_url_has_it(client: TestClient) -> None:
    assert problem(client, "{}", "/a%C3%B1o%20%3Fx%0A")["instance"] == "/a%C3%B1o%20%3Fx%0A"
