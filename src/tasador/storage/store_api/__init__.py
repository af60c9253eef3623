"""The store's live catalogue, read politely: one app a request, slowly, and no request twice.

`reader.read` asks for apps and keeps what the store answered; `ids.read_ids` and `app_list.read_app_list` say which.
"""

from __future__ import annotations

from typing import Final

__all__ = ["STEAM_API"]

#: What names the store's interface where a source is named.
STEAM_API: Final = "steam-api"
