"""`POST /v1/appraisals`: what it answers, what it refuses, and that its description is right."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.request import FIELDS, Request, read
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.web import appraisal_examples, problems
from tasador.web.appraisal_schema import GAME, MOST_EXPLAINED, MOST_GAMES, Appraised, AppraisedList
from tasador.web.appraisals import body, create_router
from tasador.workflows.run import Ran
from tests.appraisal import answers

PATH = "/v1/appraisals"
GAME_SENT = {
    "name": "A Game",
    "genres": ["indie", "Acton"],
    "specs": ["Single-player"],
    "developer": "Nobody",
    "release_date": "2017-05-04",
}


@dataclass
class Served:
    appraiser: Appraiser


class Serving:
    """Says what is served, as the server's front does, and remembers what the route tells."""

    def __init__(self, appraiser: Appraiser) -> None:
        self.told: list[tuple[Appraisal, str, str]] = []
        self.at_once = 0
        self._now = 0
        api = FastAPI()
        problems.install(api)
        api.include_router(create_router([lambda *told: self.told.append(told)]))
        self.api = api
        self.app: ASGIApp = self._serve
        self._served = Served(appraiser)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {}).update(served=self._served, request_id="r-1")
        self._now += 1
        self.at_once = max(self._now, self.at_once)
        try:
            await self.api(scope, receive, send)
        finally:
            self._now -= 1


@pytest.fixture(scope="module")
def appraiser(ran: tuple[Workspace, Ran]) -> Appraiser:
    found = bundles.load(ran[0], ran[1].trained.version)
    return Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"])


@pytest.fixture(scope="module")
def serving(appraiser: Appraiser) -> Serving:
    return Serving(appraiser)


@pytest.fixture(scope="module")
def client(serving: Serving) -> Iterator[TestClient]:
    """Fails the test, rather than answer 500, when the route fails."""
    with TestClient(serving.app) as found:
        yield found


def asked(appraiser: Appraiser, fields: Mapping[str, Any]) -> Request:
    found = read(fields, appraiser.vocabulary, today=date(2020, 1, 1))
    assert isinstance(found, Request)
    return found


def test_one_game_is_answered_by_what_the_model_says_of_it(client: TestClient, appraiser: Appraiser) -> None:
    answer = client.post(PATH, json=GAME_SENT)
    assert answer.status_code == 200
    assert answer.json() == body(appraiser.answer(asked(appraiser, GAME_SENT)))
    assert client.post(PATH, json=GAME_SENT).content == answer.content


def test_factors_multiply_out_in_the_answer(client: TestClient) -> None:
    found = client.post(PATH, json=GAME_SENT).json()
    product = math.prod((Decimal(str(one["factor"])) for one in found["contributions"]), start=Decimal(found["base"]))
    assert f"{product:.2f}" == found["estimate"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", {"base", "contributions", "comparables", "second_opinion"}),
        ("?include=contributions,comparables", {"base", "contributions", "comparables", "second_opinion"}),
        ("?include=comparables&include=contributions", {"base", "contributions", "comparables", "second_opinion"}),
        ("?include=contributions", {"base", "contributions"}),
        ("?include=comparables", {"comparables", "second_opinion"}),
        ("?include=", set()),
        ("?include=%20", set()),
    ],
)
def test_an_answer_holds_what_is_included(client: TestClient, query: str, keys: set[str]) -> None:
    parts = {"base", "contributions", "comparables", "second_opinion"}
    whole = client.post(PATH, json=GAME_SENT).json()
    found = client.post(PATH + query, json=GAME_SENT).json()
    assert found.keys() & parts == keys
    # without comparables there is no second opinion, which may lower the confidence: another answer, by another id
    other = set() if "comparables" in keys else {"confidence", "id"}
    left_out = parts - keys | other
    assert {key: found[key] for key in found.keys() - other} == {
        key: value for key, value in whole.items() if key not in left_out
    }
    assert (found["id"] == whole["id"]) == ("comparables" in keys)
    assert ("comparables were not looked at" in str(found["confidence"])) == ("comparables" not in keys)


def test_a_list_is_answered_in_its_order(client: TestClient) -> None:
    games = [{**GAME_SENT, "name": f"Game {number}"} for number in range(230)]
    found = client.post(PATH, json=games).json()["items"]
    assert [item["name"] for item in found] == [game["name"] for game in games]
    for at in (0, 99, 100, 229):
        assert found[at] == client.post(f"{PATH}?include=", json=games[at]).json()
    some = client.post(f"{PATH}?include=contributions,comparables", json=games[:2]).json()["items"]
    assert some == [client.post(PATH, json=game).json() for game in games[:2]]
    assert client.post(PATH, json=[]).json() == {"items": []}


