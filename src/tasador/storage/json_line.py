"""One line of JSON, read into the value that it has."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["TwiceError", "decode"]


class TwiceError(ValueError):
    """An object has a key twice: which of its values is meant nobody can tell.

    Args:
        key: The key.
    """

    def __init__(self, key: str) -> None:
        super().__init__(f"the key {key!r} comes twice")
        self.key = key


def decode(line: bytes | str) -> Any:
    """Read a line's value; NaN and infinity, which JSON has not, are null.

    Raises:
        TwiceError: An object has a key twice.
        ValueError: It is no JSON.
        RecursionError: It is nested too deep.
    """
    return json.loads(line, parse_constant=lambda _: None, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found
