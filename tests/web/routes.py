"""Asks routers alone, without the front, from what a test holds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from starlette.types import Receive, Scope, Send

from tasador.web import problems

__all__ = ["OpenApi", "asking"]


def asking(router: APIRouter, **held: Any) -> TestClient:
    """Make a client of a router's routes, which answer from what is held."""
    api = FastAPI()
    problems.install(api)
    api.include_router(router)

    async def with_served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["served"] = SimpleNamespace(**held)
        await api(scope, receive, send)

    return TestClient(with_served)


class OpenApi:
    """What the routes say of themselves.

    Args:
        client: Asks them.
    """

    def __init__(self, client: TestClient) -> None:
        self.document: dict[str, Any] = client.get("/openapi.json").json()

    def responses(self, path: str) -> dict[str, Any]:
        """What a route may answer, by status."""
        found: dict[str, Any] = self.document["paths"][path]["get"]["responses"]
        return found

    def check(self, path: str, answer: object) -> None:
        """Compare an answer with the schema, which must name all its keys."""
        (schema,) = [self.responses(path)["200"]["content"]["application/json"]["schema"]]
        closed = {
            name: {**one, "unevaluatedProperties": False} if "properties" in one else one
            for name, one in self.document["components"]["schemas"].items()
        }
        Draft202012Validator({**schema, "components": {"schemas": closed}}).validate(answer)
