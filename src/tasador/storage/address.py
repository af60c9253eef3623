"""Addresses as they may be told: whoever reads an error or a log learns neither password nor signature from them."""

from __future__ import annotations

import contextlib
import re
import urllib.parse
from typing import Final

__all__ = ["shown", "without_secrets"]

_USER_AND_QUERY: Final = re.compile(r"^(\w[\w+.-]*://)(?:[^/]*@)?([^?#]*).*$", re.DOTALL)


def shown(address: str) -> str:
    """Take out of an address what may be secret: user and password, and the query, which may hold a signature."""
    return _USER_AND_QUERY.sub(r"\1\2", address)


def without_secrets(text: str, address: str) -> str:
    """Tell what a library said of an address, or only that it said something, where it quotes what is secret."""
    told = text.replace(address, shown(address))
    return (
        "something that quotes what is secret in the address" if any(one in told for one in _secrets(address)) else told
    )


def _secrets(address: str) -> set[str]:
    found: set[str] = set()
    # NOTE: an address that cannot be taken apart has nothing that a library could take out of it either.
    with contextlib.suppress(ValueError):
        parts = urllib.parse.urlsplit(address)
        found = {parts.query, parts.fragment, *(value for _, value in urllib.parse.parse_qsl(parts.query))}
        found.add(parts.netloc.rpartition("@")[0].partition(":")[2])
    return {one for secret in found for one in (secret, urllib.parse.unquote(secret)) if one}
