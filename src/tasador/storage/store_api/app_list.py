"""The list of all apps, from Steam's web API.

The list that needed no key (`ISteamApps/GetAppList`) was taken away in November 2025; the one there is
(`IStoreService/GetAppList`) asks for a key, which every Steam account can have.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any, Final

from tasador.errors import SourceError
from tasador.storage.store_api.client import Client, NoAnswerError
from tasador.storage.store_api.clock import CLOCK, Clock
from tasador.storage.store_api.pace import Pace

__all__ = ["WEB_API", "read_app_list"]

WEB_API: Final = "https://api.steampowered.com"

#: The most that a page may hold.
_PAGE_APPS: Final = 50_000
_PER_MINUTE: Final = 40.0
_KEY_PAGE: Final = "https://steamcommunity.com/dev/apikey"
_INSTEAD: Final = f"Name the apps (--ids FILE), or take a key from {_KEY_PAGE} and put it into TASADOR_STEAM_API_KEY."


def read_app_list(key: str | None, *, base_url: str = WEB_API, clock: Clock = CLOCK) -> tuple[int, ...]:
    """Ask for the ids of everything that the store lists: games, downloadable content, software, videos, hardware.

    Args:
        key: A Steam web API key, 32 hexadecimal digits. No error, log or address shows it.
        base_url: The address of the web API.
        clock: Tells the time and waits.

    Returns:
        The ids, ascending.

    Raises:
        SourceError: There is no key, it is none, or the web API does not answer.
    """
    client = Client(Pace(_PER_MINUTE, clock), clock)
    checked = _checked(key)
    found: set[int] = set()
    last = 0
    more = True
    while more:
        address = _address(base_url, last)
        try:
            ids, more = client.get(address, _page, key=checked)
        except NoAnswerError as error:
            raise SourceError(
                "the list of apps is not to be had", where=address, got=error.reason, do=f"Check the key. {_INSTEAD}"
            ) from error
        if more and (not ids or max(ids) <= last):
            raise SourceError(
                "the list of apps does not go on",
                where=address,
                got=f"{len(ids):,} apps, none after {last}",
                expected="further apps",
                do=_INSTEAD,
            )
        last = max(ids, default=last)
        found.update(ids)
    return tuple(sorted(found))


def _checked(key: str | None) -> str:
    if key is None:
        raise SourceError("the list of all apps needs a key", where="app list", got="none", do=_INSTEAD)
    if not re.fullmatch(r"[0-9A-Fa-f]{32}", key):
        raise SourceError(
            "this is no key of Steam's web API",
            where="app list",
            got=f"{len(key)} characters",
            expected="32 hexadecimal digits",
            do=_INSTEAD,
        )
    return key


def _address(base_url: str, last: int) -> str:
    kinds = {f"include_{kind}": "true" for kind in ("games", "dlc", "software", "videos", "hardware")}
    query = urllib.parse.urlencode({"max_results": _PAGE_APPS, "last_appid": last, **kinds})
    return f"{base_url}/IStoreService/GetAppList/v1/?{query}"


def _page(body: bytes) -> tuple[list[int], bool]:
    """Read a page: its ids, and whether more follow.

    Raises:
        ValueError: It is none.
    """
    try:
        response: dict[str, Any] = json.loads(body)["response"]
        ids = [app["appid"] for app in response.get("apps", [])]
        more = response.get("have_more_results", False)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"no list of apps but {body[:60]!r}") from error
    if not all(isinstance(app_id, int) for app_id in ids) or not isinstance(more, bool):
        raise ValueError(f"no list of apps but {body[:60]!r}")
    return ids, more
