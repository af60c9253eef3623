"""The files that pages load, from the package: small ones known beforehand, large ones read when one is asked for."""

from __future__ import annotations

import asyncio
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

#: The scripts that draw charts lie where the profile has them.
_VEGA: Final = Path(__file__).parents[1] / "profiling" / "static"

#: What is larger takes memory that most servers never need, and to pack it takes longer than others may wait.
_LARGE_BYTES: Final = 100_000


def create_router() -> APIRouter:
    """Make the routes of the files, also for who asks for a small one in another way than by a plain GET."""
    routes: list[BaseRoute] = [Route(address, _answering(path), methods=["GET"]) for address, path in _paths().items()]
    return APIRouter(routes=routes)


@cache
def files() -> Table:
    """Read the small files."""
    small = {address: path for address, path in _paths().items() if path.stat().st_size <= _LARGE_BYTES}
    return {(address, b""): _reply(path) for address, path in small.items()}


def _paths() -> dict[str, Path]:
    found = {f"/static/{path.relative_to(_PLACE).as_posix()}": path for path in _PLACE.rglob("*.*")}
    return found | {f"/static/vega/{path.name}": path for path in _VEGA.glob("*.js")}


@cache
def _reply(path: Path) -> Reply:
    body = path.read_bytes()
    media_type, _ = mimetypes.guess_type(path.name)
    return Reply(body, blake2b(body, digest_size=12).hexdigest(), media_type or "application/octet-stream")


def _answering(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await asyncio.to_thread(lambda: respond(_reply(path), request))

    return answer
