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

from fastapi import APIRouter, Request, Response

from tasador.errors import UnknownValueError
from tasador.registry import tenures
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.web import json_body
from tasador.web.admin_schema import HELD, NO_PREDECESSOR, REFUSED, UNKNOWN, UNREADABLE, Answering, Promoted, Wanted
from tasador.web.problem_schema import described
from tasador.web.problems import Problem
from tasador.web.query_names import NamedRoute
from tasador.web.serving import Refusal, Serving

__all__ = ["Commands", "create_router"]

#: What the command line exits with when a check says no.
_HELD: Final = 3
_MOST_SECONDS: Final = 600.0
_COMMAND: Final = (sys.executable, "-c", "from tasador.cli import main; main()")

logger = logging.getLogger(__name__)


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


class _Strict(NamedRoute):
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
    router = APIRouter(prefix="/v1/admin", tags=["Administration"], route_class=_Strict)

    async def reloaded(previous: str, response: Response) -> Answering:
        await serving.reload(again=True)
        if serving.refused is not None:
            raise Problem(
                HTTPStatus.CONFLICT,
                "champion-refused",
                "Champion refused",
                _told(serving.refused, serving.now.version),
                model_version=serving.now.version,
                refused=serving.refused.version,
            )
        # NOTE: said here, since the request came while another version may have answered.
        response.headers.update({name.decode(): value.decode() for name, value in serving.now.headers})
        return Answering(model_version=serving.now.version, previous=previous)

    @router.post(
        "/reload",
        summary="Load the champion now",
        description="Where it answers already, its files are checked against their hashes and nothing is loaded.",
        responses=described(REFUSED),
    )
    async def reload(response: Response) -> Answering:
        return await reloaded(serving.now.version, response)

    @router.post(
        "/promote",
        summary="Hold a version against the gate, and let it answer if it passes",
        responses=described(*UNREADABLE, UNKNOWN, HELD),
    )
    async def promote(wanted: Wanted, response: Response) -> Promoted:
        previous = serving.now.version
        version = await asyncio.to_thread(_find, workspace, wanted.version)
        code, decision = await commands.ask("promote", version, *(["--again"] if wanted.again else []))
        if code == _HELD:
            failed = [check["name"] for check in decision["checks"] if not check["passed"]]
            raise Problem(
                HTTPStatus.CONFLICT,
                "held",
                "Held",
                f"The gate holds this version: {', '.join(failed)}. {previous} answers on.",
                checks=decision["checks"],
            )
        return Promoted(**(await reloaded(previous, response)).model_dump(), checks=decision["checks"])

    @router.post(
        "/rollback",
        summary="Let the champion before this one answer again",
        responses=described(NO_PREDECESSOR),
    )
    async def rollback(response: Response) -> Answering:
        previous = serving.now.version
        if await asyncio.to_thread(_predecessor, workspace) is None:
            raise Problem(
                HTTPStatus.CONFLICT, "no-predecessor", "No predecessor", "There was no champion before this one."
            )
        await commands.ask("rollback")
        return await reloaded(previous, response)

    return router


def _told(refused: Refusal, answers: str) -> str:
    if refused.version == answers:
        return (
            f"The champion's files are damaged: {refused.why}. {answers} answers on from memory, but could not be "
            "loaded anew: train again or roll back before the server is restarted."
        )
    return f"The champion cannot be loaded: {refused.why}. {answers} answers."


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
