"""What operators do: load the champion now, promote a version through the gate, or bring back the one before.

The gate measures versions, which takes what learns them; the server does not load that. It asks the command line for a
decision, in a process of its own, so that there is one gate and no way round it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from tasador.errors import UnknownValueError
from tasador.registry import tenures
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.web import json_body
from tasador.web.problems import Problem, describe
from tasador.web.serving import Serving

__all__ = ["Commands", "create_router"]

#: What the command line exits with when a check says no.
_HELD: Final = 3
_MOST_SECONDS: Final = 600.0
_COMMAND: Final = (sys.executable, "-c", "from tasador.cli import main; main()")

_VERSION: Final = "launch-6bd2f0c4a1e7"
_BEFORE: Final = "launch-31c98f0a52d4"

#: Says in the API's description that a key is needed; who may ask is decided before.
_KEY: Final = HTTPBearer(scheme_name="Admin key", description="A key whose scope is admin.", auto_error=False)

logger = logging.getLogger(__name__)


class Wanted(BaseModel):
    """The version that shall answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": _VERSION}]})

    version: str = Field(
        min_length=1, max_length=200, description="Its name, the beginning of it, or `challenger`.", examples=[_VERSION]
    )


class Answering(BaseModel):
    """Which version answers now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"model_version": _VERSION, "previous": _BEFORE}]})

    model_version: str = Field(description="The version that answers from now on.")
    previous: str = Field(description="The one that answered before; the same where nothing changed.")


class Promoted(Answering):
    """Which version answers now, and why."""

    checks: list[dict[str, Any]] = Field(description="The gate's checks, all of which passed.")


class Commands:
    """Asks the command line, one question at a time.

    Args:
        workspace: What the commands are about.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._asking = asyncio.Lock()

    async def ask(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run `tasador models …` and give its exit code and what it said.

        Raises:
            Problem: Another command runs, or this one failed.
        """
        if self._asking.locked():
            raise Problem(
                HTTPStatus.CONFLICT, "under-way", "Under way", "Another promotion or rollback runs. Try again later."
            )
        async with self._asking:
            code, said, failed = await _run(*arguments, "--json", "--workspace", str(self._workspace.root))
        if code in {0, _HELD}:
            found: dict[str, Any] = json.loads(said)
            return code, found
        logger.error("command_failed command=%s code=%s error=%s", arguments[0], code, failed.strip())
        raise Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "command-failed",
            "Command failed",
            f"`tasador models {arguments[0]}` failed on the server, and nothing was changed; its log says why.",
        )


async def _run(*arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, "models", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            said, failed = await process.communicate()
    except TimeoutError:
        return -1, "", f"it did not end within {_MOST_SECONDS:g} seconds"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode(), failed.decode()


class _Strict(APIRoute):
    """A route whose body, where it takes one, is JSON that has one meaning."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def strictly(request: Request) -> Response:
            json_body.check_type(request.headers)
            json_body.parse(await request.body())
            return await handle(request)

        return strictly


def create_router(serving: Serving, commands: Commands, workspace: Workspace) -> APIRouter:
    """Make the routes of operators."""
    router = APIRouter(prefix="/v1/admin", tags=["Administration"], dependencies=[Security(_KEY)], route_class=_Strict)

    async def reloaded(previous: str) -> Answering:
        await serving.reload(again=True)
        if serving.refused is not None:
            raise Problem(
                HTTPStatus.CONFLICT,
                "champion-refused",
                "Champion refused",
                f"The champion cannot be loaded: {serving.refused.why}. {serving.now.version} answers.",
                model_version=serving.now.version,
                refused=serving.refused.version,
            )
        return Answering(model_version=serving.now.version, previous=previous)

    @router.post("/reload", summary="Load the champion now", responses=describe(HTTPStatus.CONFLICT))
    async def reload() -> Answering:
        return await reloaded(serving.now.version)

    @router.post(
        "/promote",
        summary="Hold a version against the gate, and let it answer if it passes",
        responses=describe(
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.INTERNAL_SERVER_ERROR,
        ),
    )
    async def promote(wanted: Wanted) -> Promoted:
        previous = serving.now.version
        code, decision = await commands.ask("promote", await asyncio.to_thread(_find, workspace, wanted.version))
        if code == _HELD:
            failed = [check["name"] for check in decision["checks"] if not check["passed"]]
            raise Problem(
                HTTPStatus.CONFLICT,
                "held",
                "Held",
                f"The gate holds this version: {', '.join(failed)}. {previous} answers on.",
                checks=decision["checks"],
            )
        return Promoted(**(await reloaded(previous)).model_dump(), checks=decision["checks"])

    @router.post(
        "/rollback",
        summary="Let the champion before this one answer again",
        responses=describe(HTTPStatus.CONFLICT, HTTPStatus.INTERNAL_SERVER_ERROR),
    )
    async def rollback() -> Answering:
        previous = serving.now.version
        if await asyncio.to_thread(_predecessor, workspace) is None:
            raise Problem(
                HTTPStatus.CONFLICT, "no-predecessor", "No predecessor", "There was no champion before this one."
            )
        await commands.ask("rollback")
        return await reloaded(previous)

    return router


def _predecessor(workspace: Workspace) -> str | None:
    return tenures.predecessor(workspace.history(), workspace.current().champion)


def _find(workspace: Workspace, named: str) -> str:
    try:
        return bundles.find(workspace, named)
    except UnknownValueError as error:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "unknown-version",
            "Unknown version",
            f"There is no one version that is called so or begins so: {named[:100]!r}.",
            versions=[str(version) for version in error.known],
        ) from error
