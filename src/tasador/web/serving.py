"""Which model version answers now: another takes its place while requests go on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from tasador.errors import TasadorError
from tasador.storage.workspace import Workspace
from tasador.web import answers
from tasador.web.answers import Answers

__all__ = ["Outcome", "Refusal", "Serving"]

Outcome: TypeAlias = Literal["reloaded", "refused"]

#: Seconds between looks at which version is the champion.
_EVERY: Final = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A champion that could not be loaded.

    Attributes:
        version: Its name; None where the workspace does not say.
        why: What was wrong, without paths.
        at: When.
    """

    version: str | None
    why: str
    at: datetime


class Serving:
    """Holds what is answered from. A request takes `now` once, so that its answer is of one version.

    Args:
        workspace: Says which version is the champion.
        told: Told what came of each try to load another.

    Attributes:
        now: What is answered from.
        refused: The champion that could not be loaded, while it is the champion.

    Raises:
        WorkspaceError: There is no champion to begin with.
        BundleError: Its bundle is damaged.
    """

    def __init__(self, workspace: Workspace, *, told: Callable[[Outcome], None] = lambda _: None) -> None:
        self._workspace = workspace
        self._told = told
        self._loading = asyncio.Lock()
        self.now: Answers = answers.load(workspace)
        self.refused: Refusal | None = None

    async def reload(self, *, again: bool = False) -> None:
        """Load the champion if it is another than the one that answers; one that cannot be loaded is refused.

        Args:
            again: Try a champion that was refused before once more.
        """
        async with self._loading:
            version: str | None = None
            try:
                version = self._workspace.current().champion
                if version == self.now.version:
                    self.refused = None
                    return
                if not again and self.refused is not None and self.refused.version == version:
                    return
                found = await asyncio.to_thread(answers.load, self._workspace)
            except (TasadorError, OSError) as error:
                if self.refused is None or self.refused.version != version or again:
                    logger.error("reload_refused version=%s serving=%s", version, self.now.version, exc_info=error)
                    self.refused = Refusal(version, _plainly(error), datetime.now(UTC))
                    self._told("refused")
                return
            logger.info("reloaded version=%s before=%s", found.version, self.now.version)
            self.now, self.refused = found, None
            self._told("reloaded")

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look for another champion from time to time, as long as this lasts."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.reload()


def _plainly(error: Exception) -> str:
    """Say what is wrong without where: the answer goes to whoever asks."""
    return error.what if isinstance(error, TasadorError) else "the workspace cannot be read"