def test_a_wrong_game_of_a_list_has_its_errors_and_the_others_their_answers(client: TestClient) -> None:
    sent = [GAME_SENT, {"name": "x", "genres": ["a", 3], "early_access": "no"}, 7, {**GAME_SENT, "a~/b": 1}, GAME_SENT]
    answer = client.post(PATH, json=sent)
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert items[0] == items[4]
    assert items[0]["name"] == "A Game"
    pointers = [[error["pointer"] for error in items[at]["errors"]] for at in (1, 2, 3)]
    assert pointers == [["/1/genres/1", "/1/early_access"], ["/2"], ["/3/a~0~1b"]]
    assert [items[at]["n_errors"] for at in (1, 2, 3)] == [2, 1, 1]


def test_the_errors_of_one_game_are_told_at_once(client: TestClient) -> None:
    answer = client.post(PATH, json={"genre": ["Indie"], "release_date": "30/11/2017"})
    assert answer.status_code == 422
    found = answer.json()
    assert found["type"] == "urn:tasador:problem:invalid-game"
    assert [error["pointer"] for error in found["errors"]] == ["/genre", "/release_date", "/name"]
    assert found["errors"][0].keys() == {"pointer", "detail", "got", "expected", "do"}
    assert [error["do"] for error in found["errors"]] == [
        "Did you mean genres?",
        "Write it as year, month and day: YYYY-MM-DD.",
        "Give it.",
    ]


def test_the_same_game_has_the_same_id(client: TestClient) -> None:
    def id_of(**fields: Any) -> str:
        found: str = client.post(f"{PATH}?include=", json={**GAME_SENT, **fields}).json()["id"]
        return found

    assert id_of() == id_of(genres=["INDIE", "Acton"]) == id_of(kind="game", early_access=False)
    assert len({id_of(), id_of(name="B"), id_of(release_date="2017-05-05"), id_of(app_id=10)}) == 4


def test_each_answered_game_is_told_with_its_id_and_the_requests(client: TestClient, serving: Serving) -> None:
    serving.told.clear()
    items = client.post(PATH, json=[GAME_SENT, {}, GAME_SENT]).json()["items"]
    assert [(told[1], told[2]) for told in serving.told] == [(items[0]["id"], "r-1")] * 2
    assert serving.told[0][0].game.name == "A Game"


@pytest.mark.parametrize(
    ("sent", "headers", "status", "kind"),
    [
        (b"", {}, 400, "invalid-json"),
        (b" \n", {}, 400, "invalid-json"),
        (b"{", {}, 400, "invalid-json"),
        (b"{} {}", {}, 400, "invalid-json"),
        (b'{"name": NaN}', {}, 400, "invalid-json"),
        (b'{"name": -Infinity}', {}, 400, "invalid-json"),
        (b'{"name": "a", "name": "b"}', {}, 400, "invalid-json"),
        (b"\xff\xfe", {}, 400, "invalid-json"),
        ('{"name": "ñ"}'.encode("latin-1"), {}, 400, "invalid-json"),
        (b"[" * 200_000, {}, 400, "invalid-json"),
        (b'{"name":' * 50_000, {}, 400, "invalid-json"),
        (b'{"app_id": ' + b"1" * 5_000 + b"}", {}, 400, "invalid-json"),
        (b'{"name": "a"}', {"content-type": "text/plain"}, 415, "unsupported-media-type"),
        (b'{"name": "a"}', {"content-type": ""}, 415, "unsupported-media-type"),
        (b"name=a", {"content-type": "application/x-www-form-urlencoded"}, 415, "unsupported-media-type"),
        (b'{"name": "a"}', {"content-encoding": "gzip"}, 415, "unsupported-content-encoding"),
        (b'"text"', {}, 422, "invalid-game"),
        (b"null", {}, 422, "invalid-game"),
        (b'{"name": ' + b"[" * 500 + b"]" * 500 + b"}", {}, 422, "invalid-game"),
        (b'{"name": "a", "app_id": 1e999}', {}, 422, "invalid-game"),
        (b'{"\\ud800": 1}', {}, 422, "invalid-game"),
        (b'{"name": "\\ud800"}', {}, 422, "invalid-game"),
    ],
)
def test_what_cannot_be_read_is_told(
    client: TestClient, sent: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = client.post(PATH, content=sent, headers={"content-type": "application/json", **headers})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == f"urn:tasador:problem:{kind}"
    assert found["instance"] == PATH
    assert len(answer.content) < 2_000


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"])
def test_other_spellings_of_json_are_read(client: TestClient, content_type: str) -> None:
    sent = b"\xef\xbb\xbf" + json.dumps(GAME_SENT).encode()
    answer = client.post(f"{PATH}?include=", content=sent, headers={"content-type": content_type})
    assert answer.status_code == 200


def test_what_cannot_be_included_is_told(client: TestClient) -> None:
    answer = client.post(f"{PATH}?include=comparables,contribution", json=GAME_SENT)
    assert answer.status_code == 422
    assert answer.json()["suggestions"] == ["contributions"]
    assert answer.json()["valid"] == ["contributions", "comparables"]


def test_a_parameter_that_is_not_known_is_told_with_the_nearest(client: TestClient) -> None:
    answer = client.post(f"{PATH}?inclde=comparables", json=GAME_SENT)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["do"]) == ("inclde", "Did you mean include?")


