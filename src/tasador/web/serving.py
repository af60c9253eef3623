"""Which model version answers now: another takes its place while requests go on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from tasador.errors import TasadorError
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.web import answers
from tasador.web.answers import Answers

__all__ = ["Outcome", "Refusal", "Serving"]

Outcome: TypeAlias = Literal["reloaded", "refused"]

#: Seconds between looks at which version is the champion.
_EVERY: Final = 1.0

#: Seconds until a champion that was refused is tried again: it may have been mended.
_AGAIN: Final = 30.0

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
        refused: The champion that could not be loaded, while it is the champion; one that answers from memory too,
            whose files were found to be damaged since.

    Raises:
        WorkspaceError: There is no champion to begin with.
        BundleError: Its bundle is damaged.
    """

    def __init__(self, workspace: Workspace, *, told: Callable[[Outcome], None] = lambda _: None) -> None:
        self._workspace = workspace
        self._told = told
        self._loading = asyncio.Lock()
        self.now: Answers = answers.load(workspace, answers.champion(workspace))
        self.refused: Refusal | None = None
        self._tried = 0.0

    async def reload(self, *, again: bool = False) -> None:
        """Load the champion if it is another than the one that answers; one that cannot be loaded is refused.

        Args:
            again: Try a champion that was refused just now once more; of the one that answers the files are checked.
        """
        async with self._loading:
            version: str | None = None
            try:
                version = answers.champion(self._workspace)
                if not again and version == self.now.version and not self._is_refused(version):
                    self.refused = None
                elif again or self._is_to_be_tried(version):
                    self._tried = time.monotonic()
                    if version == self.now.version:
                        await asyncio.to_thread(bundles.check, self._workspace, version)
                        self.refused = None
                    else:
                        self._take(await asyncio.to_thread(_load_whole, self._workspace, version))
            except Exception as error:  # noqa: BLE001  (whatever is wrong with it, the version before it answers on)
                self._refuse(version, error)

    def _is_refused(self, version: str | None) -> bool:
        return self.refused is not None and self.refused.version == version

    def _is_to_be_tried(self, version: str | None) -> bool:
        return not self._is_refused(version) or time.monotonic() - self._tried >= _AGAIN

    def _take(self, found: Answers) -> None:
        logger.info("reloaded version=%s before=%s", found.version, self.now.version)
        self.now, self.refused = found, None
        self._told("reloaded")

    def _refuse(self, version: str | None, error: Exception) -> None:
        refusal = Refusal(version, _plainly(error), datetime.now(UTC))
        if self.refused is None or (self.refused.version, self.refused.why) != (refusal.version, refusal.why):
            logger.error("reload_refused version=%s serving=%s", version, self.now.version, exc_info=error)
        self.refused = refusal
        self._told("refused")

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


def _load_whole(workspace: Workspace, version: str) -> Answers:
    """Load a version with all that would otherwise be opened on a request: then it is too late to refuse it."""
    found = answers.load(workspace, version)
    found.appraiser.open_all()
    return found


def _plainly(error: Exception) -> str:
    """Say what is wrong without where: the answer goes to whoever asks."""
    return error.what if isinstance(error, TasadorError) else "it cannot be read"
