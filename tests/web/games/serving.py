"""Serves the routes of games alone, without the front, and asks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from tasador.appraisal.appraiser import Appraiser
from tasador.storage.catalogue import Catalogue
from tasador.web import problems
from tasador.web.game_schema import GameList
from tasador.web.games import create_router

__all__ = ["PATH", "Row", "Served", "Serving", "refused", "search"]

PATH: Final = "/v1/games"

Row = dict[str, Any]


@dataclass
class Served:
    games: Catalogue
    appraiser: Appraiser
    snapshot: str


class Serving:
    """Says what is served, as the server's front does."""

    def __init__(self, served: Served) -> None:
        self.api = FastAPI()
        problems.install(self.api)
        self.api.include_router(create_router())
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["served"] = self._served
        await self.api(scope, receive, send)


def search(client: TestClient, **params: Any) -> dict[str, Any]:
    answer = client.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    GameList.model_validate_json(answer.content, strict=True)
    found: dict[str, Any] = answer.json()
    assert ("link" in answer.headers) == (found["next_cursor"] is not None)
    return found


def refused(client: TestClient, path: str, status: int, problem: str, /, **params: Any) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"urn:tasador:problem:{problem}"
    assert found["instance"] == path
    return found
