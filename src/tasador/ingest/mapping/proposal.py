"""A mapping file as it is proposed: lines of TOML, each with its evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ["comment", "heading", "line", "literal"]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def comment(text: str) -> str:
    """Write a comment; what a source says cannot leave it."""
    return "# " + re.sub(r"[\x00-\x1f\x7f]+", " ", text)


def heading(name: str) -> str:
    """Write the heading of a table."""
    return f"\n[{name}]"


def line(key: str, value: Any, says: str | None = None, *, off: bool = False) -> str:
    """Write a key with its evidence.

    Args:
        key: The key.
        value: A text, number, truth value, list of texts, or a dictionary of these; one of a column alone is its name.
        says: The evidence.
        off: Whether the line is a comment, for the user to take or leave.
    """
    written = f"{key} = {literal(value)}"
    return ("# " if off else "") + written + (f"  {comment(says)}" if says else "")


def literal(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, Mapping):
        if value.keys() == {"column"}:
            return literal(value["column"])
        return "{ " + ", ".join(f"{_key(key)} = {literal(item)}" for key, item in value.items()) + " }"
    if isinstance(value, str):
        # NOTE: a JSON string is a TOML string, but for one control character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Iterable):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else literal(name)
