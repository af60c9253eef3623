"""The store's live catalogue as a source."""

from __future__ import annotations

from pathlib import Path

from tasador.storage.store_api import STEAM_API
from tasador.storage.store_api.app_list import WEB_API, read_app_list
from tasador.storage.store_api.ids import read_ids
from tasador.storage.store_api.reader import PER_MINUTE, STORE, read
from tasador.storage.workspace import Workspace
from tasador.workflows.progress import Progress, silent

__all__ = ["read_store"]


def read_store(
    workspace: Workspace,
    *,
    ids: Path | None = None,
    country: str = "us",
    key: str | None = None,
    store_url: str = STORE,
    list_url: str = WEB_API,
    per_minute: float = PER_MINUTE,
    max_age_days: float | None = None,
    progress: Progress = silent,
) -> Path:
    """Ask the store for apps, slowly; what it answered before is not asked for again.

    Args:
        ids: A text file with one app id a line; None asks for all that the web API lists.
        country: Whose prices, two letters of ISO 3166-1.
        key: A key of Steam's web API, which the list needs.
        store_url: The store's address.
        list_url: The web API's address.
        per_minute: Requests a minute.
        max_age_days: Ask again for what it answered longer ago; None asks for nothing twice.

    Returns:
        The file of the answers, a source of the format `appdetails`.

    Raises:
        SourceError: The ids cannot be read, or the store does not answer; what came is kept.
        WorkspaceError: Another run reads the store into the same workspace.
    """
    wanted = read_app_list(key, base_url=list_url) if ids is None else read_ids(ids)
    return read(
        wanted,
        cache=workspace.downloads / STEAM_API,
        country=country,
        base_url=store_url,
        per_minute=per_minute,
        max_age_days=max_age_days,
        progress=lambda done, total: progress("read the store", done, total),
    )
