"""Provokes every error that the API documents, of any route: one way a status, and of some routes a way of its own."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from tasador.settings import Settings
from tasador.storage import keys
from tasador.storage.workspace import Workspace
from tasador.web import admin, problems
from tasador.web.admin import Commands
from tasador.web.api import create_api
from tasador.web.app import create_app
from tasador.web.bounds import Bounds
from tasador.web.gate import Gate
from tasador.web.metrics import Metrics
from tasador.web.serving import Serving
from tests.web.asgi import Client

__all__ = ["Answer", "Asked", "Provoking"]

#: Values of parameters of paths that nothing is found by.
MISSING: Final = {"anio": "1066", "year": "1066", "genero": "zzz", "app_id": "3"}

#: A bodies' bound that is soon reached.
FEW_BYTES: Final = 1_024

PROMOTE, RELOAD, ROLLBACK = (f"/v1/admin/{name}" for name in ("promote", "reload", "rollback"))


@dataclass(frozen=True)
class Asked:
    """A request that is as it should be, as the description of its route has it.

    Attributes:
        method: Its method.
        route: Its path as it is declared.
        path: The same with the examples of its parameters.
        body: The example of its body; None where it has none.
    """

    method: str
    route: str
    path: str
    body: Any

    @classmethod
    def of(cls, method: str, route: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Asked:
        body = None
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]
            body = (
                next(iter(content["examples"].values()))["value"]
                if "examples" in content
                else schemas[content["schema"]["$ref"].rpartition("/")[2]]["examples"][0]
            )
        examples = {one["name"]: one["schema"].get("examples") for one in operation.get("parameters", ())}
        return cls(
            method, route, _filled(route, {name: str(found[0]) for name, found in examples.items() if found}), body
        )

    def missing(self) -> str:
        """The path, with values that nothing is found by."""
        return _filled(self.route, {**MISSING, "earlyaccess": "false"})


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Provoking:
    """Asks applications in ways that they refuse.

    Args:
        workspace: Its champion answers; keys are made in it.

    Attributes:
        whole: Asks the application as it is by default.
        closed: Asks one that answers only who sends a key.
        limited: Asks one that answers each once.
        small: Asks one that takes small bodies only.
        bare: Asks the routes alone, which hold nothing to answer from.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.admin, self.reader = ({"x-api-key": keys.create(workspace, name, name)[1]} for name in ("admin", "read"))
        self.whole = self._client()
        self.closed = self._client(require_key=True)
        self.limited = self._client(rate_limit="1/h")
        self.small = self._client(max_body_bytes=FEW_BYTES)
        self.api = create_api(workspace, cast("Serving", None), Metrics())
        self.bare = TestClient(self.api, raise_server_exceptions=False)

    def provoke(self, asked: Asked, status: int) -> Answer:
        """Have a request answered with a status.

        Raises:
            LookupError: It is not known how; whoever adds a route or a status says it in `WAYS`.
        """
        way = WAYS.get((asked.route, status)) or WAYS.get(status)
        if way is None:
            raise LookupError(f"how is {asked.method} {asked.route} made to answer {status}? Tell it in WAYS.")
        return way(self, asked)

    def ask(self, client: TestClient, asked: Asked, path: str | None = None, **changed: Any) -> Answer:
        """Ask as an admin, where nothing else is said."""
        sent = {"headers": self.admin, **({} if asked.body is None else {"json": asked.body}), **changed}
        found = client.request(sent.pop("method", asked.method), path or asked.path, **sent)
        return Answer(found.status_code, found.headers, found.content)

    def _client(self, **settings: Any) -> TestClient:
        return TestClient(create_app(self.workspace, Settings(**settings)), raise_server_exceptions=False)


Way: TypeAlias = Callable[[Provoking, Asked], Answer]


def _no_json(place: Provoking, asked: Asked) -> Answer:
    headers = {**place.admin, "content-type": "application/json"}
    return place.ask(place.whole, asked, json=None, content=b"{", headers=headers)


def _too_often(place: Provoking, asked: Asked) -> Answer:
    place.ask(place.limited, asked)
    return place.ask(place.limited, asked)


def _too_large(place: Provoking, asked: Asked) -> Answer:
    return place.ask(place.small, asked, json=None, content=b"x" * (FEW_BYTES + 1))


