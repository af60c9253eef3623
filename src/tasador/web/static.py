"""The files that pages load, from the package: known beforehand, whichever model version answers."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tasador.web.reply import Reply, Table, respond

__all__ = ["create_router", "files"]

_PLACE: Final = Path(__file__).parent / "static"


#: What is larger is packed beforehand: it would take the event loop longer than others may wait.
_LARGE_BYTES: Final = 100_000


def create_router() -> APIRouter:
    """Make the routes of the files, for who asks in another way than by a plain GET of the address."""
    routes: list[BaseRoute] = [Route(path, _answering(reply), methods=["GET"]) for (path, _), reply in files().items()]
    return APIRouter(routes=routes)


@cache
def files() -> Table:
    """Read the files."""
    return {(f"/static/{path.relative_to(_PLACE).as_posix()}", b""): _reply(path) for path in _PLACE.rglob("*.*")}


def _reply(path: Path) -> Reply:
    body = path.read_bytes()
    media_type, _ = mimetypes.guess_type(path.name)
    reply = Reply(body, blake2b(body, digest_size=12).hexdigest(), media_type or "application/octet-stream")
    if len(body) > _LARGE_BYTES:
        for coding in (b"gzip", b"zstd"):
            reply.to({b"accept-encoding": coding})
    return reply


def _answering(reply: Reply) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return respond(reply, request)

    return answer
