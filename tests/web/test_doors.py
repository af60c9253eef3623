"""Who may ask, and how often."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from http import HTTPStatus

import pytest

from tasador.errors import TasadorError
from tasador.storage import keys
from tasador.storage.keys import KeyRing
from tasador.storage.workspace import Workspace
from tasador.web.denial import Denial
from tasador.web.doors import Doors, Rate
from tests.web.asgi import scope

READ, ADMIN = "/v1/games", "/v1/admin/reload"


@dataclass(frozen=True)
class Keys:
    ring: KeyRing
    read: str
    admin: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    workspace = Workspace(tmp_path_factory.mktemp("keys"))
    read, admin = (keys.create(workspace, name, name)[1] for name in ("read", "admin"))
    return Keys(KeyRing(workspace), read, admin)


def bearer(key: str) -> dict[bytes, bytes]:
    return {b"authorization": b"Bearer " + key.encode()}


def status(denial: Denial | None) -> int | None:
    return None if denial is None else denial.told("/x")[0]


def told(denial: Denial | None) -> dict[bytes, bytes]:
    assert denial is not None
    return dict(denial.told("/x")[1])


@pytest.mark.parametrize("require_key", [False, True])
@pytest.mark.parametrize(
    ("path", "key", "open_", "closed"),
    [
        (READ, None, None, 401), (READ, "read", None, None), (READ, "admin", None, None), (READ, "wrong", None, 401),
        (ADMIN, None, 401, 401), (ADMIN, "read", 403, 403), (ADMIN, "admin", None, None), (ADMIN, "wrong", 401, 401),
        ("/livez", None, None, None), ("/readyz", "wrong", None, None), ("/metrics", None, None, 401),
        ("/", None, None, 401), ("/v1/admin/", "read", 403, 403),
    ],
)  # fmt: skip
def test_what_a_key_opens(
    made: Keys, *, require_key: bool, path: str, key: str | None, open_: int | None, closed: int | None
) -> None:
    doors = Doors(made.ring, require_key=require_key, rate=None, rejected=lambda _: None)
    texts = {"read": made.read, "admin": made.admin, "wrong": made.read[:-1] + "!"}
    headers = {} if key is None else bearer(texts[key])
    denial = doors.refuse(scope(path), headers)
    assert status(denial) == (closed if require_key else open_)
    if denial is not None:
        assert told(denial)[b"www-authenticate"].startswith(b'Bearer realm="tasador"')


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {b"authorization": b"Bearer " + key},
        lambda key: {b"authorization": b"bearer   " + key + b" "},
        lambda key: {b"x-api-key": key},
        lambda key: {b"authorization": b"Basic dTpw", b"x-api-key": key},
    ],
)
def test_a_key_may_be_sent_in_either_header(made: Keys, headers: object) -> None:
    doors = Doors(made.ring, require_key=True, rate=None, rejected=lambda _: None)
    asked = scope(READ)
    assert doors.refuse(asked, headers(made.read.encode())) is None  # type: ignore[operator]
    assert asked["state"]["key"] == "read"


def basic(name: str, password: str) -> dict[bytes, bytes]:
    return {b"authorization": b"Basic " + base64.b64encode(f"{name}:{password}".encode())}


def test_a_browser_sends_a_key_as_the_password_and_opens_nothing_of_the_operators_with_it(made: Keys) -> None:
    doors = Doors(made.ring, require_key=True, rate=None, rejected=lambda _: None)
    for name in ("", "anybody", "ñ"):
        assert doors.refuse(scope("/docs"), basic(name, made.read)) is None
    denial = doors.refuse(scope("/docs"), {})
    assert b'Basic realm="tasador"' in told(denial)[b"www-authenticate"]
    assert status(doors.refuse(scope("/docs"), basic(made.read, ""))) == HTTPStatus.UNAUTHORIZED
    denial = doors.refuse(scope(ADMIN), basic("", made.admin))
    assert status(denial) == HTTPStatus.UNAUTHORIZED
    assert b"Basic" not in told(denial)[b"www-authenticate"]


def test_preflights_need_no_key_where_pages_of_others_may_ask(made: Keys) -> None:
    asked = {**scope(READ), "method": "OPTIONS"}
    headers = {b"origin": b"https://example.org", b"access-control-request-method": b"POST"}
    for preflights in (False, True):
        doors = Doors(made.ring, require_key=True, rate=None, rejected=lambda _: None, preflights=preflights)
        assert status(doors.refuse(asked, headers)) == (None if preflights else 401)
        assert status(doors.refuse(asked, {b"origin": b"https://example.org"})) == HTTPStatus.UNAUTHORIZED
        assert status(doors.refuse({**asked, "method": "POST"}, headers)) == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "headers",
    [
        {b"authorization": b"Bearer"},
        {b"authorization": b"Basic"},
        {b"authorization": b"Basic =\xff"},
        {b"authorization": b"Basic bm8gY29sb24="},
        {b"authorization": b"\xff\xfe"},
        {b"authorization": b"Basic dTpw"},
        {b"x-api-key": b""},
    ],
)
def test_what_is_no_key_opens_nothing(made: Keys, headers: dict[bytes, bytes]) -> None:
    doors = Doors(made.ring, require_key=True, rate=None, rejected=lambda _: None)
    assert status(doors.refuse(scope(READ), headers)) == HTTPStatus.UNAUTHORIZED


def test_a_denial_tells_neither_the_key_nor_which_there_are(made: Keys) -> None:
    doors = Doors(made.ring, require_key=True, rate=None, rejected=lambda _: None)
    wrong = made.read[:-1] + "!"
    denial = doors.refuse(scope(READ), bearer(wrong))
    assert denial is not None
    assert made.read[:20].encode() not in denial.told(READ)[2]


def limited(ring: KeyRing, rate: str, reasons: list[str] | None = None) -> Doors:
    return Doors(ring, require_key=False, rate=Rate(rate), rejected=([] if reasons is None else reasons).append)


def test_each_key_and_each_address_has_its_own_bucket(made: Keys) -> None:
    reasons: list[str] = []
    doors = limited(made.ring, "3/min", reasons)

    def asks(host: str, headers: dict[bytes, bytes]) -> list[int | None]:
        return [status(doors.refuse(scope(READ, host=host), headers)) for _ in range(4)]

    once = [None, None, None, 429]
    assert asks("192.0.2.1", {}) == once
    assert asks("192.0.2.2", {}) == once
    assert asks("192.0.2.1", bearer(made.read)) == once
    assert asks("192.0.2.3", bearer(made.read)) == [429] * 4
    assert asks("192.0.2.1", bearer(made.admin)) == once
    assert asks("2001:db8::1", {}) == once
    assert asks("2001:db8::2", {}) == [429] * 4
    assert asks("2001:db8:0:1::1", {}) == once
    assert set(reasons) == {"rate"}


def test_who_asks_too_often_is_told_when_to_come_again(made: Keys) -> None:
    doors = limited(made.ring, "2/min burst 3")
    denials = [doors.refuse(scope(READ), {}) for _ in range(4)]
    assert denials[:3] == [None] * 3
    headers = told(denials[3])
    assert 25 <= int(headers[b"retry-after"]) <= 30
    assert headers[b"ratelimit-policy"] == b'"requests";q=3;w=90'
    assert headers[b"ratelimit"].startswith(b'"requests";r=0;t=')


def test_orchestrators_ask_as_often_as_they_like(made: Keys) -> None:
    doors = limited(made.ring, "1/h")
    assert [doors.refuse(scope("/livez"), {}) for _ in range(5)] == [None] * 5


def test_buckets_are_bounded(made: Keys) -> None:
    doors = limited(made.ring, "1/h")
    for number in range(10_050):
        doors.refuse(scope(READ, host=f"h{number}"), {})
    assert doors.refuse(scope(READ, host="h0"), {}) is None, "the oldest is forgotten"
    assert doors.refuse(scope(READ, host="h10049"), {}) is not None


@pytest.mark.parametrize("rate", ["", "fast", "20", "0/s", "-1/s", "5/fortnight", "5/s burst 0", "1/s, 2/min"])
def test_what_is_no_rate_is_told(rate: str) -> None:
    with pytest.raises(TasadorError, match="TASADOR_RATE_LIMIT: that is no rate"):
        Rate(rate)


def test_a_denial_names_the_address_as_a_url_has_it(made: Keys) -> None:
    doors = Doors(made.ring, require_key=True, rate=None, rejected=lambda _: None)
    denial = doors.refuse(scope("/genero/año 1/\n"), {})
    assert denial is not None
    assert json.loads(denial.told("/genero/año 1/\n")[2])["instance"] == "/genero/a%C3%B1o%201/%0A"
