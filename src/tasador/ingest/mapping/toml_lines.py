"""Where in a TOML text a key stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["line_of"]


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Find the line in which a key begins to be told, or the nearest table around it that is.

    Args:
        text: A TOML document.
        path: Keys, and positions in lists, from the outermost on.

    Returns:
        The line, counted from 1; 1 where not even the first key of the path is there.
    """
    # NOTE: the parser itself says where each statement ends: where the lines so far are a document.
    wanted = list(path)
    while wanted:
        for line, document in _statements(text):
            if _has(document, wanted):
                return line
        wanted.pop()
    return 1


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the first line of each statement, and what the document says up to its end."""
    lines = text.split("\n")
    begin = 0
    for end in range(1, len(lines) + 1):
        try:
            document = tomllib.loads("\n".join(lines[:end]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        yield begin + 1, document
        begin = end


def _has(value: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        if isinstance(value, dict):
            if step not in value:
                return False
        elif not (isinstance(value, list) and isinstance(step, int) and step < len(value)):
            return False
        value = value[step]
    return True