def test_labels_that_the_model_has_not_learned_are_warned_of(client: TestClient) -> None:
    sent = {**GAME_SENT, "developer": None}
    (warning,) = client.post(PATH, json=sent).json()["warnings"]
    assert "'Acton' in genres (nearest: Action)" in warning
    many = client.post(PATH, json={**sent, "specs": [f"none {n}" for n in range(99)]}).json()
    assert len(many["inputs"]["unknown"]) == 100
    assert many["warnings"][0].endswith("; and 90 more")
    assert client.post(PATH, json={**sent, "genres": ["indie"]}).json()["warnings"] == []


def test_a_developer_or_base_game_that_nobody_knows_is_warned_of(client: TestClient) -> None:
    sent = {**GAME_SENT, "genres": ["indie"], "developer": "Nobody at All", "base_app_id": 99_999_999}
    first, second = client.post(PATH, json=sent).json()["warnings"]
    assert first == "the model knows no earlier priced release of this developer"
    assert second == "the model knows no earlier priced release of this base game"


def test_what_came_is_told_as_json_has_it(client: TestClient) -> None:
    sent = {"name": "A", "kind": "gmae", "early_access": None, "developer": ["A", "B"], "genres": True}
    errors = {error["pointer"]: error for error in client.post(PATH, json=sent).json()["errors"]}
    assert {pointer: error["got"] for pointer, error in errors.items()} == {
        "/kind": "gmae",
        "/developer": '["A", "B"]',
        "/genres": "true",
    }
    assert errors["/developer"]["do"] == "Write them as one text, separated by commas."
    none = client.post(PATH, content=b"null", headers={"content-type": "application/json"})
    assert none.json()["errors"][0]["got"] == "null"


@pytest.mark.parametrize(("query", "most"), [("", MOST_GAMES), ("?include=comparables", MOST_EXPLAINED)])
def test_a_list_has_a_bound(client: TestClient, query: str, most: int) -> None:
    answer = client.post(PATH + query, json=[{}] * most)
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == most
    answer = client.post(PATH + query, json=[{}] * (most + 1))
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:tasador:problem:too-many-games"
    assert answer.json()["limit"] == most
    assert f"{most:,}" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields",
    [{f"field {n}": n for n in range(20_000)}, {"x" * 500_000: 1}, {"genres": [1] * 100, "specs": [1] * 100}],
)
def test_what_is_wrong_a_thousand_times_is_not_told_a_thousand_times(
    client: TestClient, fields: dict[str, Any]
) -> None:
    answer = client.post(PATH, json=fields)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) <= 20
    assert answer.json()["n_errors"] in {1, 201}
    assert len(answer.content) < 10_000


# what may stand in a body: anything, and what is nearly right
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
games = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6)
nearly = st.builds(lambda fields, name: {**fields, "name": name}, games, st.text(max_size=8))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=values | games | nearly | st.lists(games | nearly | values, max_size=4),
    include=st.sampled_from(["", "?include="]),
)
def test_any_json_is_answered_or_refused_with_pointers_into_it(client: TestClient, sent: Any, include: str) -> None:
    answer = client.post(PATH + include, content=json.dumps(sent), headers={"content-type": "application/json"})
    found = answer.json()
    if isinstance(sent, list):
        assert answer.status_code == 200
        AppraisedList.model_validate(found, strict=True)
        items = found["items"]
        assert len(items) == len(sent)
    else:
        assert answer.status_code in {200, 422}
        items = [found]
    for item in items:
        for error in item.get("errors", ()):
            assert error["do"]
            assert_points_into(sent, error["pointer"], missing=error["pointer"].rpartition("/")[2] == "name")


def assert_points_into(sent: Any, pointer: str, *, missing: bool) -> None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps[: len(steps) - missing]:
        sent = sent[int(step)] if isinstance(sent, list) else sent[step]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.binary(max_size=60))