def _too_slow(place: Provoking, asked: Asked) -> Answer:
    bounds = Bounds(place.api, body_bytes=FEW_BYTES, body_seconds=0.01, rejected=lambda _: None)
    return asyncio.run(_slowly(bounds, asked))


async def _slowly(app: ASGIApp, asked: Asked) -> Answer:
    client = Client()
    client.send_part(b"{")
    await client.ask(app, asked.path, [(b"content-length", b"100")])
    return _heard(client)


def _too_busy(place: Provoking, asked: Asked) -> Answer:
    gate = Gate(place.api, running=0, queued=0, rejected=lambda _: None)
    return place.ask(TestClient(gate), asked)


def _too_much_held(place: Provoking, asked: Asked) -> Answer:
    """The bodies of others are so many that one more is not read."""
    bounds = Bounds(place.api, body_bytes=10, rejected=lambda _: None)

    async def crowd() -> Answer:
        others = [Client() for _ in range(64)]
        for other in others:
            other.send_part(b"x" * 10)
        held = [asyncio.create_task(_whole(bounds, other)) for other in others]
        await asyncio.sleep(0.01)
        late = Client.of(b"x" * 10)
        await late.ask(bounds, asked.path, [(b"content-length", b"10")])
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        return _heard(late)

    return asyncio.run(crowd())


async def _whole(app: ASGIApp, client: Client) -> None:
    await client.ask(app, "/", [(b"transfer-encoding", b"chunked")])


def _heard(client: Client) -> Answer:
    assert client.status is not None
    headers = {name.decode(): value.decode() for name, value in client.headers.items()}
    return Answer(client.status, headers, b"".join(message.get("body", b"") for message in client.sent[1:]))


def _refused(place: Provoking, asked: Asked) -> Answer:
    """The champion cannot be loaded."""
    champion = place.workspace.current().champion
    place.workspace.change_current(champion="gone")
    try:
        return place.ask(place.whole, asked)
    finally:
        place.workspace.change_current(champion=champion)


def _under_way(place: Provoking, asked: Asked) -> Answer:
    """Another command runs."""
    commands = Commands(place.workspace)
    asyncio.run(commands._asking.acquire())
    app = FastAPI()
    problems.install(app)
    app.include_router(admin.create_router(Serving(place.workspace), commands, place.workspace))
    return place.ask(TestClient(app), asked, json={"version": place.workspace.current().champion})


def _unknown_version(place: Provoking, asked: Asked) -> Answer:
    return place.ask(place.whole, asked, json={"version": "zzz"})


def _with_path(**values: str) -> Way:
    return lambda place, asked: place.ask(place.whole, asked, _filled(asked.route, values))


def _filled(route: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        route = route.replace(f"{{{name}}}", value)
    return route


#: A cursor of no snapshot that there is.
_OLD: Final = base64.urlsafe_b64encode(bytes(16)).rstrip(b"=").decode()

#: How an answer is provoked: by its status, or by route and status.
WAYS: Final[dict[int | tuple[str, int], Way]] = {
    400: _no_json,
    401: lambda place, asked: place.ask(place.closed, asked, headers={}),
    403: lambda place, asked: place.ask(place.whole, asked, headers=place.reader),
    404: lambda place, asked: place.ask(place.whole, asked, asked.missing()),
    405: lambda place, asked: place.ask(place.whole, asked, method="DELETE", json=None),
    408: _too_slow,
    410: lambda place, asked: place.ask(place.whole, asked, f"{asked.path}?cursor={_OLD}"),
    413: _too_large,
    415: lambda place, asked: place.ask(place.whole, asked, json=None, content=json.dumps(asked.body)),
    422: lambda place, asked: place.ask(place.whole, asked, f"{asked.path}?zzz=1"),
    429: _too_often,
    500: lambda place, asked: place.ask(place.bare, asked),
    503: _too_busy,
    (PROMOTE, 404): _unknown_version,
    (PROMOTE, 409): _under_way,
    (RELOAD, 409): _refused,
    (ROLLBACK, 409): lambda place, asked: place.ask(place.whole, asked),
    **{(path, 503): _too_much_held for path in (PROMOTE, RELOAD, ROLLBACK)},
    **{
        (f"/{name}/año/{{anio}}", 422): _with_path(anio="hola")
        for name in ("genero", "juegos", "specs", "earlyacces", "sentiment", "metascore")
    },
    ("/precio-rmse/genero/{genero}/accesoanticipado/{earlyaccess}", 422): _with_path(genero="action", earlyaccess="x"),
}
