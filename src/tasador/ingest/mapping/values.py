"""Single values of a table as the raw fields want them. What is of another shape comes back as it is."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import warnings
from typing import Any, Final

from tasador.ingest.mapping.model import Condition, ListColumn, PlatformColumns

__all__ = ["holds", "label_list", "platform", "text", "truth", "whole_number"]

_WHOLE: Final = re.compile(r"([0-9]+)\.0*")

_TRUE: Final = frozenset({"true", "t", "yes", "y", "1"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0"})

_PLATFORMS: Final = {
    "win": "windows",
    "pc": "windows",
    "macos": "mac",
    "mac os": "mac",
    "mac os x": "mac",
    "osx": "mac",
    "os x": "mac",
    "macintosh": "mac",
    "steamos": "linux",
    "steamos + linux": "linux",
    "steamos/linux": "linux",
}


def text(value: Any, missing: list[str]) -> Any:
    """Trim a text; null where it is empty or one of those that stand for nothing."""
    if not isinstance(value, str):
        return None if value is not None and missing and _plain(value) in missing else value
    trimmed = value.strip()
    return None if not trimmed or trimmed in missing else trimmed


def whole_number(value: Any) -> Any:
    """Write a whole number without decimals, which tables give it where others of its column are missing."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and (found := _WHOLE.fullmatch(value)):
        return found[1]
    return value


def truth(value: Any) -> Any:
    """Read yes or no, true or false, 1 or 0; null where nothing stands."""
    if value is None or isinstance(value, bool):
        return value
    plain = _plain(value).strip().casefold()
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    return value if plain else None


def holds(value: Any, condition: Condition) -> bool:
    """Whether a column says what a condition asks; a missing value says nothing."""
    if value is None:
        return False
    if condition.contains is not None:
        wanted = condition.contains.casefold()
        if isinstance(value, list | dict):
            return any(_plain(item).casefold() == wanted for item in value)
        return wanted in _plain(value).casefold()
    return _plain(value).strip().casefold() == _plain(condition.equals).casefold()


def label_list(value: Any, told: ListColumn | PlatformColumns) -> Any:
    """Read a list of texts; of a dictionary the keys that are not false."""
    value = text(value, told.missing)
    if isinstance(value, str):
        if told.separator is not None:
            return [item for part in value.split(told.separator) if (item := part.strip())]
        if told.bracketed:
            value = _literal(value)
    if isinstance(value, dict):
        return [key for key, item in value.items() if item not in (False, None)]
    return value


def platform(name: Any) -> Any:
    """Name an operating system as `games` does, as far as it is known by another name."""
    if not isinstance(name, str):
        return name
    lower = name.strip().lower()
    return _PLATFORMS.get(lower, lower)


def _literal(value: str) -> Any:
    """Read a list or dictionary that JSON or Python wrote."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(value)
    with warnings.catch_warnings():
        # NOTE: Python only warns of an invalid escape such as "\ ", and reads it as it stands.
        warnings.simplefilter("ignore")
        try:
            return ast.literal_eval(value)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return value


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