def test_any_bytes_are_answered_or_refused(client: TestClient, sent: bytes) -> None:
    answer = client.post(f"{PATH}?include=", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code in {200, 400, 422}


LABELS: list[Any] = [[], ["x"], ["x"] * 100, ["x"] * 101, ["a" * 100], ["a" * 101], [""], [" "], [None], "x", None, {}]
IDS: list[Any] = [0, 1, 2**32 - 1, 2**32, 10**30, 1.0, 1.5, -1, "1", None, True]
EDGES: dict[str, list[Any]] = {
    "name": ["a", "a" * 300, "a" * 301, "", " ", " a ", "a\tb", "\ta\n", None, 3, "ñ", "日本"],
    "kind": ["game", "dlc", "gme", None, 3, []],
    **dict.fromkeys(("genres", "specs", "tags", "platforms", "languages"), LABELS),
    "developer": ["", "a", "a" * 500, "a" * 501, "a\x00b", None, 3, ["a"]],
    "publisher": ["", "a" * 501, "a\x7f", None],
    "release_date": ["2017-05-04", "2017-05-32", "2017-5-4", "20170504", None, 2017],
    "early_access": [True, False, None, 0, "false"],
    **dict.fromkeys(("app_id", "base_app_id"), IDS),
    "required_age": [0, 18, 255, 256, -1, None, 18.5],
    "price_usd": [9.99],
    "Name": ["x"],
}


@pytest.mark.parametrize("field", EDGES)
def test_the_schema_of_a_game_allows_what_is_answered(client: TestClient, field: str) -> None:
    checks = Draft202012Validator(GAME, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for value in EDGES[field]:
        sent = {"name": "A Game", field: value}
        answer = client.post(f"{PATH}?include=", json=sent)
        assert (answer.status_code == 200) == checks.is_valid(sent), value


def test_the_schema_of_a_game_has_all_fields() -> None:
    assert tuple(GAME["properties"]) == FIELDS


@pytest.mark.parametrize("appraisal", [answers.full(), answers.abstained()], ids=["full", "abstained"])
@pytest.mark.parametrize("include", [frozenset({"contributions", "comparables"}), frozenset()], ids=["whole", "lean"])
def test_the_model_of_an_answer_is_what_is_answered(appraisal: Appraisal, include: frozenset[str]) -> None:
    found = json.loads(json.dumps(body(appraisal, include)))
    assert Appraised.model_validate(found, strict=True).model_dump(exclude_unset=True) == found


def test_the_model_of_an_answer_has_no_more_than_an_answer() -> None:
    assert Appraised.model_fields.keys() == body(answers.full()).keys()


def test_examples_are_as_they_say(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    (described,) = document["paths"][PATH].values()
    assert document["openapi"].startswith("3.1")
    assert set(described["responses"]) == {"200", "400", "415", "422"}
    ok = described["responses"]["200"]["content"]["application/json"]
    checks = Draft202012Validator({**document, **ok["schema"]})
    for example in ok["examples"].values():
        checks.validate(example["value"])
    request = described["requestBody"]["content"]["application/json"]
    checks = Draft202012Validator(request["schema"])
    assert checks.is_valid(request["examples"]["a game"]["value"])
    for status, response in described["responses"].items():
        if status != "200":
            assert response["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_the_example_of_a_body_is_answered_like_the_example_of_an_answer(client: TestClient) -> None:
    for name, example in appraisal_examples.REQUESTS.items():
        answer = client.post(PATH, json=example["value"])
        assert answer.status_code == 200
        shown = appraisal_examples.ANSWERS[name]["value"]
        assert answer.json().keys() == shown.keys()
    assert answer.json()["items"][1] == shown["items"][1]
    refused = client.post(PATH, json={"name": "Lantern Keeper", "genre": ["Indie"]})
    assert refused.json() == appraisal_examples.PROBLEMS[-1]


def ask(app: ASGIApp, sent: object, then: list[Message], query: bytes = b"") -> int:
    """Ask without a server in between: the body, then what else the client does."""
    messages: list[Message] = [{"type": "http.request", "body": json.dumps(sent).encode()}, *then]
    statuses: list[int] = []
    forever = asyncio.Event()

    async def receive() -> Message:
        return messages.pop(0) if messages else await forever.wait()  # type: ignore[return-value]

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "query_string": query,
        "headers": [(b"content-type", b"application/json")],
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    (status,) = statuses
    return status


def test_a_client_that_hangs_up_leaves_no_work(appraiser: Appraiser) -> None:
    serving = Serving(appraiser)
    assert ask(serving.app, [GAME_SENT] * MOST_GAMES, [{"type": "http.disconnect"}]) == 499
    assert len(serving.told) < MOST_GAMES


def test_requests_that_come_together_are_seen_together(appraiser: Appraiser) -> None:
    """Else whoever counts what runs, to turn away what is too much, would always count one."""
    serving = Serving(appraiser)

    async def thrice(scope: Scope, receive: Receive, send: Send) -> None:
        sent = await receive()

        async def again() -> Message:
            return sent

        async def quiet(message: Message) -> None:
            pass

        await asyncio.gather(*(serving.app({**scope}, again, to) for to in (quiet, quiet, send)))

    assert ask(thrice, GAME_SENT, [], b"include=") == 200
    assert serving.at_once == 3
