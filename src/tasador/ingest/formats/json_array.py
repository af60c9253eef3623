"""One JSON array of records, over any number of lines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from tasador.errors import SourceError

__all__ = ["is_array", "split"]

_SPACE: Final = re.compile(r"\s*")


def is_array(lines: Sequence[bytes]) -> bool:
    """Whether the first thing in a source is the beginning of an array."""
    first = next((line for line in lines if line.strip()), b"")
    return first.decode("utf-8-sig", "replace").lstrip().startswith("[")


def split(lines: Sequence[bytes], *, where: str) -> list[bytes]:
    """Cut an array into its elements, each as it stands.

    Args:
        lines: The lines of the source.
        where: What to call the source in errors.

    Raises:
        SourceError: The array is damaged or ends in the middle.
    """
    try:
        text = b"\n".join(lines).decode("utf-8").strip().removeprefix("\ufeff").lstrip()
    except UnicodeDecodeError as error:
        raise SourceError("not UTF-8 text", where=where, got=error, do="Convert it to UTF-8.") from error
    decoder = json.JSONDecoder()
    elements: list[bytes] = []
    at = _skip(text, 1)
    ending = at if text.startswith("]", at) else -1
    while ending < 0:
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise _damaged(text, at, len(elements), where) from error
        elements.append(text[at:end].encode())
        at = _skip(text, end)
        if text.startswith("]", at):
            ending = at
        elif text.startswith(",", at):
            at = _skip(text, at + 1)
        else:
            raise _damaged(text, at, len(elements), where)
    if ending + 1 < len(text):
        raise SourceError(
            "something follows the JSON array",
            where=where,
            got=repr(text[ending + 1 : ending + 61]),
            do="Keep only the array.",
        )
    return elements


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _damaged(text: str, at: int, elements: int, where: str) -> SourceError:
    return SourceError(
        "the JSON array is damaged or ends in the middle",
        where=where,
        got=f"{text[at : at + 60]!r} after {elements:,} whole elements",
        expected="another element, or the end of the array",
        do="Check that the file is whole.",
    )
